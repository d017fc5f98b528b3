"""What an entry of the ledger says."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from shield1367.config.loading import ConfigModel

# An accounting is kept for five years or the life of the record, whichever is longer (5 U.S.C. § 552a(c)(2)).
_YEARS = 5


class Disclosure(ConfigModel):
    """One disclosure. Counts of withheld rows are protected themselves: compliance only.

    Attributes:
        nature: what kind of data went, in words; *people*: digest over the fingerprints of everybody
            the release held.
        manifest: SHA-256 of the signed manifest, which names every policy and check; empty in entries of
            earlier versions, as are those that follow.
        known_at: from when on the decision about everybody is known that the release was made by.
        approvals: who answered for the release before it went, when, and with which reason.
        recall: identifiers planted in its own narratives to measure the scrubber, and how many were masked.
        suites: version of the suites of expectations that were run.
    """

    release_id: str
    recorded_at: str
    recipient: str
    organization: str
    address: str
    authority: str
    purpose: str
    agreement: str
    nature: str
    content_digest: str
    rows_in: int
    rows_released: int
    rows_withheld: int
    narratives: int
    spans: dict[str, int]
    validation: str
    audit: str
    people: str
    manifest: str = ""
    approved_by: tuple[str, ...] = ()
    known_at: str = ""
    recall: tuple[int, int] = (0, 0)
    approvals: tuple[str, ...] = ()
    suites: str = ""

    @property
    def held(self) -> str:
        """How many expectations held. Entries of earlier versions name the suites in the same sentence."""
        return self.validation.partition("; suites ")[0]


class NoticeKind(StrEnum):
    """What a notice tells of an earlier disclosure (5 U.S.C. § 552a(c)(4))."""

    CORRECTION = "correction"  # a record that was disclosed has been corrected
    DISPUTE = "dispute"  # somebody disputes a record that was disclosed
    ENTRY = "entry"  # the entry itself says something wrong, an address say
    CLOCK = "clock"  # the time of the last entry is wrong; it was recorded by a clock that ran ahead


class Notice(ConfigModel):
    """A later word about a disclosure; the disclosure's own entry stays as it is.

    Attributes:
        about: the release it is about.
        reference: number or name of the record that says what was wrong; never a person's identifier.
    """

    kind: Literal["notice"] = "notice"
    release_id: str
    recorded_at: str
    about: str
    what: NoticeKind
    by: str
    reference: str


def kept_until(recorded_at: str) -> str:
    """The day until which an entry is kept at least; beyond it for as long as the record lives."""
    then = datetime.fromisoformat(recorded_at).date()
    try:
        return then.replace(year=then.year + _YEARS).isoformat()
    except ValueError:  # 29 February
        return then.replace(year=then.year + _YEARS, month=3, day=1).isoformat()


def now() -> str:
    """The time of an entry: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
