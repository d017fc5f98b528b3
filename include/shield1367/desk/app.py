"""The application: one guard, the pages, and nothing that is mounted."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shield1367.desk.guard import Guard, Identify, permitted, refusal, statuses
from shield1367.desk.pages import (
    accounts,
    cases,
    quality,
    quarantine,
    recipients,
    release,
    releases,
    safeguards,
    terms,
    who_received,
)
from shield1367.desk.site import DeskSite
from shield1367.desk.tokens import Tokens

_PAGES = (
    releases,
    release,
    recipients,
    who_received,
    cases,
    safeguards,
    quarantine,
    quality,
    terms,
    accounts,
)


def create_app(
    site: DeskSite,
    *,
    identify: Identify,
    secret: bytes,
) -> FastAPI:
    """The compliance desk as an ASGI application.

    Args:
        identify: who sent a request, from whatever signs people in.
        secret: shared by all servers of the desk; its forms are signed with a key derived from it.
    """
    # The framework's own pages about the API are routes like any other, and would stand outside of the guard's table.
    app = FastAPI(
        title="Compliance desk",
        dependencies=[Depends(permitted)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.site = site
    for module in _PAGES:
        app.include_router(module.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_middleware(Guard, identify=identify, settings=site.load_settings, tokens=Tokens(secret))
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """The framework's own refusals echo what was sent: ours do not."""
    return refusal(request, statuses(getattr(error, "status_code", 400)))
