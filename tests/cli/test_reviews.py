"""``shield1367 check`` and the tables that somebody must vouch for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shield1367.config.loading import read_yaml
from tests.cli.conftest import Command
from tests.config.folders import copy_config, written

FILES = ("indicators.yaml", "safeguards.yaml", "linkage.yaml")
TODAY = datetime.now(UTC).date()


def reviewed_on(folder: Path, file: str, day: date) -> None:
    content = read_yaml(folder / file)
    if file == "benefits.yaml":
        content["tables"]["flags"]["reviewed"] = day
    else:
        content["reviewed"] = day
    written(folder / file, content)


def test_every_review_is_reported(shield1367: Command) -> None:
    reviews = json.loads(shield1367("check", "--json").out)["reviews"]
    assert {review["file"] for review in reviews} == {"benefits.yaml", *FILES}
    for review in reviews:
        assert set(review) == {"file", "table", "owner", "source", "reviewed", "due"}
        assert date.fromisoformat(review["due"]) > date.fromisoformat(review["reviewed"])
    text = shield1367("check").out
    for review in reviews:
        assert f"{review['file']} {review['table']}".rstrip() in text
        assert f"reviewed {review['reviewed']} by {review['owner']}, due {review['due']}" in text


@pytest.mark.parametrize("file", ["benefits.yaml", *FILES])
@pytest.mark.parametrize(
    ("age", "message"),
    [(timedelta(days=2000), "was due on"), (timedelta(days=-3), "is a day to come")],
    ids=["past its day", "a day to come"],
)
def test_a_table_nobody_vouches_for_is_a_problem(
    shield1367: Command, tmp_path: Path, file: str, age: timedelta, message: str
) -> None:
    folder = copy_config(tmp_path)
    reviewed_on(folder, file, TODAY - age)
    done = shield1367("check", folder, "--json")
    (problem,) = json.loads(done.out)["problems"]
    assert done.code == 1
    assert problem["file"] == str(folder / file)
    assert problem["key"] == ("tables.flags.reviewed" if file == "benefits.yaml" else "reviewed")
    assert message in problem["message"]


def test_a_table_that_is_due_soon_is_pointed_out(shield1367: Command, tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    age = read_yaml(folder / "linkage.yaml")["max_age_days"]
    reviewed_on(folder, "linkage.yaml", TODAY - timedelta(days=age - 5))
    done = shield1367("check", folder)
    (line,) = (line for line in done.out.splitlines() if "linkage.yaml" in line)
    assert done.code == 0
    assert line.startswith("!")
    assert "in 5 days; its source: generated people" in line
