"""Pages from templates: everything escaped, everything inline, nothing fetched, nothing executed."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup

from shield1367.desk.access import Visitor
from shield1367.reporting.pages import TEMPLATES, environment_of, policy_source

if TYPE_CHECKING:
    from shield1367.desk.guard import Session

_TEMPLATES = Path(__file__).parent / "templates"
# The pages stand beside the documents of a release and look like them.
_SHEETS = (TEMPLATES / "style.css", _TEMPLATES / "desk.css")
_STYLE = "".join(sheet.read_text(encoding="utf-8") for sheet in _SHEETS)
THEME = (_TEMPLATES / "theme.js").read_text(encoding="utf-8")

CONTENT_POLICY = (
    f"default-src 'none'; style-src {policy_source(_STYLE)}; script-src {policy_source(THEME)};"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""What a page of the desk may do: one style sheet, one script that follows Airflow's theme, our documents and forms."""

# Whatever a document holds, it can run nothing, fetch nothing and act for nobody.
_DOCUMENT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)

_MENU = (
    ("releases", "Releases", "/"),
    ("recipients", "Recipients", "/recipients"),
    ("who_received", "Who received", "/who-received"),
    ("cases", "Look-back", "/lookback"),
    ("safeguards", "Safeguards", "/safeguards"),
    ("quarantine", "Quarantine", "/quarantine"),
    ("quality", "Quality", "/quality"),
    ("accounts", "Accounts", "/accounts"),
)

_BELOW = {
    "releases": {"release", "document", "evidence", "verify"},
    "recipients": {"recipient", "preview"},
    "who_received": {"ask"},
    "cases": {"case", "notice", "work_case"},
    "quarantine": {"batch", "refused_row", "mend_row", "release_rows"},
    "quality": {"sample", "draw", "look", "mark", "terms", "propose_term", "decide_term"},
    "accounts": {"account", "account_table", "write_account"},
}


def page(
    template: str,
    request: Request,
    session: Session | None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **values: object,
) -> HTMLResponse:
    """Render a template; every value is escaped, an unknown name is an error.

    Args:
        session: ``None`` where nobody is known, which shows no menu.
    """
    content = _environment().get_template(template).render(
        style=Markup(_STYLE),  # noqa: S704  # our own style sheet, where CSS is not escaped
        theme=Markup(THEME),  # noqa: S704  # likewise
        base=request.scope.get("root_path", ""),
        menu=_menu(session.visitor) if session else (),
        visitor=session.visitor if session else None,
        token=session.token if session else "",
        here=_here(request),
        **values,
    )  # fmt: skip
    return HTMLResponse(content, status_code=status)


def sandboxed(document: bytes) -> Response:
    """A document that lies in a folder, alone or in a frame of a page."""
    return Response(document, media_type="text/html", headers={"Content-Security-Policy": _DOCUMENT_POLICY})


def _menu(visitor: Visitor) -> tuple[tuple[str, str, str], ...]:
    return tuple(entry for entry in _MENU if visitor.may_call(entry[0]))


def _here(request: Request) -> str:
    """The entry of the menu under which this page stands."""
    route = getattr(request.scope.get("route"), "name", "")
    return next((entry for entry, below in _BELOW.items() if route in below), route)


def size(value: int) -> str:
    """Bytes for people."""
    amount = float(value)
    for unit in ("bytes", "KB", "MB"):
        if amount < 1000:
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} GB"


def when(value: str) -> str:
    """A time of the ledger, to the minute: it is UTC there."""
    return f"{value[:16].replace('T', ' ')} UTC" if len(value) > len("2026-01-01") else value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = environment_of(_TEMPLATES)
    # A name as one segment of an address, whatever stands in it.
    segment = lambda text: quote(str(text), safe="")  # noqa: E731
    environment.filters |= {"size": size, "when": when, "segment": segment}
    return environment
