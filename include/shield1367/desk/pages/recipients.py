"""The page *Recipients*: who they are, on what ground, until when, what they had last, and what they get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.desk.errors import NotFoundError
from shield1367.desk.guard import session_of
from shield1367.desk.in_question import in_question
from shield1367.desk.listing import Found, ReleaseState, Wanted
from shield1367.desk.site import site_of
from shield1367.desk.templating import page
from shield1367.disclosure.standing import Approved, require_standing
from shield1367.errors import TerminalError
from shield1367.reporting.preview import previews
from shield1367.reporting.words import MEMBERSHIPS

router = APIRouter()

_LAST = 3
_LAST_OF_ONE = 10
# As long as it takes to renew an agreement.
_SOON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Row:
    """One recipient.

    Attributes:
        authority: the exception of § 1367(b) it rests on; ``None`` where it rests on none.
        refusal: why it may receive nothing today; ``None`` when it may.
        ends: the day on which the first of agreement and profile ends; *is_soon* within ninety days.
        last: its last releases.
    """

    profile: RecipientProfile
    side: str
    authority: str | None
    refusal: str | None
    signed_by: tuple[str, ...]
    by_examples: bool
    ends: date
    is_soon: bool
    last: Found


@router.get("/recipients", name="recipients", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """All recipients."""
    site, today = site_of(request), datetime.now(UTC).date()
    project = site.load_project()
    with site.catalogue.view() as view:
        last = {name: view.find(_released(name, _LAST)) for name in project.recipients}
    frozen = in_question(site.home).frozen
    rows = [
        row_of(project, profile, today, last[name], frozen.get(name))
        for name, profile in sorted(project.recipients.items())
    ]
    return page(
        "recipients.html",
        request,
        session_of(request),
        title="Recipients",
        rows=rows,
        is_complete=view.is_complete,
    )


@router.get("/recipients/{name}", name="recipient", response_class=HTMLResponse)
def show_one(request: Request, name: str) -> HTMLResponse:
    """One recipient."""
    site, today = site_of(request), datetime.now(UTC).date()
    project = site.load_project()
    profile = _profile(project, name)
    with site.catalogue.view() as view:
        last = view.find(_released(name, _LAST_OF_ONE))
    return page(
        "recipient.html",
        request,
        session_of(request),
        title=profile.title or profile.recipient,
        row=row_of(project, profile, today, last, in_question(site.home).frozen.get(name)),
        is_complete=view.is_complete,
        ground=ground_words(project, profile),
        membership=MEMBERSHIPS[profile.membership],
    )


@router.get("/recipients/{name}/preview", name="preview", response_class=HTMLResponse)
def show_preview(request: Request, name: str) -> HTMLResponse:
    """What a recipient gets of made-up rows, before and after."""
    project = site_of(request).load_project()
    profile = _profile(project, name)
    return page(
        "preview.html",
        request,
        session_of(request),
        title=f"What {profile.recipient} gets",
        profile=profile,
        previews=previews(project, profile, dataset=None, today=datetime.now(UTC).date()),
    )


def ground_words(project: Project, profile: RecipientProfile) -> str:
    """The ground in law on which a recipient may receive anything."""
    if authority := project.authority_of(profile):
        return f"an exception to 8 U.S.C. § 1367(a)(2): {authority.NAME}"
    if profile.is_outside:
        return "8 U.S.C. § 1367(a)(2), no exception: nothing that relates to a protected person may reach it"
    return "8 U.S.C. § 1367(a)(2): sworn officers and employees of the Departments"


def _profile(project: Project, name: str) -> RecipientProfile:
    if name not in project.recipients:
        raise NotFoundError("recipient")
    return project.recipients[name]


def _released(recipient: str, last: int) -> Wanted:
    return Wanted(ReleaseState.RELEASED, frozenset({recipient}), rows=last)


def row_of(
    project: Project, profile: RecipientProfile, today: date, last: Found, frozen: str | None = None
) -> Row:
    """One recipient as it stands on a day, with its *last* releases.

    Args:
        frozen: why looking back keeps it from being given more.
    """
    approved, refusal = _standing(project, profile, today)
    authority = project.authority_of(profile)
    ends = min(profile.agreement.expires, profile.effective.expires)
    inside = profile.organization.inside
    return Row(
        profile=profile,
        side="outside DHS, DOS and DOJ" if profile.is_outside else f"inside {(inside or '').upper()}",
        authority=authority.NAME if authority else None,
        refusal=refusal or (f"frozen by look-back {frozen}" if frozen else None),
        signed_by=approved.profile if approved else (),
        by_examples=approved is not None and approved.by_examples,
        ends=ends,
        is_soon=ends - today <= _SOON,
        last=last,
    )


def _standing(project: Project, profile: RecipientProfile, today: date) -> tuple[Approved | None, str | None]:
    try:
        return require_standing(project, profile, today), None
    except TerminalError as error:
        return None, f"{error.code} {error.message}"
