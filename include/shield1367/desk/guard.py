"""The one guard before every route: who asks, may they, does the form come from us; and what goes out with it.

It is middleware, so that no route can be forgotten: an address without a route is refused to a stranger like any
other. Only what it lets through reaches the routes, and :func:`permitted` stands once more before each of those.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shield1367.desk.access import CLEARED_PAGES, Account, Role, Visitor
from shield1367.desk.errors import (
    BadRequestError,
    ForgedRequestError,
    NotAllowedError,
    NotFoundError,
    NotOnTheDeskError,
    NotSignedInError,
    SessionOverError,
    is_of_the_desk,
    status_of,
)
from shield1367.desk.settings import DeskSettings, visitor_of
from shield1367.desk.templating import CONTENT_POLICY, page
from shield1367.desk.tokens import CLEARED_COOKIE, CLEARED_SECONDS, COOKIE, FIELD, Tokens, new_browser
from shield1367.errors import Shield1367Error, UnexpectedError

log = logging.getLogger(__name__)

Identify = Callable[[Request], Awaitable[Account | None]]
"""Who sent a request; ``None`` for nobody."""

# A form of the desk has a token and an identifier or two, the marks in one narrative, or the cells of one row.
_MOST_FORM_BYTES = 64 * 1024
_MOST_FIELDS = 400
_FORM = "application/x-www-form-urlencoded"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Airflow shows the desk in a frame of its own page.
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Session:
    """What the guard found out about one request.

    Attributes:
        token: for the forms of the page that answers it.
        form: the fields of a form that was sent; empty for anything but POST.
        is_recent: whether a cleared visitor has signed in, or done something here, of late.
    """

    visitor: Visitor
    token: str
    form: Mapping[str, str]
    is_recent: bool = False


def session_of(request: Request) -> Session:
    """The session that the guard opened for a request."""
    session: Session = request.state.session
    return session


def permitted(request: Request) -> None:
    """Stands before every route of the app: refuses whoever has no role for the route's name.

    Raises:
        NotAllowedError: no role of the visitor opens it, or no row of the table does.
        SessionOverError: it is a cleared page, and they walked away.
    """
    session, route = session_of(request), request.scope["route"].name
    if not session.visitor.may_call(route):
        raise NotAllowedError
    if route in CLEARED_PAGES and Role.CLEARED_REVIEWER in session.visitor.roles and not session.is_recent:
        raise SessionOverError(CLEARED_SECONDS // 60)


class Guard:
    """The middleware.

    Args:
        settings: read for each request, so that who is taken off the list is out at once.
    """

    def __init__(
        self, app: ASGIApp, *, identify: Identify, settings: Callable[[], DeskSettings], tokens: Tokens
    ) -> None:
        self._app = app
        self._identify = identify
        self._settings = settings
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP is closed."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        browser = request.cookies.get(COOKIE) or new_browser()
        answer = _Answer(send)
        if COOKIE not in request.cookies:
            answer.cookies.append(_cookie(COOKIE, browser, scope))
        try:
            session = await self._open(request, browser)
            scope.setdefault("state", {})["session"] = session
            if session.is_recent:
                kept = self._tokens.make_session(session.visitor.name, browser)
                answer.cookies.append(_cookie(CLEARED_COOKIE, kept, scope))
                answer.leaves = (scope, CLEARED_SECONDS)
            await self._app(scope, receive, answer.send)
        except Exception as error:  # noqa: BLE001  # no foreign message may reach a page or the server's log
            known = error if isinstance(error, Shield1367Error) else UnexpectedError.of(error)
            if is_of_the_desk(known):
                log.info("the desk refuses a request: %s", known.code)
            else:
                log.error("the desk cannot answer: %s", known)
            if not answer.begun:
                await refusal(request, known)(scope, receive, answer.send)

    async def _open(self, request: Request, browser: str) -> Session:
        account = await self._identify(request)
        if account is None:
            raise NotSignedInError
        visitor = visitor_of(self._settings(), account)
        if not visitor.roles:
            raise NotOnTheDeskError
        form: Mapping[str, str] = {}
        if request.method == "POST":
            form = await _form(request)
            if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                raise ForgedRequestError
            if not self._tokens.holds(form.get(FIELD, ""), visitor.name, browser):
                raise ForgedRequestError
        elif request.method not in ("GET", "HEAD"):
            raise BadRequestError
        if Role.CLEARED_REVIEWER not in visitor.roles:
            return Session(visitor, self._tokens.make(visitor.name, browser), form)
        # Once over, it begins again with a sign-in and with nothing else: no page that leaves by itself renews it.
        is_recent = self._tokens.is_recent(account.signed_in_at) or self._tokens.is_session(
            request.cookies.get(CLEARED_COOKIE, ""), visitor.name, browser
        )
        return Session(visitor, self._tokens.make(visitor.name, browser, CLEARED_SECONDS), form, is_recent)


class _Answer:
    """Puts the headers on whatever is answered, and notes whether an answer has begun.

    Attributes:
        cookies: to be set; *leaves* after how many seconds a cleared page leaves the screen by itself.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.cookies: list[str] = []
        self.leaves: tuple[Scope, int] | None = None
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            for cookie in self.cookies:
                headers.append("Set-Cookie", cookie)
            if self.leaves is not None:
                scope, seconds = self.leaves
                if getattr(scope.get("route"), "name", "") in CLEARED_PAGES:
                    headers.setdefault("Refresh", f"{seconds}; url={scope.get('root_path', '')}/")
        await self._send(message)


def refusal(request: Request, error: Shield1367Error) -> Response:
    """The page that says what is wrong and what to do; to outsiders, of faults inside, the code alone."""
    session: Session | None = getattr(request.state, "session", None)
    plain = is_of_the_desk(error) or (session is not None and session.visitor.is_inside)
    status = status_of(error)
    return page(
        "refused.html",
        request,
        session,
        status=status,
        title=f"{status.phrase}",
        code=error.code,
        message=error.message if plain else "The desk cannot show this at the moment.",
        mend=error.mend if plain else "tell the sender of the data, with the code above.",
    )


def statuses(status: int) -> Shield1367Error:
    """What the framework itself refuses (no such route, wrong method, bad parameter), in our words."""
    return NotFoundError() if status == HTTPStatus.NOT_FOUND else BadRequestError()


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form, read here once and for all; the routes do not see the body."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise BadRequestError
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_FORM_BYTES:
            raise BadRequestError("The form is larger than any that a page of the desk sends.")
    try:
        return dict(
            parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=bool(body),
                max_num_fields=_MOST_FIELDS,
            )
        )
    except ValueError:
        raise BadRequestError from None


def _cookie(name: str, value: str, scope: Scope) -> str:
    path = scope.get("root_path") or "/"
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}"
