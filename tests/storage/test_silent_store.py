"""A store that takes connections and does not answer, or stops in the middle: no call waits for it for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest

from shield1367.storage import s3_session, stores
from shield1367.storage.errors import StoreUnavailableError
from shield1367.storage.stores import Store
from tests.base import s3

SILENCE = 0.2
# Far above what the tries take, and far below for ever.
BOUND = 15.0
# More than the buffers of a connection on loopback take unread.
LARGE = bytes(24 << 20)

CALLS: dict[str, Callable[[Store, Path], object]] = {
    "find": lambda store, _: store.find("bucket/key"),
    "list": lambda store, _: store.list("bucket/folder"),
    "tree": lambda store, _: store.tree("bucket/folder"),
    "read": lambda store, _: store.read("bucket/key"),
    "fetch": lambda store, folder: store.fetch("bucket/key", folder / "fetched"),
    "look_into": lambda store, _: store.look_into("bucket/key", lambda stream: stream.read()),
    "sweep": lambda store, _: store.sweep("bucket/folder"),
    "put-nothing": lambda store, _: store.put("bucket/key", b""),
    "put": lambda store, _: store.put("bucket/key", b"small"),
    "create": lambda store, _: store.create("bucket/key", b"small"),
    "put-large": lambda store, _: store.put("bucket/key", LARGE),
    "put-file": lambda store, folder: store.put("bucket/key", _file(folder)),
}


def says_nothing(connection: socket.socket) -> None:
    """It does not even read."""


def asks_for_the_body_and_takes_none(connection: socket.socket) -> None:
    connection.recv(1 << 16)
    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def answers_the_half(connection: socket.socket) -> None:
    while request := connection.recv(1 << 16):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "x"\r\n\r\n')
        if not request.startswith(b"HEAD"):
            connection.sendall(bytes(500))
            return


@contextmanager
def silent_store(behave: Callable[[socket.socket], None], patch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A store of that behaviour for as long as the block lasts; when it was called."""
    came: list[float] = []
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            came.append(time.monotonic())
            held.append(connection)
            try:
                behave(connection)
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as listening:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{listening.getsockname()[1]}",
        }.items():
            patch.setenv(name, value)
        patch.setattr(stores, "PAUSE", 0.001)
        patch.setattr(s3_session, "SILENCE_SECONDS", SILENCE)
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield came
        finally:
            fsspec.get_filesystem_class("s3").clear_instance_cache()
            listening.shutdown(socket.SHUT_RDWR)
            for connection in held:
                connection.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("behave", "call"),
    [
        *((says_nothing, call) for call in CALLS),
        *((asks_for_the_body_and_takes_none, call) for call in ("find", "put", "put-large", "put-file")),
        *((answers_the_half, call) for call in ("list", "read", "fetch", "look_into")),
    ],
)
def test_a_silent_store_is_given_up_after_a_few_tries(
    call: str, behave: Callable[[socket.socket], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_store(behave, monkeypatch) as came:
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            CALLS[call](Store("s3"), tmp_path)
        assert time.monotonic() - began < BOUND
        # Two requests a try at most; loops around each other would multiply.
        assert 1 < len(came) <= 2 * stores.TRIES


def test_a_store_that_is_slow_and_moves_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow line is not a silent one: the patience begins anew with each piece."""
    # What the kernel still holds when the last piece is taken goes within it.
    silence, taken = 2.0, 0

    def sip(connection: socket.socket) -> None:
        nonlocal taken
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while taken < len(LARGE):
            taken += len(connection.recv(1 << 20))
            time.sleep(0.01)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "x"\r\n\r\n')

    with silent_store(sip, monkeypatch) as came:
        monkeypatch.setattr(s3_session, "SILENCE_SECONDS", silence)
        began = time.monotonic()
        Store("s3").put("bucket/key", LARGE)
        assert time.monotonic() - began > silence
        assert (len(came), taken) == (1, len(LARGE))


def test_an_answer_that_comes_before_the_body_was_sent_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is not taken for silence, however large the body is."""
    with s3.running() as server, s3.bucket(server, monkeypatch) as bucket:
        key = f"{bucket.key}/key"
        Store("s3").create(key, b"first")
        with pytest.raises(FileExistsError):
            Store("s3").create(key, LARGE)
        assert Store("s3").read(key) == b"first"
        Store("s3").put(key, LARGE)
        assert Store("s3").read(key) == LARGE


def _file(folder: Path) -> Path:
    path = folder / "large"
    path.write_bytes(LARGE)
    return path
