"""What looking back says about releases that went out: recalled, in question, and whose recipient gets nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shield1367.home import Home
from shield1367.lookback.cases import Case, cases_of
from shield1367.release.ledger import Decision, Ledger, NoticeForm


@dataclass(frozen=True, slots=True)
class InQuestion:
    """Releases and recipients, by name.

    Attributes:
        recalled: releases whose recipient was told to return or destroy them.
        open: release → the open case about it. That there is one is for those who may read cases.
        frozen: recipient → why it gets nothing more for now.
    """

    recalled: frozenset[str]
    open: dict[str, Case]
    frozen: dict[str, str]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> InQuestion:
        """What some cases say."""
        recalled, found, frozen = set[str](), dict[str, Case](), dict[str, str]()
        for case in cases:
            if case.decision is Decision.RECALL and NoticeForm.RECALL in case.notified:
                recalled.update(case.releases)
            if case.closed_at is None:
                found |= dict.fromkeys(case.releases, case)
            if case.is_frozen:
                why = "nobody has decided yet about what was sent earlier"
                if case.decision is not None:
                    why = "what was sent earlier is recalled, and not yet certified as returned or destroyed"
                frozen[case.recipient] = f"{case.name}: {why}"
        return cls(frozenset(recalled), found, frozen)


def in_question(home: Home) -> InQuestion:
    """As the ledger has it now.

    Raises:
        LedgerBrokenError: the ledger is damaged or gone.
        TransientError: it does not answer.
    """
    return InQuestion.of(cases_of(event for _, event in Ledger(home).case_events()).values())
