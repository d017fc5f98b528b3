from __future__ import annotations

import functools
import importlib
import pickle
import pkgutil
import re
import warnings
from collections import defaultdict
from pathlib import Path

import pytest

import shield1367
from shield1367.errors import (
    ConfigError,
    KeyMissingError,
    Problem,
    Shield1367Error,
    StorageError,
    TerminalError,
    TransientError,
    UnexpectedError,
    UnsettledError,
)
from shield1367.intake.reasons import Reason
from shield1367.intake.tables import UnreadableFileError


@functools.cache
def every_error() -> list[type[Shield1367Error]]:
    """Every error class of the library, found by importing all of it."""
    with warnings.catch_warnings():
        # What Great Expectations imports on Python 3.11 is deprecated; it is not what is tested here.
        warnings.simplefilter("ignore")
        for module in pkgutil.walk_packages(shield1367.__path__, "shield1367."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: list[type[Shield1367Error]] = []
    waiting: list[type[Shield1367Error]] = [Shield1367Error]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return sorted(
        {kind for kind in found if kind.__module__.startswith("shield1367.")}, key=lambda k: k.__name__
    )


MARKERS = {Shield1367Error, TerminalError, TransientError, UnsettledError}


def test_every_error_has_a_code_of_its_own() -> None:
    owners = defaultdict(set)
    for kind in every_error():
        if "code" in vars(kind):
            owners[kind.code].add(f"{kind.__module__}.{kind.__name__}")
    assert len(owners) > 15
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


def test_every_code_is_written_alike() -> None:
    assert all(re.fullmatch(r"E\d{3}", kind.code) for kind in every_error())


def test_no_error_goes_by_the_code_of_the_base() -> None:
    assert {kind for kind in every_error() if kind.code == Shield1367Error.code} == MARKERS


def test_every_error_is_terminal_or_transient_but_the_unexpected() -> None:
    undecided = {kind for kind in every_error() if not issubclass(kind, TerminalError | TransientError)}
    assert undecided == {Shield1367Error, UnexpectedError}
    assert not any(
        issubclass(kind, TerminalError) and issubclass(kind, TransientError) for kind in every_error()
    )


ERRORS = [
    StorageError("cannot write x.", mend="free space."),
    KeyMissingError("no key.", mend="give one."),
    ConfigError([Problem("a.yaml", "key", "is missing"), Problem("b.yaml", "", "is not YAML")]),
    UnreadableFileError(Path("d.csv"), Reason.TRUNCATED, "ends too early"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_the_way_between_processes(error: Shield1367Error) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_an_error_says_its_code_what_happened_and_the_mend() -> None:
    assert str(ERRORS[0]) == "E101 cannot write x. Mend: free space."


def test_a_configuration_error_lists_all_problems() -> None:
    text = str(ERRORS[2])
    assert "2 problem(s)" in text
    assert "a.yaml: key: is missing" in text
    assert "b.yaml: is not YAML" in text


def test_an_unexpected_error_names_type_and_place_and_never_the_message() -> None:
    try:
        int("QUERALT-A200000001")
    except ValueError as error:
        text = str(UnexpectedError.of(error))
    assert re.search(r"E901 ValueError in test_errors\.py, line \d+\.", text)
    assert "QUERALT" not in text


def test_an_unexpected_error_without_a_trace_still_says_so() -> None:
    assert "KeyError in an unknown place" in str(UnexpectedError.of(KeyError("QUERALT")))
