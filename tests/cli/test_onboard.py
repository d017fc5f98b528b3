"""``shield1367 onboard`` as a data engineer uses it: draft, check, take the next batch in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.config.folders import copy_config
from tests.onboarding.exports import BOOKINGS, rows_of


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "bookings_2026-10.csv"
    path.write_text("\n".join("|".join(row) for row in [list(BOOKINGS), *rows_of(BOOKINGS)]))
    return path


def test_a_draft_is_taken_as_it_is(
    shield1367: Command, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = copy_config(tmp_path)
    monkeypatch.setenv("SHIELD1367_CONFIG", str(config))
    out = config / "sources" / "bookings.yaml"
    done = shield1367("onboard", export, "--out", out)
    assert done.code == 0, done.err
    assert "for you to decide" in done.out
    assert shield1367("check").code == 0

    out.write_text(out.read_text().replace("manifest: required", "manifest: absent"))
    landing = tmp_path / "home" / "landing" / "bookings"
    landing.mkdir(parents=True)
    (landing / export.name).write_bytes(export.read_bytes())
    run = json.loads(shield1367("run", "--home", tmp_path / "home", "--json").out)
    assert "120" in json.dumps(run)


def test_it_shows_kinds_and_no_value(shield1367: Command, export: Path) -> None:
    shown = shield1367("onboard", export).out
    answer = json.loads(shield1367("onboard", export, "--json").out)
    assert {column["column"] for column in answer["datasets"][0]["columns"]} == set(BOOKINGS)
    # "LEE" and the like are in other words.
    values = {cell for row in rows_of(BOOKINGS) for cell in row if len(cell) > 5}
    assert [value for value in values if value in shown or value in json.dumps(answer)] == []


def test_a_contract_in_use_is_not_replaced(shield1367: Command, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "bookings.yaml"
    out.write_text("source: bookings\n")
    refused = shield1367("onboard", export, "--out", out)
    assert (refused.code, out.read_text()) == (1, "source: bookings\n")
    assert "E307" in refused.err


def test_what_is_no_table_is_refused(shield1367: Command, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague\nplease find enclosed what you asked for\n")
    refused = shield1367("onboard", path)
    assert refused.code == 1
    assert "E305" in refused.err
    assert "Mend:" in refused.err
