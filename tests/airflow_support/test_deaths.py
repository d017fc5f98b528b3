"""What is counted as the death of a task's process, and what is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367_airflow.deaths import MOST_DEATHS, DeadlyTaskError, deaths_counted, mark_of

_DIE = """
import os, signal, sys
from types import SimpleNamespace
from shield1367_airflow.deaths import deaths_counted
for _ in range(int(sys.argv[1])):
    if os.fork() == 0:
        with deaths_counted(SimpleNamespace(dag_id="d", run_id="r/1 +", task_id="t", map_index=0)):
            os.kill(os.getpid(), signal.SIGKILL)
    _, ended = os.wait()
    assert os.waitstatus_to_exitcode(ended) == -signal.SIGKILL
"""


def task(**changed: Any) -> Any:
    return SimpleNamespace(**({"dag_id": "d", "run_id": "r/1 +", "task_id": "t", "map_index": 0} | changed))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path))
    return Home(root=tmp_path)


def die(times: int) -> None:
    """Processes that are killed in the middle of the task, one after the other."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    subprocess.run([sys.executable, "-c", _DIE, str(times)], env=environment, check=True)


def test_a_task_whose_process_dies_again_and_again_is_given_up(home: Home) -> None:
    die(MOST_DEATHS)
    with pytest.raises(DeadlyTaskError, match=f"E823 .* {MOST_DEATHS} times"), deaths_counted(task()):
        raise AssertionError("it is not tried again")
    # Cleared by somebody, it begins anew.
    with deaths_counted(task()):
        pass


def test_what_was_killed_now_and_then_goes_on_and_leaves_nothing(home: Home) -> None:
    die(MOST_DEATHS - 1)
    with deaths_counted(task()):
        assert mark_of(home, task()).exists()
    assert list((home.root / "tries").iterdir()) == []
    die(MOST_DEATHS - 1)
    with deaths_counted(task()):
        pass


def test_an_error_is_no_death(home: Home) -> None:
    for _ in range(2 * MOST_DEATHS):
        with pytest.raises(TransientError), deaths_counted(task()):
            raise TransientError("the store is away.", mend="wait.")


def test_a_try_that_was_taken_for_dead_and_goes_on_harms_nobody(home: Home) -> None:
    with deaths_counted(task()), deaths_counted(task()):
        pass
    assert not mark_of(home, task()).exists()


@pytest.mark.parametrize("other", [{"run_id": "r/2 +"}, {"task_id": "u"}, {"map_index": 1}, {"dag_id": "e"}])
def test_one_task_dies_for_itself(home: Home, other: dict[str, Any]) -> None:
    die(MOST_DEATHS)
    with deaths_counted(task(**other)):
        pass
    assert mark_of(home, task()).exists()
