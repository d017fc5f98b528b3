"""Drawing from sequences, faster than ``Random.choice``, which redraws to be exactly fair."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Option = TypeVar("Option")


def pick(rng: Random, options: Sequence[Option]) -> Option:
    """One of *options*."""
    return options[int(rng.random() * len(options))]
