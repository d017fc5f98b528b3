"""What the ledger keeps of looking back: the steps of each case, from what was found to its closure.

A case gathers what one recipient was given that would be given otherwise today. Its steps are entries like any
other, chained and signed; together they are the case.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Membership


class Trigger(StrEnum):
    """What shows that an earlier release would look otherwise today."""

    PROTECTION = "protection"  # somebody in it is shielded, and was not by what was known then
    POLICY = "policy"  # profile or floor leave less of a column than they did then
    TEXT = "text"  # the scrubber, as it is now, masks more in its narratives


class CaseStep(StrEnum):
    """What happened in a case."""

    OPENED = "opened"
    EXTENDED = "extended"
    DECIDED = "decided"
    NOTIFIED = "notified"
    ANSWERED = "answered"
    CLOSED = "closed"


class Decision(StrEnum):
    """What becomes of what was given; made by a person."""

    RECALL = (
        "recall"  # the recipient returns or destroys it; nothing more is released until that is certified
    )
    INFORM = "inform"  # the recipient is told what it may not do with it; releases go on
    NO_ACTION = "no_action"  # nothing needs to be done, for the reason on record; releases go on


class NoticeForm(StrEnum):
    """The papers of a case."""

    RECALL = "recall"  # to the recipient: return or destroy
    INCIDENT = "incident"  # to the privacy office: what was exposed, to whom, since when


class Exposed(ConfigModel):
    """One release, and what of it is in question. Counts are protected themselves: compliance only.

    Attributes:
        released_at: when it was recorded; *membership* how it told protected rows from others.
        people: how many people it is about; 0 where nobody can say.
        columns: what could be read of them, or what is left less of today, with the treatment it had.
        findings: kind of identifier → places where the audit finds one of theirs in the package today.
        texts: narratives in which the scrubber masks more today.
        searched: whether the package was there to be searched.
    """

    release_id: str
    trigger: Trigger
    released_at: str
    membership: Membership | None = None
    people: int = 0
    columns: tuple[str, ...] = ()
    findings: dict[str, int] = Field(default_factory=dict)
    texts: int = 0
    searched: bool = True


class CaseEvent(ConfigModel):
    """One step of a case.

    Attributes:
        release_id: name of the entry, ``case-2.3`` for the third step of *case* ``case-2``.
        exposed: of ``opened`` and ``extended``, what was found; *people* is the digest over keyed
            fingerprints of release and person, so that nothing is reported twice.
        by: who answers for the step; *reference*: the record that says why. Never a person's identifier.
    """

    kind: Literal["case"] = "case"
    release_id: str
    recorded_at: str
    case: str
    step: CaseStep
    recipient: str
    exposed: tuple[Exposed, ...] = ()
    people: str
    decision: Decision | None = None
    notice: NoticeForm | None = None
    by: str = ""
    reference: str = ""
