"""``python -m deploy.enter [--door PORT] MODULE ARGUMENTS``: run a module as root of namespaces of its own.

Mounts, network and processes of their own, which end with the module, however it ends. With a door, what
connects to that port of 127.0.0.1 out here reaches the API server in there.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys

from deploy.native import NativeError

DOOR = "SHIELD1367_DOOR"
_SPACES = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
_NEEDED = {
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "redis-server": "redis-server",
    "psql": "postgresql",
}


def main(arguments: list[str]) -> None:
    """Replace this process by ``unshare``; does not return.

    Raises:
        NativeError: not root, or a program is missing.
    """
    if os.geteuid() != 0:
        raise NativeError("E003 namespaces need root. Mend: sudo make cluster, or use Docker.")
    missing = sorted({package for name, package in _NEEDED.items() if shutil.which(name) is None})
    if missing:
        raise NativeError(
            f"E003 the cluster needs {', '.join(missing)}. Mend: apt-get install {' '.join(missing)}"
        )
    environment = dict(os.environ)
    if arguments[:1] == ["--door"]:
        # A socket stays in the network it was made in, whoever accepts on it.
        try:
            door = socket.create_server(("127.0.0.1", int(arguments[1])))
        except OSError as error:
            raise NativeError(
                f"E003 port {arguments[1]} cannot be opened ({error.strerror}). Mend: AIRFLOW_PORT=8081 make cluster"
            ) from None
        door.set_inheritable(True)
        environment[DOOR] = str(door.detach())
        arguments = arguments[2:]
    unshare = shutil.which("unshare") or "unshare"
    os.execve(unshare, [unshare, *_SPACES, sys.executable, "-m", *arguments], environment)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NativeError as error:
        sys.exit(str(error))
