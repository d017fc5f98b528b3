"""Long free text about a person, with the exact place of every identifier in it."""

from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import NamedTuple

from shield1367.testing.draws import pick
from shield1367.testing.grammar import Draft, Span, grammar
from shield1367.testing.limbs import Status
from shield1367.testing.people import Household, Person
from shield1367.testing.rates import RATES
from shield1367.testing.scene import Scene


class Register(StrEnum):
    """Where a narrative stands; names the start rule of the grammar."""

    ENCOUNTER = "encounter"
    COMMENT = "comment"
    REMARK = "remark"


class Narrative(NamedTuple):
    """A text and its identifiers, in the order of the text."""

    text: str
    spans: tuple[Span, ...]


# Shortest and longest target length in characters, and the rule that fills up to it.
_LENGTHS = {
    Register.ENCOUNTER: (300, 1350, "middle"),
    Register.COMMENT: (120, 500, "note"),
    Register.REMARK: (120, 500, "file_note"),
}
_BREAK = 0.03


def write_narrative(person: Person, household: Household, register: Register, rng: Random) -> Narrative:
    """A narrative in *person*'s record.

    The protected person of the household is named in the records of those around them, at
    ``RATES.narrative_of_relative_names_protected``.
    """
    principal = household.unit[0]
    named = None
    rule = str(register)
    if person.status is Status.PROTECTED:
        rule += "_protected"
    elif (
        person in household.outsiders
        and principal.status is Status.PROTECTED
        and register is not Register.REMARK
        and rng.random() < RATES.narrative_of_relative_names_protected
    ):
        rule, named = rule + "_mention", principal
    relatives = [member for member in household.unit if member is not person and member is not person.spouse]
    kin = pick(rng, relatives) if relatives and person in household.unit and rng.random() < 0.6 else None
    partner = person.spouse
    if rule.endswith("_protected") and partner is not None and partner.relation != "abuser":
        # These narratives tell of what the partner did; a spouse who derives protection did not.
        partner = None
    scene = Scene(person, rng, o=partner, k=kin, p=named)
    draft = Draft()
    shortest, longest, filler = _LENGTHS[register]
    grammar().expand(rule, scene.slot, rng, draft)
    target = int(rng.triangular(shortest, longest, shortest + (longest - shortest) * 0.3))
    while draft.length < target:
        if not draft.ends_in_blank:
            draft.prose("\n" if register is Register.ENCOUNTER and rng.random() < _BREAK else " ")
        grammar().expand(filler, scene.slot, rng, draft)
    return _cased(draft, rng)


def _cased(draft: Draft, rng: Random) -> Narrative:
    """The text as it is, or in one case: an old system, a hurried officer."""
    text = draft.text
    body = text.strip()
    # Intake strips cells; so does the text here, and the spans move with it.
    shift = len(text) - len(text.lstrip())
    spans = tuple(Span(s.start - shift, s.end - shift, s.kind, s.person_id) for s in draft.spans)
    draw = rng.random()
    if draw < RATES.narrative_upper:
        changed = body.upper()
    elif draw < RATES.narrative_upper + RATES.narrative_lower:
        changed = body.lower()
    else:
        changed = body
    # A letter such as the German sharp s changes its length with its case; the spans must hold.
    if len(changed) != len(body):
        changed = body
    return Narrative(changed, spans)
