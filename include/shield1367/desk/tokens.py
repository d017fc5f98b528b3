"""Tokens that prove a form came from a page of the desk, sent by the one it was shown to.

Each is bound to the user, to a random cookie of the browser (``SameSite=Strict``, so that no other site can send
it) and to an hour, or a quarter of one for those who see protected values. Nothing is stored, so that several API
servers with the same secret agree.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

COOKIE = "shield1367_desk"
CLEARED_COOKIE = "shield1367_cleared"
"""Says, signed, that somebody cleared has done something on the desk within the quarter of an hour."""
FIELD = "token"
_LIFE_SECONDS = 3600
CLEARED_SECONDS = 15 * 60
"""How long the forms of somebody last who sees protected values, and how long these stay on the screen."""
_BROWSER_BYTES = 16
# The clock of whoever signs people in may go before ours by this much.
_SKEW_SECONDS = 60


class Tokens:
    """Makes tokens and checks them.

    Args:
        secret: known to the servers alone.
        clock: seconds since the epoch.
    """

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(b"shield1367 desk forms\0" + secret).digest()
        self._clock = clock

    def make(self, user: str, browser: str, seconds: int = _LIFE_SECONDS) -> str:
        """A token for the forms of one page, which lasts for so many seconds."""
        expires = str(int(self._clock()) + seconds)
        return f"{expires}.{self._mark(expires, user, browser)}"

    def holds(self, token: str, user: str, browser: str) -> bool:
        """Whether *token* was made for this user and browser, within its time."""
        expires, _, mark = token.partition(".")
        wanted = self._mark(expires, user, browser)
        if not hmac.compare_digest(mark.encode(), wanted.encode()):
            return False
        return int(expires) >= self._clock()

    def make_session(self, user: str, browser: str) -> str:
        """The session on the cleared pages, good from now on for a quarter of an hour."""
        return self.make(user, f"cleared {browser}", CLEARED_SECONDS)

    def is_session(self, session: str, user: str, browser: str) -> bool:
        """Whether such a session still holds."""
        return self.holds(session, user, f"cleared {browser}")

    def is_recent(self, time: float | None) -> bool:
        """Whether a time, in seconds since the epoch, is within the last quarter of an hour."""
        return (
            time is not None and 0 <= self._clock() - time + _SKEW_SECONDS <= CLEARED_SECONDS + _SKEW_SECONDS
        )

    def _mark(self, expires: str, user: str, browser: str) -> str:
        # Lengths first: no two different triples are one message.
        message = "".join(f"{len(part)}:{part}" for part in (expires, user, browser))
        return hmac.new(self._key, message.encode(), hashlib.sha256).hexdigest()


def new_browser() -> str:
    """The random value of the cookie."""
    return secrets.token_urlsafe(_BROWSER_BYTES)
