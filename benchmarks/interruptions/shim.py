"""The counting library of ``writes.c``: compiled, loaded before everything else, and spoken to."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from enum import IntEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("writes.c")


class Mode(IntEnum):
    """What happens at the chosen call; the numbers are those of ``writes.c``."""

    COUNT = 0
    END = 1
    TEAR = 2
    FULL = 3


class NoCompilerError(RuntimeError):
    """Error raised when there is no C compiler to build the counting library with."""


def loaded_before_everything(folder: Path, module: str) -> None:
    """Replace this process by one that runs *module* with the library; returns in that one.

    Raises:
        NoCompilerError: ``cc`` is not installed, or does not build it.
    """
    library = folder / "writes.so"
    if os.environ.get("LD_PRELOAD", "").endswith(library.name):
        return
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompilerError("E790 faults at writes need a C compiler. Mend: apt-get install gcc libc6-dev")
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(SOURCE), "-ldl"],
        capture_output=True,
        text=True,
    )
    if built.returncode:
        raise NoCompilerError(f"E790 {SOURCE.name} does not compile. Mend: {built.stderr[:2000]}")
    environment = dict(os.environ) | {"LD_PRELOAD": str(library), "INTERRUPTIONS_FOLDER": str(folder)}
    os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], environment)  # noqa: S606


def arm(mode: Mode, at: int) -> None:
    """Begin to count in this process; at call *at*, from 1, do what *mode* says."""
    ctypes.CDLL(None).interruptions_arm(ctypes.c_int(mode), ctypes.c_long(at))


def counted() -> int:
    """How many calls there were since :func:`arm`."""
    function = ctypes.CDLL(None).interruptions_counted
    function.restype = ctypes.c_long
    return int(function())
