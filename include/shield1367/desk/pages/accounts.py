"""The page *Accounts*: what went out in each month, and why. Its counts are protected: compliance and auditors only."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from shield1367.accounting.month import Month
from shield1367.accounting.report import PAGE, TABLE
from shield1367.desk.errors import NotFoundError
from shield1367.desk.evidence import read_plainly
from shield1367.desk.guard import session_of
from shield1367.desk.lookup import require_registry
from shield1367.desk.site import site_of
from shield1367.desk.templating import page, sandboxed
from shield1367.home import Home
from shield1367.pipeline import Site, report
from shield1367.storage import reported

router = APIRouter()

_MONTH = "^[0-9]{4}-(0[1-9]|1[0-2])$"
_SEE_OTHER = 303
Written = Annotated[str, InPath(pattern=_MONTH)]


@router.get("/accounts", name="accounts", response_class=HTMLResponse)
def show(request: Request, month: str = "") -> HTMLResponse:
    """The months that were written, one of them in a frame."""
    site, session = site_of(request), session_of(request)
    written = months(site.home)
    running = str(Month.of(datetime.now(UTC).date()))
    return page(
        "accounts.html",
        request,
        session,
        title="Accounts",
        months=written,
        shown=next((one for one in (month, *written) if one in written), ""),
        running=running,
        may_write=session.visitor.may_call("write_account"),
    )


@router.get("/accounts/{month}/page", name="account", response_class=HTMLResponse)
def show_account(request: Request, month: Written) -> Response:
    """The account of a month as it was written, in a sandbox."""
    return sandboxed(_file(site_of(request).home, month, PAGE))


@router.get("/accounts/{month}/table.csv", name="account_table")
def table(request: Request, month: Written) -> Response:
    """The same as a table to be worked with."""
    return Response(
        _file(site_of(request).home, month, TABLE),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="accounting-{month}.csv"'},
    )


@router.post("/accounts", name="write_account")
def write(request: Request) -> RedirectResponse:
    """Write the account of the running month as it is by now; it replaces what was written of it before."""
    site = site_of(request)
    require_registry(site.home)
    month = Month.of(datetime.now(UTC).date())
    report(Site(site.home, site.load_keys(site.home), site.load_project()), month)
    base = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}/accounts?month={month}", status_code=_SEE_OTHER)


def months(home: Home) -> list[str]:
    """The months that have an account, the newest first; links and whatever else lies there are none."""
    found = []
    with reported(home.reports, "read"), suppress(FileNotFoundError), os.scandir(home.reports) as entries:
        found = [
            entry.name
            for entry in entries
            if re.fullmatch(_MONTH, entry.name) and entry.is_dir(follow_symlinks=False)
        ]
    return sorted((name for name in found if (home.reports / name / PAGE).is_file()), reverse=True)


def _file(home: Home, month: str, name: str) -> bytes:
    if month not in months(home):
        raise NotFoundError("account")
    path: Path = home.reports / month / name
    return read_plainly(path)
