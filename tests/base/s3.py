"""A real S3 server on loopback, with the faults that stores have."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import fsspec
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from shield1367.storage import RemotePath, stores

Environ = dict[str, Any]
Answer = tuple[str, bytes]
# What a fault does with a request: answer in the server's place, or let it pass.
Fault = Callable[[Environ], Answer | None]


def error(status: str, code: str) -> Answer:
    """An error as S3 words it."""
    return status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


def times(count: int, fault: Fault) -> Fault:
    """A fault that ends after some requests that it was applied to."""
    left = iter(range(count))
    lock = threading.Lock()

    def apply(request: Environ) -> Answer | None:
        with lock:
            answer = fault(request)
            if answer is None or next(left, None) is None:
                return None
        return answer

    return apply


def on(method: str, part: str, answer: Answer) -> Fault:
    """A fault of requests with this method and a path that holds *part*."""
    return lambda r: answer if r["REQUEST_METHOD"] == method and part in r["PATH_INFO"] else None


def slow(seconds: float) -> Fault:
    """Every request waits."""

    def wait(request: Environ) -> None:
        time.sleep(seconds)

    return wait


@dataclass
class Server:
    """The server; *faults* are asked in order, *requests* is what came."""

    url: str = ""
    app: Any = None
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    torn: str = ""
    deaf: bool = False

    def __call__(self, request: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        self.requests.append((request["REQUEST_METHOD"], request["PATH_INFO"]))
        self.headers.append({k: v for k, v in request.items() if k.startswith("HTTP_X_AMZ")})
        for fault in self.faults:
            if (answer := fault(request)) is not None:
                start(answer[0], [("Content-Type", "application/xml")])
                return [] if request["REQUEST_METHOD"] == "HEAD" else [answer[1]]
        if self.deaf:
            request.pop("HTTP_IF_NONE_MATCH", None)
        answered: Iterable[bytes] = self.app(request, start)
        if self.torn and self.torn in request["PATH_INFO"] and request["REQUEST_METHOD"] == "GET":
            # The connection breaks in the middle of the body.
            self.torn = ""
            whole = b"".join(answered)
            return [whole[: len(whole) // 2]]
        return answered

    def wrote(self) -> list[str]:
        """Paths that were written, in order."""
        return [path for method, path in self.requests if method == "PUT"]


@contextmanager
def running() -> Iterator[Server]:
    """An S3 server for as long as the block lasts."""
    app = Server()
    app.app = DomainDispatcherApplication(create_backend_app)
    served = make_server("127.0.0.1", 0, app, threaded=True)
    app.url = f"http://127.0.0.1:{served.server_port}"
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        served.shutdown()
        thread.join()
        served.server_close()


@contextmanager
def bucket(server: Server, patch: pytest.MonkeyPatch) -> Iterator[RemotePath]:
    """A new bucket of the server, which this process reaches without a setting more; nothing waits long."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": server.url,
    }.items():
        patch.setenv(name, value)
    patch.setattr(stores, "PAUSE", 0.001)
    # s3fs keeps its clients, with the endpoint of the test before.
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    name = f"b-{uuid4().hex[:12]}"
    fsspec.filesystem("s3").mkdir(name)
    server.faults, server.torn, server.deaf = [], "", False
    server.requests.clear()
    server.headers.clear()
    try:
        yield RemotePath("s3:", name)
    finally:
        server.faults = []
        fsspec.get_filesystem_class("s3").clear_instance_cache()
