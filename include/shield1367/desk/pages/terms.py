"""The page *Terms*: words that reviewers had masked always, or taken for no name; two of them agree on each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from shield1367.config.terms import TermKind
from shield1367.desk.errors import BadRequestError, NotFoundError
from shield1367.desk.guard import session_of
from shield1367.desk.site import site_of
from shield1367.desk.templating import page
from shield1367.redaction.terms import Change, TermBook, TermList

router = APIRouter()
Number = Annotated[int, InPath(ge=1, le=10**6)]
_SEE_OTHER = 303
_WORDS = {
    (TermList.DENY, Change.ADD): "always mask",
    (TermList.ALLOW, Change.ADD): "take for no name",
    (TermList.DENY, Change.REMOVE): "no longer always mask",
    (TermList.ALLOW, Change.REMOVE): "no longer take for no name",
}
_DECISIONS = {"confirm": True, "refuse": False}


@router.get("/terms", name="terms", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """What is proposed, and what is in force."""
    proposals = _book(request).all()
    return page(
        "terms.html",
        request,
        session_of(request),
        title="Terms",
        waiting=[one for one in proposals if one.is_open],
        decided=[one for one in reversed(proposals) if not one.is_open],
        kinds=list(TermKind),
        words=_WORDS,
    )


@router.post("/terms", name="propose_term")
def propose(request: Request) -> RedirectResponse:
    """Propose a change, which waits for somebody else."""
    session = session_of(request)
    change, _, of = session.form.get("change", "").partition(" ")
    try:
        what = Change(change), TermList(of)
        kind = TermKind(session.form.get("kind", ""))
    except ValueError:
        raise BadRequestError from None
    text = session.form.get("text", "")
    _book(request).propose(*what, text, by=session.visitor.name, kind=kind)
    return _to_terms(request)


@router.post("/terms/{number}/{decision}", name="decide_term")
def decide(request: Request, number: Number, decision: str) -> RedirectResponse:
    """Put a proposal in force, or turn it down."""
    if decision not in _DECISIONS:
        raise BadRequestError
    book = _book(request)
    if number > len(book.all()):
        raise NotFoundError("proposal")
    book.decide(number, confirmed=_DECISIONS[decision], by=session_of(request).visitor.name)
    return _to_terms(request)


def _book(request: Request) -> TermBook:
    site = site_of(request)
    return TermBook(site.home, site.load_keys(site.home))


def _to_terms(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/terms", status_code=_SEE_OTHER)
