"""Single faults, and the checks that hold the release because of them; `make sabotage` puts in all of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import finish, made_once
from tests.sabotage.faults import FAULTS, one_for_each_check
from tests.sabotage.scene import After, Bench, Fault


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Of so many people that rows are left in every file: a fault put into no row is none."""
    finished = made_once(tmp_path_factory, "finished-80", lambda root: finish(root, people=80))
    return Bench(finished, tmp_path_factory.mktemp("sabotage"))


def test_there_are_enough_faults_and_each_is_another() -> None:
    assert len(FAULTS) >= 60
    assert max(Counter(fault.name for fault in FAULTS).values()) == 1


def test_without_a_fault_the_release_goes_out(bench: Bench, tmp_path: Path) -> None:
    scene = bench.scene("county-analytics", After.CHECKED, tmp_path)
    assert scene.go_on(After.CHECKED).is_dir()


@pytest.mark.parametrize("fault", one_for_each_check(), ids=lambda fault: fault.name)
def test_a_fault_is_caught_by_the_check_that_is_there_for_it(
    fault: Fault, bench: Bench, tmp_path: Path
) -> None:
    assert fault.check in bench.caught_by(fault, tmp_path)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.escapes], ids=lambda fault: fault.name)
@pytest.mark.xfail(reason="nothing catches it yet: docs/sabotage.md", strict=True)
def test_a_fault_that_escapes_is_caught(fault: Fault, bench: Bench, tmp_path: Path) -> None:
    assert bench.caught_by(fault, tmp_path)
