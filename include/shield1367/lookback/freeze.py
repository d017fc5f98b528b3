"""Until somebody has decided about a case, its recipient gets nothing more (R-26)."""

from __future__ import annotations

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.lookback.cases import CaseState, cases_of, open_case_of
from shield1367.release.ledger import Ledger


class RecipientFrozenError(TerminalError):
    """Error raised when a look-back case of the recipient waits for a decision, or for what was recalled."""

    code = "E750"


def require_not_frozen(home: Home, recipient: str) -> None:
    """Check that no case keeps *recipient* from being given more.

    Raises:
        RecipientFrozenError: one does.
    """
    cases = cases_of(event for _, event in Ledger(home).case_events())
    case = open_case_of(cases.values(), recipient)
    if case is None or not case.is_frozen:
        return
    if case.state is CaseState.DECISION:
        raise RecipientFrozenError(
            f"releases to {recipient} are frozen: look-back {case.name} waits for a decision about"
            f" {len(case.releases)} earlier release(s).",
            mend=f"`shield1367 lookback show {case.name}` tells what was found; compliance decides with"
            f" `shield1367 lookback decide {case.name}`.",
        )
    raise RecipientFrozenError(
        f"releases to {recipient} are frozen: look-back {case.name} recalls {len(case.releases)} earlier"
        f" release(s), and {case.state}.",
        mend=f"`shield1367 lookback show {case.name}` tells what is missing; the freeze ends with its closure.",
    )
