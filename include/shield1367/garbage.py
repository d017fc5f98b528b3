"""Python's collection of cycles, kept out of work that makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without it: each pass walks everything that lives, and rows, people and indexes make no cycles.

    What is not used any more is freed as ever.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def set_aside() -> Iterator[None]:
    """What lives by now is walked by no collection inside, for who has a million records and collects what others made.

    One collection would walk them all.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
