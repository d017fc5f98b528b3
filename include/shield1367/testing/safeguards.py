"""What an encounter says to the two other safeguards, and what is true of it.

Drawn from a generator of its own, so that everything else in a household comes out the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from shield1367.testing.draws import pick
from shield1367.testing.filings import AS_OF
from shield1367.testing.limbs import Status
from shield1367.testing.people import Household, Person
from shield1367.testing.rates import RATES

# How exports write each class of 8 U.S.C. § 1367(a)(1), in either language and any case.
_PROHIBITED = {
    "spouse_or_parent": ("ABUSIVE SPOUSE", "Abuser", "batterer", "C\u00f3nyuge abusivo", "ABUSIVE PARENT", "Abusador"),
    "household_member": ("Abuser's family", "MEMBER OF ABUSER\u2019S HOUSEHOLD", "Familia del abusador"),
    "perpetrator": ("PERPETRATOR", "Perpetrator of crime", "Perpetrador", "assailant"),
    "trafficker": ("TRAFFICKER", "Labor trafficker", "Traficante de personas", "Tratante"),
}  # fmt: skip
_UNCLEAR = ("SPOUSE", "Husband", "ANONYMOUS TIP", "Employer", "Esposo", "FAMILY MEMBER", "NEIGHBOR OF COUSIN")
_INDEPENDENT = ("POLICE REPORT", "Records check", "COUNTY JAIL", "FINGERPRINT MATCH", "SELF", "Court records")
# Landmarks that the statute lists or that somebody has to look at.
_PLACES = {
    "WOMENS SHELTER": "domestic_violence_shelter",
    "FAMILY JUSTICE CENTER": "family_justice_center",
    "COUNTY COURTHOUSE": "courthouse",
}
_LISTED = frozenset({"domestic_violence_shelter", "family_justice_center"})
_TOLD = {f"at {landmark.lower()}": kind for landmark, kind in _PLACES.items()} | {
    "took place outside the courthouse": "courthouse"
}
REVIEW = "review"


@dataclass(frozen=True, slots=True)
class SafeguardCells:
    """Three cells of an encounter and the truth about it.

    Attributes:
        source_class: class of the prohibited source, ``review`` where nobody can tell from the word,
            ``None`` where there is none.
        verified: whether an independent verification or a second source is in the row.
        place: kind of the place in the landmark column, where it is one to report.
        told: kind of the place at which the narrative puts the action, likewise.
        certified: whether a certification is recorded.
    """

    source: str
    verification: str
    certification: str
    source_class: str | None
    verified: bool
    place: str | None
    told: str | None
    certified: bool

    @property
    def matters(self) -> bool:
        """Whether the row belongs into the ground truth of the safeguards."""
        return bool(self.source_class or self.place or self.told)


def draw_safeguards(
    person: Person, household: Household, *, record: str, seized: date, landmark: str, narrative: str
) -> SafeguardCells:
    """The cells of encounter *record*. Only the protected are certified: a certification is a trigger."""
    rng = Random(f"safeguards/{record}")  # noqa: S311 - synthetic data wants a reproducible generator
    protected = person.status is Status.PROTECTED
    source_class, source = _draw_source(household, rng, protected=protected)
    verification, verified = "", False
    if source_class in _PROHIBITED and rng.random() < RATES.second_source:
        source, verified = f"{source}; {pick(rng, _INDEPENDENT)}", True
    elif source_class:
        verification, verified = _draw_verification(rng, seized)
    place = _PLACES.get(landmark)
    certification = _draw_certification(rng, seized, listed=place in _LISTED, protected=protected)
    text = narrative.lower()
    return SafeguardCells(
        source=source,
        verification=verification,
        certification=certification,
        source_class=source_class,
        verified=verified,
        place=place,
        told=next((kind for phrase, kind in _TOLD.items() if phrase in text), None),
        certified=bool(certification) and certification != "N",
    )


def _draw_source(household: Household, rng: Random, *, protected: bool) -> tuple[str | None, str]:
    draw = rng.random()
    if draw < (RATES.prohibited_source if protected else RATES.prohibited_source_of_others):
        classes: tuple[str, ...] = ("spouse_or_parent", "spouse_or_parent", "household_member")
        if not household.limb.abuser:
            classes = ("trafficker",) if household.limb.form == "I-914" else ("perpetrator",)
        found = pick(rng, classes)
        return found, pick(rng, _PROHIBITED[found])
    draw = rng.random()
    if draw < RATES.unclear_source:
        return REVIEW, pick(rng, _UNCLEAR)
    return None, pick(rng, _INDEPENDENT) if draw < RATES.named_source else ""


def _draw_verification(rng: Random, seized: date) -> tuple[str, bool]:
    draw = rng.random()
    if draw < RATES.source_verified / 2:
        return pick(rng, ("VERIFIED", "Y", "Independently verified", "Verificado")), True
    if draw < RATES.source_verified:
        return min(seized + timedelta(days=int(rng.random() * 60)), AS_OF).isoformat(), True
    return pick(rng, ("", "", "PENDING", "N")), False


def _draw_certification(rng: Random, seized: date, *, listed: bool, protected: bool) -> str:
    if protected and rng.random() < (RATES.certified_at_place if listed else RATES.certified_elsewhere):
        return pick(rng, ("Y", "CERTIFIED", "239(e)", (seized + timedelta(days=1)).isoformat()))
    return pick(rng, ("", "", "", "N"))
