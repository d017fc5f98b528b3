"""The HTTP session of S3: no request waits for ever on a store that takes connections and says nothing.

aiohttp's read timeout begins when a request has been sent. A body is only sent when the store asks for it
(``Expect: 100-continue``) and takes it, and nothing watches over that.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiobotocore.httpsession import AIOHTTPSession

SILENCE_SECONDS = 60.0
"""How long nothing may move, neither what is sent nor what is answered."""

_PIECE = 1 << 18


class WatchedSession(AIOHTTPSession):  # type: ignore[misc]
    """The session of aiobotocore; a request is given up when nothing of it goes, and no answer to it begins."""

    async def send(self, request: Any) -> Any:
        """Send a request, and return its answer.

        Raises:
            TimeoutError: the store does not ask for the body, takes no more of it, or does not answer.
        """
        async with asyncio.timeout(SILENCE_SECONDS) as patience:
            # What botocore makes of every content that it is given in memory.
            if isinstance(body := request.body, io.BytesIO):
                request.body = _in_pieces(body, patience)
            return await super().send(request)


async def _in_pieces(body: io.BytesIO, patience: asyncio.Timeout) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    # Refused by a patience that is over: the store answered before it had everything.
    with suppress(RuntimeError):
        while piece := body.read(_PIECE):
            patience.reschedule(loop.time() + SILENCE_SECONDS)
            yield piece
        # From here on aiohttp's own timeout counts: what a store puts together takes long, and it keeps talking.
        patience.reschedule(None)
