"""From generated exports to releases: a prohibited source is marked inside, verified, and never seen outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from shield1367.cli.app import app
from shield1367.disclosure.notices import NOTICES
from shield1367.protection.safeguards.rows import ItemState
from shield1367.testing.generate import generate
from shield1367.testing.truth import TrueSafeguards, read_safeguards

INSIDE, OUTSIDE = "crcl-oversight", "county-analytics"
WORDS = ("source_notice", "information_source", "source_verification", "1229e", "prohibited source")


def call(home: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(app, [*arguments, "--home", str(home), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def encounters(folder: Path) -> list[dict[str, Any]]:
    paths = sorted((folder / "data" / "enforcement.encounters").glob("*.parquet"))
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


def release(content: dict[str, Any], home: Path, recipient: str) -> Path:
    (export,) = (export for export in content["exports"] if export["recipient"] == recipient)
    assert export["state"] == "released", export["reason"]
    return home / "released" / recipient / export["release_id"]


def expected(entry: TrueSafeguards) -> ItemState:
    if entry.verified:
        return ItemState.VERIFIED
    return ItemState.REVIEW if entry.source_class == "review" else ItemState.OPEN


@pytest.mark.slow
def test_a_prohibited_source_is_marked_inside_until_it_is_verified(tmp_path: Path) -> None:
    generate(people=90, seed=4, out=tmp_path)
    first = call(tmp_path, "run", "--recipient", INSIDE, "--recipient", OUTSIDE)
    marked = release(first, tmp_path, INSIDE)
    true = {e.key: expected(e) for e in read_safeguards(tmp_path / "truth") if e.source_class}
    notices = {row["encounter_id"]: row["source_notice"] for row in encounters(marked)}
    assert {key: notices[key] for key in true} == {key: NOTICES[state] for key, state in true.items()}
    waiting = call(tmp_path, "safeguards", "sources")["items"]
    others = [key for key, notice in notices.items() if notice and key not in true]
    assert len(others) <= 4  # damaged copies of rows that have a source
    assert "source_notice" in (marked / "data_dictionary.csv").read_text()

    at = waiting[0]["at"]
    call(tmp_path, "safeguards", "verify", at, "--by", "J. Ruiz", "--reference", "R-114")
    second = call(tmp_path, "run", "--recipient", INSIDE, "--recipient", OUTSIDE)
    after = {
        row["encounter_id"]: row["source_notice"] for row in encounters(release(second, tmp_path, INSIDE))
    }
    changed = [key for key in notices if notices[key] != after[key]]
    assert [after[key] for key in changed] == [NOTICES[ItemState.VERIFIED]]
    states = {export["recipient"]: export["state"] for export in second["exports"]}
    assert states[OUTSIDE] == "unchanged"

    folder = release(first, tmp_path, OUTSIDE)
    # The dossier lists every column that was left out by its name, these among all others.
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "dossier.html"]
    assert len(files) > 3
    for path in files:
        content = path.read_bytes().lower()
        assert not [word for word in WORDS if word.encode() in content], path.name
    for row in encounters(folder):
        assert not [name for name in row if "source" in name or "notice" in name]
