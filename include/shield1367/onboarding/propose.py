"""The field kind of one column, weighed from its name and its cells.

Whatever is in doubt becomes a narrative: nothing is withheld more strictly outside, and nothing is read more
closely for what it says about anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shield1367.config.fields import FieldVocabulary, Treatment
from shield1367.onboarding.headers import Heading
from shield1367.onboarding.observe import Observed

# Kind of what nobody can tell: withheld outside by the floor, read for names and reasons to believe.
CAUTIOUS: Final = "narrative"
_SURE, _LIKELY = 0.75, 0.5
_UNDECIDED: Final = 0.49
# Kinds that a column of yes and no may be.
_FLAGS: Final = frozenset(
    {"confidentiality_flag", "appeal_exhausted", "source_verification", "certification_1229e"}
)
# What the cells of a kind must look like, where that can be told: any of these tests.
_LOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    "a_number": ("a_number", "number"),
    "receipt_number": ("receipt_number",),
    "ssn": ("ssn", "number"),
    "sevis_id": ("sevis_id",),
    "email": ("email",),
    "phone": ("phone", "number"),
    "state": ("state",),
    "country": ("country", "short_code"),
    "gender": ("gender", "short_code"),
    "marital_status": ("marital_status",),
    "age": ("age",),
    "children": ("number",),
    "count": ("number",),
    "filing_date": ("date",),
    "status_date": ("date",),
    "date_of_birth": ("date", "number", "month_year"),
    "event_date": ("date", "number"),
    "entry_date": ("date",),
}
# Kinds that cells alone can speak for: (test, least share, confidence).
_BY_LOOKS: Final[Mapping[str, tuple[str, float, float]]] = {
    "a_number": ("a_number", 0.8, 0.9),
    "receipt_number": ("receipt_number", 0.8, 0.95),
    "sevis_id": ("sevis_id", 0.8, 0.95),
    "ssn": ("ssn", 0.8, 0.95),
    "email": ("email", 0.8, 0.95),
    "phone": ("phone", 0.8, 0.9),
    "narrative": ("narrative", 0.3, 0.8),
    "country": ("country", 0.7, 0.7),
    "state": ("state", 0.9, 0.6),
    "gender": ("gender", 0.99, 0.6),
    "marital_status": ("marital_status", 0.95, 0.6),
    "event_date": ("date", 0.9, 0.6),
    "street_address": ("street_address", 0.7, 0.6),
}
# What Presidio's entities say of a column that is made of them.
_OF_ENTITY: Final[Mapping[str, str]] = {
    "PERSON": "full_name",
    "ADDRESS": "street_address",
    "PHONE": "phone",
    "EMAIL": "email",
    "A_NUMBER": "a_number",
    "RECEIPT": "receipt_number",
    "SSN": "ssn",
    "PASSPORT": "passport_number",
}
# Of short lists: one value alone, "unknown" in every row, speaks for none of them.
_LISTED: Final = frozenset({"gender", "marital_status"})
_NAMES: Final = frozenset({"family_name", "given_name", "middle_name", "full_name", "alias", "officer_name"})

# Entity type → share of a column's values that it makes up; asked only where name and shape leave a doubt.
Detector = Callable[[Sequence[str]], Mapping[str, float]]


class Certainty(StrEnum):
    """How far a proposal can be relied on; ``DECIDE`` is a person's to settle."""

    SURE = "sure"
    LIKELY = "likely"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one column is proposed to be.

    Attributes:
        column: its name in the file.
        kind: the field kind, or the cautious one where nothing speaks for any.
        confidence: 0 to 1.
        reasons: what speaks for it, and against it; no value of the column.
        role: whose it is.
        candidate: what it may be although the cautious kind is proposed.
        json_keys: of a column of JSON, a proposal for each key.
    """

    column: str
    kind: str
    confidence: float
    reasons: tuple[str, ...]
    role: str | None = None
    candidate: str | None = None
    json_keys: Mapping[str, Proposal] = field(default_factory=dict)

    @property
    def certainty(self) -> Certainty:
        """Whether somebody has to look."""
        if self.confidence >= _SURE:
            return Certainty.SURE
        return Certainty.LIKELY if self.confidence >= _LIKELY else Certainty.DECIDE


def propose(
    observed: Observed,
    read: Callable[[str], Heading],
    fields: FieldVocabulary,
    detect: Detector,
) -> Proposal:
    """Weigh what the name and the cells of a column say."""
    heading = read(observed.name)
    if observed.json_keys:
        keys = {name: propose(inner, read, fields, detect) for name, inner in observed.json_keys.items()}
        return Proposal(
            observed.name,
            CAUTIOUS,
            min(key.confidence for key in keys.values()),
            ("cells hold JSON objects: treated key by key",),
            heading.role,
            json_keys=keys,
        )
    if observed.filled == 0:
        return _empty(observed, heading)
    weighed = {kind: _weigh(kind, score, observed) for kind, score in heading.kinds.items()}
    for kind, (test, least, confidence) in _BY_LOOKS.items():
        if kind in _LISTED and observed.distinct < 2:
            continue
        if (share := observed.share(test)) >= least:
            before, reasons = weighed.get(kind, (0.0, ()))
            said = f"{share:.0%} of the values look like it"
            weighed[kind] = (max(before, confidence), reasons if said in reasons else (*reasons, said))
    weighed = _by_codes(observed, fields, weighed)
    best = max(weighed.values(), default=(0.0, ()))[0]
    if best < _SURE and observed.share("number") < 0.5 and observed.share("date") < 0.5:
        weighed = _by_entities(observed, weighed, detect)
    return _choose(observed, heading, weighed, fields)


def undecided(proposal: Proposal) -> Proposal:
    """The proposal for a column whose name comes more than once: nobody can tell which of them it means."""
    why = ("its name comes more than once in the file, be it in other spellings",)
    kind = proposal.candidate if proposal.kind == CAUTIOUS else proposal.kind
    return Proposal(proposal.column, CAUTIOUS, 0.0, (*why, *proposal.reasons), proposal.role, candidate=kind)


def unzoned(proposal: Proposal) -> Proposal:
    """The proposal for a column of times in different zones: as a date it would have every file refused."""
    why = (
        "its times are in different zones, or only some name one, and intake refuses such a file when the column is a"
        " date: have the sender write one zone",
    )
    return Proposal(
        proposal.column, CAUTIOUS, 0.0, (*why, *proposal.reasons), proposal.role, candidate=proposal.kind
    )


def _weigh(kind: str, score: float, observed: Observed) -> tuple[float, tuple[str, ...]]:
    # A name that speaks of it in full is worth more than the shape of the cells.
    confidence = min(0.35 + 0.5 * score, 0.9)
    reasons = [f"its name speaks for it ({min(score, 1):.0%})"]
    if looks := _LOOKS.get(kind):
        share = max(observed.share(test) for test in looks)
        if share >= 0.8:
            confidence += 0.1
            reasons.append(f"{share:.0%} of the values look like it")
        elif share < 0.3:
            confidence *= 0.5
            reasons.append(f"only {share:.0%} of the values look like it")
    elif kind == "narrative" and observed.mean < 15:
        confidence *= 0.7
        reasons.append("its values are short")
    elif kind == "record_id" and observed.is_unique:
        confidence += 0.1
        reasons.append("every row has a value of its own")
    if observed.share("yes_no") > 0.8 and kind not in _FLAGS:
        confidence *= 0.5
        reasons.append("but its values are yes and no")
    if observed.share("date") > 0.8 and "date" not in _LOOKS.get(kind, ()):
        confidence *= 0.4
        reasons.append("but its values are dates")
    if observed.share("narrative") > 0.5 and kind != "narrative":
        confidence *= 0.5
        reasons.append("most values are sentences")
    return min(confidence, 1.0), tuple(reasons)


def _by_codes(
    observed: Observed, fields: FieldVocabulary, weighed: dict[str, tuple[float, tuple[str, ...]]]
) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Codes of a table that reveals protection: whatever the column is called, it may not pass as another."""
    triggers = {kind.trigger: name for name, kind in fields.kinds.items() if kind.trigger}
    found = dict(weighed)
    for table, share in observed.codes.items():
        kind = triggers.get(table)
        if kind is None or share < 0.5 or observed.share("date") > 0.5:
            continue
        said = f"{share:.0%} of the values are codes of {table}"
        before, reasons = found.get(kind, (0.0, ()))
        if kind in weighed:
            found[kind] = (min(before + 0.15, 1.0), (*reasons, said))
        elif observed.telling[table] > 1 and observed.distinct > 3:
            found[kind] = (0.6 + 0.1 * share, (said, f"{observed.telling[table]} of them reveal protection"))
    return found


def _by_entities(
    observed: Observed, weighed: dict[str, tuple[float, tuple[str, ...]]], detect: Detector
) -> dict[str, tuple[float, tuple[str, ...]]]:
    found = dict(weighed)
    for entity, share in detect(observed.sample).items():
        kind = _OF_ENTITY.get(entity)
        if kind is None or share < 0.6:
            continue
        said = f"{share:.0%} of a sample is {entity} to Presidio"
        named = [k for k in weighed if k in _NAMES] if kind == "full_name" else []
        for one in named or [kind]:
            before, reasons = found.get(one, (0.0, ()))
            # Places and firms in capitals look like names too: by itself it makes nobody the subject of a row.
            found[one] = (min(before + 0.1, 1.0) if before else 0.45, (*reasons, said))
    return found


def _choose(
    observed: Observed,
    heading: Heading,
    weighed: Mapping[str, tuple[float, tuple[str, ...]]],
    fields: FieldVocabulary,
) -> Proposal:
    if not weighed:
        why = ("neither its name nor its values say what it is",)
        return Proposal(observed.name, CAUTIOUS, 0.0, why, heading.role)
    ranked = sorted(weighed, key=lambda kind: -weighed[kind][0])
    kind = ranked[0]
    confidence, reasons = weighed[kind]
    if len(ranked) > 1 and confidence - weighed[ranked[1]][0] < 0.03:
        reasons = (*reasons, f"{ranked[1]} is as likely")
        confidence = min(confidence, 0.74)
    # What would go to anybody as it is must be sure, or a list of codes: of another kind, it may be what tells.
    listed = kind in ("state", "gender") and observed.share(kind) >= 0.9
    goes = fields.kinds[kind].outside is Treatment.KEEP and not listed
    if confidence < (_SURE if goes else _LIKELY):
        confidence = min(confidence, _UNDECIDED)
        reasons = (*reasons, f"perhaps {kind}; withheld as free text until somebody decides")
        return Proposal(observed.name, CAUTIOUS, confidence, reasons, heading.role, candidate=kind)
    return Proposal(observed.name, kind, confidence, reasons, heading.role)


def _empty(observed: Observed, heading: Heading) -> Proposal:
    """A column without values: its name is all there is, and later batches may fill it."""
    kind = next(iter(heading.kinds), None)
    if kind is None or heading.kinds[kind] < 0.9:
        why = ("it is empty, and its name does not say what it is",)
        return Proposal(observed.name, CAUTIOUS, 0.2, why, heading.role, candidate=kind)
    return Proposal(observed.name, kind, 0.6, ("its name speaks for it; it is empty",), heading.role)
