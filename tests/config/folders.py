"""A copy of the project's configuration, to be damaged by tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.errors import ConfigError, Problem

CONTRACT: dict[str, Any] = {
    "source": "cases",
    "origin_agency": "dhs",
    "format": {"type": "csv"},
    "datasets": {
        "people": {
            "files": "people*.csv",
            "key": ["id"],
            "people": {"subject": {"a_number": "alien"}},
            "columns": {"id": "record_id", "alien": "a_number", "dob": "date_of_birth"},
        }
    },
}
PROFILE: dict[str, Any] = {
    "recipient": "reader",
    "effective": {"begins": "2026-01-01", "expires": "2031-01-01"},
    "organization": {"name": "Readers", "address": "1 Road", "type": "research", "inside": None},
    "purpose": "research",
    "agreement": {"reference": "R-1", "expires": "2031-01-01"},
    "datasets": ["enforcement.encounters"],
    "schedule": {"on": "staged data"},
    "retention": {"days": 365, "then": "destroy"},
}


def copy_config(target: Path) -> Path:
    """The shipped configuration, copied."""
    return Path(shutil.copytree(DEFAULT_CONFIG, target / "config"))


def written(path: Path, content: Any) -> Path:
    """*content* as YAML at *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def changed(content: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A deep copy of *content* with dotted keys replaced; ``...`` takes one away."""
    import copy

    made = copy.deepcopy(content)
    for dotted, value in changes.items():
        *parents, last = dotted.split(".")
        inner = made
        for name in parents:
            inner = inner.setdefault(name, {})
        if value is ...:
            del inner[last]
        else:
            # A copy: a later dotted key may reach into it.
            inner[last] = copy.deepcopy(value)
    return made


def problems_of(call: Callable[[], object]) -> dict[str, list[str]]:
    """The problems that *call* raises: key to messages."""
    with pytest.raises(ConfigError) as caught:
        call()
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        assert isinstance(problem, Problem)
        assert str(problem) in str(caught.value)
        found.setdefault(problem.key, []).append(problem.message)
    assert "shield1367 check" in caught.value.mend
    return found
