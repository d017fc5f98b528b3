"""Tasks that misbehave, run by Airflow itself: what reaches logs and database, and what is tried again."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from shield1367_airflow.environment import PREPARE, child_environment

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
PROBES = Path(__file__).with_name("probes")
SCRIPT = "import runpy, sys; runpy.run_path(sys.argv[1])['PROBES'].test()"
PIECES = re.compile(r"Xochitl|Canary|Ncube|0?98765431", re.IGNORECASE)


@dataclass(frozen=True)
class Ran:
    """What a run of the probes left."""

    home: Path
    printed: str
    tasks: dict[str, tuple[str, int]]

    def tries(self, name: str) -> int:
        return int((self.home / f"tries-{name}").read_text())


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    home = tmp_path_factory.mktemp("probes")
    environment = child_environment(home, project=PROJECT, port=18099)
    environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(PROBES)

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, env=environment, cwd=home, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout + done.stderr

    run(Path(sys.executable).with_name("airflow"), *PREPARE[0])
    printed = run(sys.executable, "-c", SCRIPT, PROBES / "probes.py")
    with closing(sqlite3.connect(home / "airflow" / "airflow.db")) as database:
        rows = database.execute("SELECT task_id, state, try_number FROM task_instance").fetchall()
    yield Ran(home, printed, {task: (state, tries) for task, state, tries in rows})


def test_what_a_foreign_error_says_reaches_nobody(ran: Ran) -> None:
    assert "KeyError in " in ran.printed
    assert "E901" in ran.printed
    assert PIECES.findall(ran.printed) == []


def test_nothing_on_disk_holds_a_piece_of_it(ran: Ran) -> None:
    searched = [path for path in (ran.home / "airflow").rglob("*") if path.is_file()]
    assert {"airflow.db"} <= {path.name for path in searched}
    for path in searched:
        text = path.read_bytes().decode("utf-8", "replace")
        # The DAG's own source, which Airflow keeps, has the canary in one line: where it is defined.
        found = PIECES.findall(text.replace('"Xochitl Canary-Ncube 098765431"', "").replace("CANARY", ""))
        assert found == [], path.name


def test_our_own_errors_keep_their_message_and_lose_their_chain(ran: Ran) -> None:
    for row in ("row 3", "row 4"):
        assert f"{row} of part 1 cannot be read. Mend: deliver it again." in ran.printed


def test_counts_and_paths_are_handed_on_and_not_logged(ran: Ran) -> None:
    assert ran.tasks["returns_counts"] == ("success", 1)
    assert "work/x/r-1" not in ran.printed
    with closing(sqlite3.connect(ran.home / "airflow" / "airflow.db")) as database:
        rows = database.execute("SELECT task_id, value FROM xcom WHERE key = 'return_value'").fetchall()
    assert {task for task, _ in rows} == {"returns_counts", "transient_error"}


@pytest.mark.parametrize("task", ["returns_a_frame", "returns_text"])
def test_what_is_no_count_fails_the_task(ran: Ran, task: str) -> None:
    assert ran.tasks[task][0] == "failed"


def test_a_terminal_error_fails_at_once_and_lists_the_problems(ran: Ran) -> None:
    assert ran.tasks["terminal_error"] == ("failed", 1)
    assert ran.tries("terminal") == 1
    assert "court.yaml: datasets.cases: is missing" in ran.printed


def test_a_transient_error_is_tried_again_until_it_works(ran: Ran) -> None:
    # More often than a fault of our own would be.
    assert ran.tasks["transient_error"] == ("success", 6)
    assert ran.tries("transient") == 6


def test_an_unexpected_error_is_tried_again_twice(ran: Ran) -> None:
    assert ran.tasks["unexpected_error"][0] == "failed"
    assert ran.tries("unexpected") == 3
