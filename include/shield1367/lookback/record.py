"""Writing a case: each step checked against those before it, then an entry of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.lookback.cases import Case, CaseState, cases_of, open_case_of
from shield1367.release.ledger import (
    CaseEvent,
    CaseStep,
    Decision,
    Exposed,
    Ledger,
    NoticeForm,
    digest_of_people,
    now,
)
from shield1367.release.signing import Signer
from shield1367.storage import locked

_RULE = "treated_alike: close"


class UnknownCaseError(TerminalError):
    """Error raised when there is no look-back case of that name."""

    code = "E751"


class CaseStepError(TerminalError):
    """Error raised for a step that the case does not allow as it stands."""

    code = "E752"


class CaseBook:
    """The look-back cases of one home, to be read and carried on."""

    def __init__(self, home: Home, ledger: Ledger, signer: Signer) -> None:
        self._home, self._ledger, self._signer = home, ledger, signer

    def all(self) -> dict[str, Case]:
        """Every case, by name, oldest first."""
        return cases_of(event for _, event in self._ledger.case_events())

    def get(self, name: str) -> Case:
        """One case.

        Raises:
            UnknownCaseError: there is none of that name.
        """
        case = self.all().get(name)
        if case is None:
            raise UnknownCaseError(
                f"there is no look-back case {name!r}.",
                mend="`shield1367 lookback list` shows those there are.",
            )
        return case

    def found(self, recipient: str, exposed: Sequence[Exposed], fingerprints: Iterable[str]) -> str:
        """Open a case about *exposed*, or extend the recipient's open one; returns its name."""
        cases = self.all()
        case = open_case_of(cases.values(), recipient)
        name = case.name if case else f"case-{len(cases) + 1}"
        step = CaseStep.EXTENDED if case else CaseStep.OPENED
        self._add(
            name, recipient, step, number=len(case.events) + 1 if case else 1, people=set(fingerprints),
            exposed=tuple(exposed),
        )  # fmt: skip
        return name

    def decide(self, name: str, decision: Decision, *, by: str, reference: str) -> Case:
        """Decide what becomes of what was given.

        Raises:
            CaseStepError: the case is closed, or a recall has gone out already.
        """
        with self._turn():
            case = self._open(name)
            if NoticeForm.RECALL in case.notified and decision is not Decision.RECALL:
                raise _refused(case, "its recall has gone out", "work it to its closure.")
            return self._step(case, CaseStep.DECIDED, by=by, reference=reference, decision=decision)

    def notified(self, name: str, notice: NoticeForm, *, by: str, reference: str) -> Case:
        """Record that a notice has been sent.

        Raises:
            CaseStepError: the case is closed, or nobody decided to recall.
        """
        with self._turn():
            case = self._open(name)
            if notice is NoticeForm.RECALL and case.decision is not Decision.RECALL:
                raise _refused(
                    case, "nobody has decided to recall", f"decide first: `lookback decide {name}`."
                )
            return self._step(case, CaseStep.NOTIFIED, by=by, reference=reference, notice=notice)

    def answered(self, name: str, *, by: str, reference: str) -> Case:
        """Record that the recipient has certified return or destruction.

        Raises:
            CaseStepError: the case is closed, or no recall has gone out.
        """
        with self._turn():
            case = self._open(name)
            if NoticeForm.RECALL not in case.notified:
                raise _refused(case, "no recall has gone out", f"send it first: `lookback notice {name}`.")
            return self._step(case, CaseStep.ANSWERED, by=by, reference=reference)

    def close(self, name: str, *, by: str, reference: str) -> Case:
        """Close a case in which everything is done that was decided.

        Raises:
            CaseStepError: something is not.
        """
        with self._turn():
            case = self._open(name)
            if case.state is not CaseState.CLOSURE:
                raise _refused(
                    case, f"it {case.state}", f"`shield1367 lookback show {name}` tells what is missing."
                )
            return self._step(case, CaseStep.CLOSED, by=by, reference=reference)

    def close_by_rule(self, name: str) -> Case:
        """Close a case that the standing decision of ``lookback.yaml`` covers, and nothing else is in."""
        case = self._open(name)
        if case.decision is None and len(case.events) > 1:
            # Somebody has to decide about what was there before.
            return case
        case = self._step(
            case, CaseStep.DECIDED, by="lookback.yaml", reference=_RULE, decision=Decision.NO_ACTION
        )
        return self._step(case, CaseStep.CLOSED, by="lookback.yaml", reference=_RULE)

    def _turn(self) -> Any:
        return locked(self._home.ledger.parent / "lookback.lock")

    def _open(self, name: str) -> Case:
        case = self.get(name)
        if case.closed_at is not None:
            raise _refused(case, "it is closed", "what is found anew opens another case.")
        return case

    def _step(self, case: Case, step: CaseStep, **said: Any) -> Case:
        self._add(case.name, case.recipient, step, number=len(case.events) + 1, people=set(), **said)
        return self.get(case.name)

    def _add(
        self, name: str, recipient: str, step: CaseStep, *, number: int, people: set[str], **said: Any
    ) -> None:
        event = CaseEvent(
            release_id=f"{name}.{number}", recorded_at=now(), case=name, step=step, recipient=recipient,
            people=digest_of_people(people), **said,
        )  # fmt: skip
        self._ledger.record_all([(event, people)], self._signer)


def _refused(case: Case, why: str, mend: str) -> CaseStepError:
    return CaseStepError(f"{case.name} does not allow that: {why}.", mend=mend)
