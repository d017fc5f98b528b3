"""Several evaluations at once, one that is killed, another order: the same registry after."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shield1367.errors import TransientError
from shield1367.keys import Keys
from shield1367.protection.evaluate import evaluate, unevaluated
from shield1367.protection.registry import database as module
from shield1367.protection.registry import tables
from shield1367.protection.registry.store import Registry
from shield1367.protection.status import Status
from tests.protection.site import NOW, PROJECT, Desk, a_number, application, encounter

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
PROJECT_FOLDER = Path(__file__).resolve().parents[2]
# Sealed values differ by their random part each time; times have a zone on one database and none on the other.
LEFT_OUT = {"sealed", "sealed_code", "learned_at", "evaluated_at", "known_from"}
COMPARED = (
    tables.IDENTIFIER,
    tables.MARK,
    tables.MERGE,
    tables.EVIDENCE,
    tables.FAMILY,
    tables.SUSPECT,
    tables.PROTECTION,
    tables.BATCH,
    tables.STATE,
    tables.UNDECIDED,
)


def deliver(desk: Desk) -> None:
    """Four batches of two sources, with family, doubles and a row that waits in quarantine."""
    papers = [application(n, **(VICTIM if n % 5 == 0 else {})) for n in range(1, 41)]
    papers[6] |= {"principal_a_number": a_number(5), "relationship_to_principal": "CHILD"}
    papers[7] |= {name: papers[9][name] for name in ("given_name", "family_name", "date_of_birth")}
    desk.deliver("benefits", {"applications": papers[:25]}, batch="b1")
    desk.deliver("benefits", {"applications": papers[20:]}, batch="b2")
    desk.deliver("enforcement", {"encounters": [encounter(n) for n in range(1, 60)]}, batch="b1")
    shifted = {"IDNCASE": "910000001", "ALIEN_NBR": a_number(11) + "\tX"}
    desk.deliver("court", {"cases": [shifted]}, batch="b1")


def content(registry: Registry) -> dict[str, Any]:
    """Everything in the registry that an evaluation decides, in an order of its own."""
    return {
        table.name: sorted(
            tuple(str(value) for name, value in row._mapping.items() if name not in LEFT_OUT)
            # What was decided on the way, and is known no more, differs with the way.
            for row in registry.rows(sa.select(table))
            if row._mapping.get("known_until") is None
            and row._mapping.get("name") not in ("judged_at", "decided_at")
        )
        for table in COMPARED
    }


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The registry after one undisturbed evaluation. To be read, not changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SHIELD1367_REGISTRY_URL", raising=False)
        desk = Desk.at(tmp_path_factory.mktemp("undisturbed"))
        deliver(desk)
        desk.judge()
        return content(desk.registry)


def _evaluate(root: Path, barrier: Any) -> None:
    desk = Desk.at(root)
    barrier.wait()
    desk.judge()


def test_two_evaluations_at_once_leave_what_one_leaves(
    database: str, desk: Desk, expected: dict[str, Any]
) -> None:
    deliver(desk)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [context.Process(target=_evaluate, args=(desk.home.root, barrier)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert content(desk.registry) == expected
    assert unevaluated(desk.home, desk.registry, desk.project) == []


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_finished_by_the_next(
    database: str, desk: Desk, expected: dict[str, Any]
) -> None:
    deliver(desk)
    Registry(desk.home, desk.keys)
    ready = "import sys; from tests.protection.site import Desk; from pathlib import Path; "
    script = ready + "desk = Desk.at(Path(sys.argv[1])); print('ready', flush=True); desk.judge()"
    killed = 0
    for delay in (0.02, 0.1, 0.25):
        worker = subprocess.Popen(
            [sys.executable, "-c", script, str(desk.home.root)],
            cwd=PROJECT_FOLDER,
            env=os.environ | {"PYTHONPATH": f"{PROJECT_FOLDER / 'include'}:{PROJECT_FOLDER}"},
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        with worker.stdout:
            assert worker.stdout.readline() == b"ready\n"
            time.sleep(delay)
            worker.kill()
            killed += worker.wait() == -signal.SIGKILL
    assert killed
    desk.judge()
    assert content(desk.registry) == expected
    assert not desk.judge().changed


def test_a_writer_waits_for_its_turn_and_then_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deliver("benefits", {"applications": [application(1)]})
    busy = desk.registry
    engine = module.open_engine(desk.home, wait_seconds=0.1)
    with busy.transaction():
        with pytest.raises(TransientError), module.writing(engine):
            raise AssertionError("two at once")
        with module.reading(engine) as connection:
            assert list(connection.execute(sa.select(tables.BATCH))) == []
    with module.writing(engine) as connection:
        assert list(connection.execute(sa.select(tables.BATCH))) == []
    engine.dispose()


def test_a_reader_keeps_no_writer_waiting(desk: Desk) -> None:
    assert desk.registry.protections() == {}
    engine = module.open_engine(desk.home, wait_seconds=0.1)
    with module.reading(engine) as reader:
        assert list(reader.execute(sa.select(tables.BATCH))) == []
        with module.writing(engine) as writer:
            writer.execute(sa.insert(tables.STATE), {"name": "probe", "value": "new"})
    engine.dispose()
    assert desk.registry.state("probe") == "new"


def test_readers_see_the_registry_as_it_was_while_an_evaluation_writes(database: str, desk: Desk) -> None:
    registry = desk.registry
    with registry.transaction() as connection:
        registry.put(connection, tables.STATE, {"name": "probe", "value": "new"})
        assert desk.registry.state("probe") is None
    assert desk.registry.state("probe") == "new"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_batches_changes_no_answer(desk: Desk, order: tuple[int, ...]) -> None:
    """A denial before its application, a derivative before the principal: the law asks for neither order."""
    paper = application(1, **VICTIM)
    final = {"status": "DENIED_MERITS_FINAL", "appeal_exhausted": "Y", "status_date": "2022-05-06"}
    batches: list[dict[str, Any]] = [
        {"applications": [paper, application(2, **VICTIM)]},
        {"status_history": [final | {"receipt_number": paper["receipt_number"]}]},
        {"applications": [application(3, principal_a_number=a_number(2)), application(4)]},
    ]
    for number in order:
        desk.deliver("benefits", batches[number], batch=f"b{number}")
        desk.judge()
    assert [desk.status(a_number(n)) for n in (1, 2, 3, 4)] == [
        Status.CLEAR,
        Status.PROTECTED,
        Status.PROTECTED,
        Status.CLEAR,
    ]


def test_batches_evaluated_one_by_one_leave_what_one_pass_leaves(
    desk: Desk, expected: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    deliver(desk)
    hidden = tmp_path_factory.mktemp("hidden")
    receipts = sorted(desk.home.staged.glob("*/_batches/*.json"))
    assert len(receipts) == 4
    for receipt in receipts:
        shutil.move(receipt, hidden / f"{receipt.parts[-3]}-{receipt.name}")
    for receipt in receipts:
        shutil.move(hidden / f"{receipt.parts[-3]}-{receipt.name}", receipt)
        assert evaluate(desk.home, Keys(b"k" * 32), PROJECT, now=NOW).changed
    assert content(desk.registry) == expected
