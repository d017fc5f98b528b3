"""The page *Who received*: an A-Number in, the disclosures out. For cleared reviewers; the number is in no address."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shield1367.desk.guard import session_of
from shield1367.desk.lookup import Received, require_registry, who_received
from shield1367.desk.settings import LookUps
from shield1367.desk.site import site_of
from shield1367.desk.templating import page

router = APIRouter()


@router.get("/who-received", name="who_received", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """The form."""
    return _page(request, site_of(request).load_settings().look_ups, None)


@router.post("/who-received", name="ask", response_class=HTMLResponse)
def ask(request: Request) -> HTMLResponse:
    """The answer, which leaves the screen by itself after some minutes."""
    session, site = session_of(request), site_of(request)
    limits = site.load_settings().look_ups
    require_registry(site.home)
    keys = site.load_keys(site.home)
    number = session.form.get("a_number", "")
    return _page(
        request, limits, who_received(site.home, keys, number, asked_by=session.visitor.name, limits=limits)
    )


def _page(request: Request, limits: LookUps, answer: Received | None) -> HTMLResponse:
    made = page(
        "who_received.html",
        request,
        session_of(request),
        title="Who received",
        limits=limits,
        answer=answer,
    )
    if answer is not None:
        # The session of a reviewer who walked away ends here: the browser goes back to the empty form.
        made.headers["Refresh"] = (
            f"{limits.shown_minutes * 60}; url={request.scope.get('root_path', '')}/who-received"
        )
    return made
