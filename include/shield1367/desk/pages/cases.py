"""The page *Look-back*: the open cases, one case, its notices, and each of its steps as a form.

Counts of people are protected themselves: compliance works a case, an auditor reads it, nobody else opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from shield1367.config.lookback import LookbackSettings, load_lookback
from shield1367.desk.errors import BadRequestError, CaseMovedOnError, NotFoundError, NoticeNotDrawnUpError
from shield1367.desk.evidence import read_plainly
from shield1367.desk.guard import session_of
from shield1367.desk.site import DeskSite, site_of
from shield1367.desk.templating import page, sandboxed
from shield1367.home import Home
from shield1367.lookback.cases import Case, CaseState, cases_of, waiting
from shield1367.lookback.notices import MEMBERSHIP_WORDS, TRIGGER_WORDS, by_treatment, draft
from shield1367.lookback.record import CaseBook
from shield1367.protection.safeguards.verifications import check_reference
from shield1367.release.ledger import CaseStep, Decision, Ledger, NoticeForm
from shield1367.release.signing import Signer
from shield1367.storage import locked

router = APIRouter()
Choice = TypeVar("Choice", Decision, NoticeForm)
Name = Annotated[str, InPath(pattern="^case-[0-9]{1,9}$")]

_SHOWN = 200
_SEE_OTHER = 303
_MARKS = {CaseState.DECISION: "failed", CaseState.CLOSURE: "holds", CaseState.CLOSED: ""}
DECISIONS = {
    Decision.RECALL: "Recall: the recipient returns or destroys it; frozen until the case is closed",
    Decision.INFORM: "Inform: the privacy office is told; releases go on",
    Decision.NO_ACTION: "No action: for the reason on record; releases go on",
}
NOTICES = {
    NoticeForm.INCIDENT: "Incident notice, to the privacy office",
    NoticeForm.RECALL: "Recall, to the recipient",
}


@router.get("/lookback", name="cases", response_class=HTMLResponse)
def show(request: Request, show: str = "open") -> HTMLResponse:
    """The cases that are open, or with ``show=all`` the closed ones too."""
    every, settings, now = cases(site_of(request).home), load_lookback(), datetime.now(UTC)
    everything = show == "all"
    found = list(reversed(every.values())) if everything else waiting(list(every.values()))
    return page(
        "cases.html",
        request,
        session_of(request),
        title="Look-back",
        everything=everything,
        undecided=sum(case.state is CaseState.DECISION for case in every.values()),
        frozen=sorted({case.recipient for case in every.values() if case.is_frozen}),
        late=sum(_is_late(case, settings, now) for case in every.values()),
        rows=[(case, case.deadlines(settings)) for case in found[:_SHOWN]],
        total=len(found),
        marks=_MARKS,
        now=now,
    )


@router.get("/lookback/{case}", name="case", response_class=HTMLResponse)
def show_one(request: Request, case: Name, notice: str = "") -> HTMLResponse:
    """One case, with one of its notices in a frame."""
    site, session = site_of(request), session_of(request)
    found = _case(site.home, case)
    drafts = [form for form in NoticeForm if _is_drawn_up(site.home, found, form)]
    return page(
        "case.html",
        request,
        session,
        title=f"Look-back {found.name}",
        case=found,
        deadlines=found.deadlines(load_lookback()),
        now=datetime.now(UTC),
        mark=_MARKS.get(found.state, "warning"),
        may_work=session.visitor.may_call("work_case") and found.closed_at is None,
        states=CaseState,
        decisions=DECISIONS,
        notices=NOTICES,
        needed=[form for form in found.notices if form not in found.notified],
        drafts=drafts,
        shown=next((form for form in (notice, *drafts) if form in drafts), ""),
        triggers=TRIGGER_WORDS,
        memberships=MEMBERSHIP_WORDS,
        by_treatment=by_treatment,
    )


@router.get("/lookback/{case}/notices/{form}", name="notice")
def show_notice(request: Request, case: Name, form: NoticeForm) -> Response:
    """A notice as it was drawn up, in a sandbox."""
    home = site_of(request).home
    path = _notice(home, _case(home, case), form)
    if not path.exists():
        raise NoticeNotDrawnUpError
    return sandboxed(read_plainly(path))


@router.post("/lookback/{case}/{step}", name="work_case")
def work(request: Request, case: Name, step: str) -> RedirectResponse:
    """One step, by whoever is signed in; the case itself says whether it is the turn of that step."""
    site, session = site_of(request), session_of(request)
    with locked(site.home.ledger.parent / "desk.lock"):
        found = _case(site.home, case)
        # A second click, or a finding that came in between: nothing is decided about what was not shown.
        if session.form.get("seen") != str(len(found.events)):
            raise CaseMovedOnError
        _take(site, found, step, session.form, by=session.visitor.name)
    base = request.scope.get("root_path", "")
    shown = f"?notice={session.form['notice']}#notices" if step == "draft" else ""
    return RedirectResponse(f"{base}/lookback/{case}{shown}", status_code=_SEE_OTHER)


def _is_late(case: Case, settings: LookbackSettings, now: datetime) -> bool:
    """Whether something of an open case should have been done by now."""
    return case.closed_at is None and any(
        deadline.is_missed(now) and not deadline.met for deadline in case.deadlines(settings)
    )


def cases(home: Home) -> dict[str, Case]:
    """All cases by name, oldest first."""
    return cases_of(event for _, event in Ledger(home).case_events())


def _take(site: DeskSite, case: Case, step: str, form: Mapping[str, str], *, by: str) -> None:
    """One step with what its form says.

    Raises:
        CaseStepError: the case does not allow it as it stands.
        ReferenceRefusedError: the reference is missing, or holds what may be a person's number.
        NoticeNotDrawnUpError: what is to be recorded as sent was not there to be sent.
        CaseMovedOnError: a notice is to be drawn up anew that was sent.
        NotFoundError: there is no such step.
    """
    home = site.home
    if step == "draft":
        wanted = _chosen(NoticeForm, form, "notice")
        if wanted in case.notified:
            # What was sent stays as it was sent.
            raise CaseMovedOnError
        draft(home, case, wanted, load_lookback())
        return
    if step not in {CaseStep.DECIDED, CaseStep.NOTIFIED, CaseStep.ANSWERED, CaseStep.CLOSED}:
        raise NotFoundError("step")
    reference = form.get("reference", "").strip()
    check_reference("the reference", reference)
    check_reference("the name of your account", by)
    book = CaseBook(home, Ledger(home), Signer.of(home, site.load_keys(home)))
    if step == CaseStep.DECIDED:
        book.decide(case.name, _chosen(Decision, form, "decision"), by=by, reference=reference)
    elif step == CaseStep.NOTIFIED:
        notice = _chosen(NoticeForm, form, "notice")
        if not _is_drawn_up(home, case, notice):
            raise NoticeNotDrawnUpError
        book.notified(case.name, notice, by=by, reference=reference)
    elif step == CaseStep.ANSWERED:
        book.answered(case.name, by=by, reference=reference)
    else:
        book.close(case.name, by=by, reference=reference)


def _case(home: Home, name: str) -> Case:
    case = cases(home).get(name)
    if case is None:
        raise NotFoundError("case")
    return case


def _notice(home: Home, case: Case, form: NoticeForm) -> Path:
    return home.lookback / case.name / f"{form}.html"


def _is_drawn_up(home: Home, case: Case, form: NoticeForm) -> bool:
    """Whether there is a notice about everything that was found; an older one tells too little."""
    path = _notice(home, case, form)
    last = max(event.recorded_at for event in case.events if event.exposed)
    return path.is_file() and path.stat().st_mtime >= datetime.fromisoformat(last).timestamp()


def _chosen(choices: type[Choice], form: Mapping[str, str], field: str) -> Choice:
    text = form.get(field, "")
    if text not in list(choices):
        raise BadRequestError
    return choices(text)
