"""How a site stands: what is new, old, waiting, refused; and what is not told."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shield1367.config.lookback import load_lookback
from shield1367.config.project import load_project
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.metrics.figures import GAUGES
from shield1367.metrics.standing import standing
from shield1367.release.ledger import Ledger
from shield1367.release.refusals import refusals_path, refusals_recorded

PROJECT = load_project()
Figures = dict[tuple[str, str], float]


def figures(root: Path, now: datetime | None = None) -> Figures:
    home = Home(root=root)
    found = standing(home, Keys.load(home), PROJECT, load_lookback(), now=now)
    return {(figure.name, next(iter(figure.labels.values()), "")): figure.value for figure in found}


def test_a_home_without_anything_has_zeros_and_no_ages(tmp_path: Path) -> None:
    found = figures(tmp_path)
    assert {value for (name, _), value in found.items() if name != "lapsing_within_30_days"} == {0}
    assert not [name for name, _ in found if name in ("registry_age_seconds", "release_age_seconds")]
    assert {source for name, source in found if name == "landing_oldest_seconds"} == set(PROJECT.contracts)


def test_after_a_run_nothing_waits_and_everything_is_fresh(finished: Path) -> None:
    found = figures(finished)
    assert {name for name, _ in found} == set(GAUGES)
    assert all(found["landing_oldest_seconds", source] == 0 for source in PROJECT.contracts)
    assert 0 <= found["registry_age_seconds", ""] < timedelta(days=1).total_seconds()
    assert all(found["approvals_waiting", r] == found["releases_held", r] == 0 for r in PROJECT.recipients)


def test_ages_grow_with_the_clock_and_never_are_below_nothing(finished: Path) -> None:
    now = datetime.now(UTC)
    today, tomorrow = figures(finished, now), figures(finished, now + timedelta(days=1))
    day = timedelta(days=1).total_seconds()
    assert tomorrow["registry_age_seconds", ""] - today["registry_age_seconds", ""] == pytest.approx(day)
    for recipient in PROJECT.recipients:
        name = ("release_age_seconds", recipient)
        assert tomorrow[name] - today[name] == pytest.approx(day)
    assert figures(finished, now - timedelta(days=365))["registry_age_seconds", ""] == 0


def test_a_delivery_waits_from_when_it_arrived(home_after_a_run: Path) -> None:
    now = datetime.now(UTC)
    landing = home_after_a_run / "landing"
    source = next(s for s, contract in PROJECT.contracts.items() if contract.manifest != "absent")
    old = sorted((landing / source).iterdir())[0]
    new = landing / source / "2099-01-01"
    shutil.copytree(old, new)
    then = (now - timedelta(hours=30)).timestamp()
    for path in new.iterdir():
        os.utime(path, (then, then))
    found = figures(home_after_a_run, now)
    assert found["landing_oldest_seconds", source] == pytest.approx(30 * 3600, abs=1)
    assert all(found["landing_oldest_seconds", s] == 0 for s in PROJECT.contracts if s != source)


def test_a_refusal_counts_for_a_day(tmp_path: Path) -> None:
    home, recipient = Home(root=tmp_path), next(iter(PROJECT.recipients))
    with pytest.raises(StaleRegistryError), refusals_recorded(home, recipient, "plan"):
        raise StaleRegistryError("too old.", mend="judge again.")
    now = datetime.now(UTC)
    assert figures(tmp_path, now + timedelta(seconds=1))["refusals_last_day", recipient] == 1
    assert figures(tmp_path, now + timedelta(days=1, seconds=2))["refusals_last_day", recipient] == 0


def test_what_cannot_be_read_is_no_zero(home_after_a_run: Path) -> None:
    refusals_path(Home(root=home_after_a_run)).write_text("damaged\n")
    with pytest.raises(StorageError):
        figures(home_after_a_run)


def test_looking_writes_nothing(home_after_a_run: Path) -> None:
    def written() -> dict[Path, int]:
        # Readers of SQLite share a file of locks, and an empty log, which is there as long as one of them is.
        states = {path: path.stat() for path in home_after_a_run.rglob("*") if path.is_file()}
        return {
            path: state.st_mtime_ns
            for path, state in states.items()
            if not path.name.endswith("-shm") and (state.st_size or not path.name.endswith("-wal"))
        }

    # What an earlier process left in the log of SQLite, the first one that opens it puts in its place.
    figures(home_after_a_run)
    before = written()
    entries = Ledger(Home(root=home_after_a_run)).entries()
    figures(home_after_a_run)
    assert Ledger(Home(root=home_after_a_run)).entries() == entries
    assert written() == before
