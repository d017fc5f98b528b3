"""What the README of a release tells to do, done in its folder."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shield1367.reporting.readme import README

_NAMED = re.compile(r"""["'](data/[^"']+)["']""")


def block(folder: Path, language: str) -> str:
    """The one block of a language; of shell the first."""
    text = (folder / README).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0]


def rows_told(folder: Path) -> dict[str, tuple[int, int]]:
    """Table → rows and columns, as the README has them."""
    lines = re.findall(r"^\| (\S+) \| ([\d,]+) \| (\d+) \|", (folder / README).read_text(), re.MULTILINE)
    return {name: (int(rows.replace(",", "")), int(columns)) for name, rows, columns in lines}


def shapes_in_pandas(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, int]]:
    """Table → rows and columns, as the lines for pandas load them."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(block(folder, "python"), names)
    return {name: frame.shape for name, frame in names["tables"].items()}


def shapes_in_duckdb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, int]]:
    """Table → rows and columns, as the lines for DuckDB load them."""
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        connection.execute(block(folder, "sql"))
        views = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
        found = {}
        for name in views:
            cursor = connection.execute(f'SELECT * FROM "{name}"')
            columns = len(cursor.description or ())
            found[name] = (len(cursor.fetchall()), columns)
    return found


def assert_it_loads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas and DuckDB load what the README says there is; R is told of files that exist."""
    told = rows_told(folder)
    assert told
    assert shapes_in_pandas(folder, monkeypatch) == told
    assert shapes_in_duckdb(folder, monkeypatch) == told
    named = _NAMED.findall(block(folder, "r"))
    assert len(named) == len(told)
    read = {path for pattern in named for path in folder.glob(pattern)}
    assert read == {path for path in (folder / "data").rglob("*") if path.is_file()}


def digest_by_shell(folder: Path) -> str:
    """What the command under *Cite* prints."""
    command = next(line for line in (folder / README).read_text().splitlines() if line.startswith("find "))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[0]
