"""The page *Releases*: what was released, what is held and why, what is on its way, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shield1367.desk.errors import DocumentGoneError, NotFoundError
from shield1367.desk.evidence import Evidence, evidence_of, reasons
from shield1367.desk.guard import session_of
from shield1367.desk.in_question import InQuestion, in_question
from shield1367.desk.listing import Found, ListedRelease, Order, ReleaseState, Wanted
from shield1367.desk.site import DeskSite, site_of
from shield1367.desk.templating import page, when
from shield1367.desk.waiting import read_request
from shield1367.lookback.cases import Case
from shield1367.release.publish import PROOF, REJECTED, UNANSWERED

router = APIRouter()
Choice = TypeVar("Choice", ReleaseState, Order)

# What waits for somebody comes first.
STATES = {
    ReleaseState.WAITING: "wait for approval",
    ReleaseState.HELD: "held",
    ReleaseState.MAKING: "on their way",
    ReleaseState.RELEASED: "released",
}
RECALLED = "recalled"
"""No state of its own in the list: what was recalled was released, and stays so in the ledger."""
_MARKS = {ReleaseState.WAITING: "warning", ReleaseState.HELD: "bad"}
_SHOWN_REASONS = 2
# Longer than any partition takes to redact: whoever stands still for so long has stopped.
_STANDS_STILL = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a release stands, and what to do about it.

    Attributes:
        mark: class of the label: *holds*, *failed*, *warning* or empty.
        reasons: why it is held; *more* of them are not named here.
        opens: whether there is a page of it.
        case: the open look-back case about it.
    """

    words: str
    mark: str
    next_step: str
    reasons: tuple[str, ...] = ()
    more: int = 0
    opens: bool = True
    case: Case | None = None


def standing(
    evidence: Evidence, now: datetime, questioned: InQuestion, *, shows_cases: bool = False
) -> Standing:
    """The standing of one release, from its folder and what looking back says of it.

    Args:
        shows_cases: whether the visitor may know that a case is open about it.
    """
    listed = evidence.listed
    if listed.state is ReleaseState.RELEASED:
        case = questioned.open.get(listed.release_id) if shows_cases else None
        if listed.release_id in questioned.recalled:
            return Standing("recalled", "failed", "Its recipient returns or destroys it.", case=case)
        if case is not None:
            return Standing("in question", "warning", f"Looking back, {case.name} {case.state}.", case=case)
        if evidence.is_there:
            return Standing("released", "holds", "Nothing to do.")
        return Standing(
            "released, folder gone",
            "warning",
            "The ledger has it and its folder is not in place. Run the export again if it was interrupted;"
            " otherwise find out who moved or removed it.",
        )
    if listed.state is ReleaseState.HELD:
        try:
            found = reasons(evidence)
        except DocumentGoneError:
            found = ()
        words, next_step = _held(found)
        return Standing(
            words,
            "failed",
            next_step,
            found[:_SHOWN_REASONS] or ("its reasons cannot be read",),
            max(0, len(found) - _SHOWN_REASONS),
        )
    if listed.state is ReleaseState.WAITING:
        return _waits(evidence, now)
    if now - datetime.fromisoformat(listed.changed_at) > _STANDS_STILL:
        return Standing(
            "stands still",
            "warning",
            f"Nothing has moved for hours: look at the runs of the DAG export_{listed.recipient}.",
        )
    is_checked = (evidence.folder / PROOF).exists()
    return Standing("checked" if is_checked else "being made", "", "Wait; the export is running.")


def _held(found: tuple[str, ...]) -> tuple[str, str]:
    """What a held release is called, and what to do about it."""
    if any(reason.startswith(REJECTED) for reason in found):
        return "rejected", "Mend what was found; a release of changed data or policy gets a new id."
    if found and all(reason.startswith(UNANSWERED) for reason in found):
        return (
            "not approved",
            "Nobody approved it in time: run the export again when somebody has time to look.",
        )
    return "held", "Read the validation report, correct the cause, then run the export again."


def _waits(evidence: Evidence, now: datetime) -> Standing:
    asked = read_request(evidence)
    if asked is None:
        return Standing(
            "waits for approval", "warning", "What was asked cannot be read: run the export again."
        )
    prepared = (f"prepared by {asked.prepared_by}, who may not approve it",)
    if now > datetime.fromisoformat(asked.until):
        return Standing(
            "time is over", "failed", "No answer is a no: the next run of the export sets it aside.", prepared
        )
    return Standing(
        "waits for approval",
        "warning",
        f"Until {when(asked.until)} an approver reads its dossier and answers in Airflow.",
        prepared,
    )


@router.get("/", name="releases", response_class=HTMLResponse)
def show(
    request: Request, state: str = "", recipient: str = "", q: str = "", order: str = "", number: str = "1"
) -> HTMLResponse:
    """One page of the list, filtered, searched and sorted as the address says."""
    session, site = session_of(request), site_of(request)
    mine = session.visitor.confined_to
    now, questioned = datetime.now(UTC), in_question(site.home)
    wanted = Wanted(
        # A recipient sees what it has received, and nothing of what it was not given.
        state=_one_of(ReleaseState, state) if mine is None else ReleaseState.RELEASED,
        recipients=_recipients(mine, recipient),
        releases=questioned.recalled if state == RECALLED else None,
        search=q,
        order=_one_of(Order, order) or Order.NEWEST,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
    )
    with site.catalogue.view() as view:
        found = view.find(wanted)
        counts = view.states() if mine is None else None
        recipients = view.recipients() if mine is None else tuple(sorted(mine))
    shows_cases = session.visitor.may_call("cases")
    return page(
        "releases.html",
        request,
        session,
        title="Releases",
        found=found,
        rows=[(listed, _standing(site, listed, now, questioned, shows_cases)) for listed in found.releases],
        frozen=sorted(questioned.frozen.items()) if shows_cases else (),
        states=STATES,
        state_marks=_MARKS,
        counts=counts,
        recalled=len(questioned.recalled),
        only_recalled=wanted.releases is not None,
        recipients=recipients,
        is_complete=view.is_complete,
        wanted=wanted,
        chosen=recipient if wanted.recipients and recipient in wanted.recipients else "",
        is_filtered=bool(state or recipient or q),
        pages=_pages(found, state=state, recipient=recipient, q=q, order=order),
    )


def _standing(
    site: DeskSite, listed: ListedRelease, now: datetime, questioned: InQuestion, shows_cases: bool
) -> Standing:
    try:
        return standing(evidence_of(site.home, listed), now, questioned, shows_cases=shows_cases)
    except NotFoundError:
        return Standing(
            "strange name",
            "failed",
            "No release of this site is called so: find out who made it.",
            opens=False,
        )


def _recipients(mine: frozenset[str] | None, chosen: str) -> frozenset[str] | None:
    if not chosen:
        return mine
    return frozenset({chosen}) if mine is None else mine & {chosen}


def _pages(found: Found, **asked: str) -> dict[str, str | None]:
    """Addresses of the neighbouring pages, with the same question; ``None`` where there is none."""
    near = {"previous": found.page - 1, "next": found.page + 1}
    kept = {name: value for name, value in asked.items() if value}
    return {
        name: f"?{urlencode({**kept, 'number': number})}" if 1 <= number <= found.pages else None
        for name, number in near.items()
    }


def _one_of(choices: type[Choice], text: str) -> Choice | None:
    return choices(text) if text in list(choices) else None
