"""Which look-back cases compliance has been told of: whoever opened one, each opening and extension is told once."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.lookback.cases import cases_of
from shield1367.release.ledger import CaseStep, Ledger, is_begun
from shield1367.storage import locked, read_json, write_json

_TOLD = "told.json"
_NEWS = frozenset({CaseStep.OPENED, CaseStep.EXTENDED})


class Told(ConfigModel):
    """``lookback/told.json``: number of the last entry of the ledger that was told."""

    sequence: int = Field(default=0, ge=0)


def tell_of_cases(home: Home, tell: Callable[[tuple[str, ...]], bool]) -> None:
    """Call *tell* with the open cases that are news, if there are any; what it did not get told is news again.

    A look may open a case in the DAG, in an export's own first task, or in the command: the ledger knows them all.
    One at a time tells, so that two tasks that end together do not both.

    Args:
        tell: tells of the cases by name; whether anybody was reached, or nobody is to be.

    Raises:
        TransientError: the ledger does not answer.
        LedgerBrokenError: it does not hold.
        StorageError: what was told cannot be kept.
    """
    if not is_begun(home):
        return
    with locked(home.ledger.parent / "told.lock"):
        numbered = Ledger(home).case_events()
        known = _read(home).sequence
        open_cases = {
            name for name, case in cases_of(e for _, e in numbered).items() if case.closed_at is None
        }
        news = dict.fromkeys(e.case for n, e in numbered if n > known and e.step in _NEWS)
        cases = tuple(name for name in news if name in open_cases)
        last = max((n for n, _ in numbered), default=known)
        if last > known and (not cases or tell(cases)):
            write_json(home.lookback / _TOLD, Told(sequence=last).model_dump(mode="json"))


def _read(home: Home) -> Told:
    path = home.lookback / _TOLD
    if not path.exists():
        return Told()
    try:
        return Told.model_validate(read_json(path))
    except ValidationError:
        raise StorageError(
            f"{path} is not of this version.", mend="delete it; the cases that are open are told once more."
        ) from None
