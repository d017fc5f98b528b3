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
FIELD = "token"
_LIFE_SECONDS = 3600
CLEARED_SECONDS = 15 * 60
"""How long the forms of somebody last who sees protected values, and how long these stay on the screen."""
_BROWSER_BYTES = 16


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

    def _mark(self, expires: str, user: str, browser: str) -> str:
        # Lengths first: no two different triples are one message.
        message = "".join(f"{len(part)}:{part}" for part in (expires, user, browser))
        return hmac.new(self._key, message.encode(), hashlib.sha256).hexdigest()


def new_browser() -> str:
    """The random value of the cookie."""
    return secrets.token_urlsafe(_BROWSER_BYTES)
