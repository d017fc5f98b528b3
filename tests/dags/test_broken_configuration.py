"""A contract or profile that does not hold takes its own DAG's runs down, and no other DAG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shield1367.config.project import recipient_names, source_names
from shield1367.errors import ConfigError
from shield1367.testing.generate import generate
from shield1367_airflow import stages
from tests.dags.loading import load_dags

BREAKS: dict[str, Callable[[str], str]] = {
    "not YAML": lambda text: text + "\n  - : [",
    "unknown key": lambda text: text + "\nnonsense: 1\n",
    "a list": lambda text: "- a\n- b\n",
    "empty": lambda text: "",
    "schedule of the wrong type": lambda text: (
        "\n".join(line for line in text.splitlines() if not line.startswith("schedule"))
        + "\nschedule: [1, 2]\n"
    ),
    "no time": lambda text: (
        "\n".join(line for line in text.splitlines() if not line.startswith("schedule"))
        + "\nschedule: {cron: every now and then}\n"
    ),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("file", ["sources/court.yaml", "recipients/county-analytics.yaml"])
def test_every_dag_stays(config: Path, file: str, name: str) -> None:
    path = config / file
    path.write_text(BREAKS[name](path.read_text()))
    assert set(load_dags()) == (
        {f"intake_{source}" for source in source_names()}
        | {f"export_{recipient}" for recipient in recipient_names()}
        | {"protect", "lookback", "approvals", "accounting", "observe"}
    )


def test_bytes_that_are_no_text_keep_every_dag(config: Path) -> None:
    (config / "recipients" / "county-analytics.yaml").write_bytes(b"\xff\xfe\x00")
    assert "export_county-analytics" in load_dags()


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_contract_fails_its_own_intake_with_the_problems(
    config: Path, home: Path, name: str
) -> None:
    path = config / "sources" / "court.yaml"
    path.write_text(BREAKS[name](path.read_text()))
    with pytest.raises(ConfigError, match=r"court\.yaml") as caught:
        stages.find_batches("court")
    assert caught.value.problems
    assert stages.find_batches("benefits") == []


def test_a_broken_contract_stops_nobody_else_while_nothing_of_it_is_staged(config: Path, home: Path) -> None:
    (config / "sources" / "court.yaml").write_text("nonsense: 1")
    assert stages.protect() == {"batches": 0, "rows": 0, "changed": False}
    assert stages.plan_release("state-university-research") == []
    # This one asks for court cases.
    with pytest.raises(ConfigError, match=r"court\.yaml"):
        stages.plan_release("county-analytics")


def test_staged_rows_without_a_sound_contract_are_judged_by_nobody(config: Path, home: Path) -> None:
    generate(people=5, seed=1, out=home)
    (batch,) = stages.find_batches("court")
    assert stages.stage_batch("court", batch)["staged"] > 0
    (config / "sources" / "court.yaml").write_text("nonsense: 1")
    for stage in (stages.protect, lambda: stages.plan_release("state-university-research")):
        with pytest.raises(ConfigError, match=r"court\.yaml"):
            stage()


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_profile_fails_its_own_export_with_the_problems(config: Path, home: Path, name: str) -> None:
    path = config / "recipients" / "county-analytics.yaml"
    path.write_text(BREAKS[name](path.read_text()))
    with pytest.raises(ConfigError, match=r"county-analytics\.yaml"):
        stages.plan_release("county-analytics")
    # Not the broken file stops it, but that nothing is staged.
    assert stages.plan_release("state-university-research") == []


def test_all_problems_are_listed_with_their_keys(config: Path, home: Path) -> None:
    path = config / "sources" / "court.yaml"
    path.write_text(
        path.read_text().replace("source: court", "source: wrong\nnonsense: 1", 1) + "\nmore: 2\n"
    )
    with pytest.raises(ConfigError) as caught:
        stages.find_batches("court")
    assert {problem.key for problem in caught.value.problems} >= {"nonsense", "more"}
