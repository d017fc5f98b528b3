"""What the trials of faults rest on: what is killed is gone, and a store that is told to fail does."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.interruptions.store import FaultyStore, StoreFault
from deploy import native


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="namespaces need root")
def test_a_killed_service_is_gone_though_it_changed_its_user() -> None:
    # As a container is started; the death of its parent is not told to a process that changed its user.
    inside = "exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'sleep 600 & exec sleep 600'"
    spaces = ["--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
    service = native.Service("probe", {"user": "65534:65534", "image": "none"})
    service.process = subprocess.Popen(["unshare", *spaces, "sh", "-c", inside], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while len(found := service.pids()) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    service.kill()
    assert not [pid for pid in found if native._is_alive(pid)]


class Kept:
    """A store that keeps what it is sent."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def __call__(self, request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = request["PATH_INFO"]
        if request["REQUEST_METHOD"] == "PUT":
            self.objects[path] = request["wsgi.input"].read(int(request["CONTENT_LENGTH"]))
        start("200 OK", [])
        return [self.objects.get(path, b"")]


def asked(store: FaultyStore, method: str, content: bytes = b"") -> tuple[str, bytes]:
    said: list[str] = []
    request = {
        "REQUEST_METHOD": method, "PATH_INFO": "/b/k", "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content), "HTTP_CONTENT_MD5": "of the whole",
    }  # fmt: skip
    body = b"".join(store(request, lambda status, headers: said.append(status)))
    return said[0][:3], body


def test_a_store_fails_as_it_is_told(tmp_path: Path) -> None:
    fault, kept = tmp_path / "fault", Kept()
    store = FaultyStore(kept, fault)
    assert asked(store, "PUT", b"whole text") == ("200", b"whole text")
    fault.write_text(StoreFault.ERRORS)
    assert asked(store, "PUT", b"another")[0] == asked(store, "GET")[0] == "503"
    assert kept.objects == {"/b/k": b"whole text"}
    fault.write_text(StoreFault.TORN)
    assert asked(store, "GET") == ("200", b"whole")
    assert asked(store, "PUT", b"new content")[0] == "500"
    assert kept.objects == {"/b/k": b"new c"}
    fault.write_text("")
    assert asked(store, "PUT", b"new content") == ("200", b"new content")
