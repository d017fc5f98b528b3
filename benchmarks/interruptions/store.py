"""An S3 server with the faults that stores have: ``python -m benchmarks.interruptions.store PORT FILE``.

The fault is the word in FILE, looked up at each request; no file, or no word, is no fault.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

Environ = dict[str, Any]

SLOW_SECONDS = 3.0


class StoreFault(StrEnum):
    """What a store does instead of its work.

    Attributes:
        ERRORS: every request is answered with 503.
        TORN: of every object half the bytes are kept, and the writer is told of an error; of every object
            that is read half the bytes are sent.
        SLOW: every request takes some seconds longer.
    """

    ERRORS = "errors"
    TORN = "torn"
    SLOW = "slow"


class FaultyStore:
    """A WSGI application around another one.

    Args:
        inner: the store.
        fault: file with the present fault.
    """

    def __init__(self, inner: Callable[..., Iterable[bytes]], fault: Path) -> None:
        self._inner, self._fault = inner, fault

    def __call__(self, request: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, well or badly."""
        fault = self._present()
        if fault is StoreFault.SLOW:
            time.sleep(SLOW_SECONDS)
        if fault is StoreFault.ERRORS:
            return _failed(start, "503 Service Unavailable", "ServiceUnavailable")
        if fault is StoreFault.TORN and request["REQUEST_METHOD"] == "PUT":
            _read(self._inner(_halved(request), lambda *_: None))
            return _failed(start, "500 Internal Server Error", "InternalError")
        answered = self._inner(request, start)
        if fault is StoreFault.TORN and request["REQUEST_METHOD"] == "GET":
            whole = _read(answered)
            return [whole[: len(whole) // 2]]
        return answered

    def _present(self) -> StoreFault | None:
        word = self._fault.read_text().strip() if self._fault.exists() else ""
        return StoreFault(word) if word else None


def _halved(request: Environ) -> Environ:
    content = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
    half = content[: len(content) // 2]
    # Its checksums are those of the whole, and a store that checked them would have taken nothing.
    kept = {key: value for key, value in request.items() if "MD5" not in key and "CHECKSUM" not in key}
    return kept | {"wsgi.input": io.BytesIO(half), "CONTENT_LENGTH": str(len(half))}


def _read(answered: Iterable[bytes]) -> bytes:
    return b"".join(answered)


def _failed(start: Callable[..., Any], status: str, code: str) -> list[bytes]:
    start(status, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()]


def main(port: int, fault: Path) -> None:
    """Serve until killed."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    store = FaultyStore(DomainDispatcherApplication(create_backend_app), fault)
    run_simple("127.0.0.1", port, store, threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
