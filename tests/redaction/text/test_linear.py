"""No pattern that reads a text may backtrack: RE2's cannot, and Python's own have nothing to go back on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from shield1367.redaction import text as package

# So many characters, or ways to go on, are tried at each place at most.
_MOST = 1000
# Reads words of the lists when they are loaded, no text.
_NO_TEXT = {("lexicon", "_MADE")}


def patterns() -> Iterator[tuple[str, str, re.Pattern[Any]]]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            short = module.name.rsplit(".", 1)[-1]
            if isinstance(value, re.Pattern) and (short, name) not in _NO_TEXT:
                yield short, name, value


def steps(parsed: Iterable[tuple[Any, Any]]) -> tuple[int, int]:
    """How many repeats have no end and may be gone back on, and how often the others go round at each place."""
    endless, rounds = 0, 1
    for code, argument in parsed:
        more, times = 0, 1
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            inner, times = steps(argument[2])
            if argument[1] is codes.MAXREPEAT:
                more = 1 + inner + (times > 1)
            else:
                more, times = inner, times * max(1, argument[1])
        elif code in (codes.SUBPATTERN, codes.ASSERT, codes.ASSERT_NOT):
            more, times = steps(argument[-1])
        elif code is codes.BRANCH:
            branches = [steps(branch) for branch in argument[1]]
            more, times = max(one for one, _ in branches), sum(each for _, each in branches)
        elif code is codes.POSSESSIVE_REPEAT:
            more, times = steps(argument[2])
        endless, rounds = endless + more, rounds * times
    return endless, rounds


def parsed(pattern: re.Pattern[Any]) -> Iterable[tuple[Any, Any]]:
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree: Iterable[tuple[Any, Any]] = parser.parse(text, pattern.flags & ~re.UNICODE)
    return tree


def test_the_patterns_are_found() -> None:
    assert len(list(patterns())) > 10


@pytest.mark.parametrize(
    ("module", "name", "pattern"), [pytest.param(*found, id=".".join(found[:2])) for found in patterns()]
)
def test_a_pattern_has_one_repeat_without_end_at_most(
    module: str, name: str, pattern: re.Pattern[Any]
) -> None:
    endless, rounds = steps(parsed(pattern))
    assert endless <= 1, f"{module}.{name} may go back on one repeat for the sake of another"
    assert rounds <= _MOST, f"{module}.{name} tries too much at each place"


@pytest.mark.parametrize("bad", ["(a+)+b", "a*a*b", "(?:a|b+)*c", "(x{0,99}y){0,99}"])
def test_one_that_would_is_seen(bad: str) -> None:
    endless, rounds = steps(parsed(re.compile(bad)))
    assert endless > 1 or rounds > _MOST
