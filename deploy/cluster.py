"""``make cluster``: all services of docker-compose.yaml natively, until Ctrl-C.

The landing zone is ``SHIELD1367_LANDING`` (default ``./var/landing``), mounted read-only as in the file;
everything else is gone when it ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

from deploy.compose import PROJECT
from deploy.enter import DOOR
from deploy.native import AIRFLOW, HOME, STATE, Cluster, NativeError, report

_CHUNK = 1 << 16


def main() -> None:
    """Start everything, say where to log in, and wait.

    Raises:
        NativeError: a service cannot be started.
    """
    signal.signal(signal.SIGTERM, _stop)
    landing = Path(os.environ.get("SHIELD1367_LANDING", PROJECT / "var/landing")).resolve()
    landing.mkdir(parents=True, exist_ok=True)
    try:
        cluster = Cluster.prepared()
        seen = STATE / "landing"
        seen.mkdir(exist_ok=True)
        subprocess.run(["mount", "--bind", str(landing), str(seen)], check=True)
        cluster.start()
        cluster.log_in()
        if DOOR in os.environ:
            door = socket.socket(fileno=int(os.environ[DOOR]))
            threading.Thread(target=_serve, args=(door,), daemon=True).start()
            report("cluster", "is at", f"http://127.0.0.1:{door.getsockname()[1]}  user admin")
        report("cluster", "password", (STATE / "secrets/admin_password").read_text())
        report("cluster", "landing", f"{landing}; DAGs start paused. Ctrl-C stops it.")
        for name in AIRFLOW:
            cluster.services[name].await_health()
        signal.pause()
    except KeyboardInterrupt:
        report("cluster", "stopped", f"nothing stays of it but {landing} and {HOME.name}'s checkout")


def _serve(door: socket.socket) -> None:
    while True:
        outside, _ = door.accept()
        try:
            inside = socket.create_connection(("127.0.0.1", 8080))
        except OSError:
            outside.close()
            continue
        for source, target in ((outside, inside), (inside, outside)):
            threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(_CHUNK):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # Either side has gone: the other one is told by closing it.
        target.close()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except NativeError as error:
        sys.exit(str(error))
