"""The stages of a release, each run and measured in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measures import Measure
from shield1367 import pipeline
from shield1367.config.project import load_project
from shield1367.disclosure.plan import ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.storage import remove_folder, write_json
from shield1367.testing.generate import generate
from shield1367_airflow.environment import child_environment

SEED = 1367
SOURCES = ("benefits", "court", "enforcement", "detention")
# The bar on what Airflow adds is for as many people as that.
_BAR_FROM = 1_000_000
CHECKS = ("validate", "audit", "document", "release")
PROJECT = Path(__file__).resolve().parents[1]
# What every task's process does before its own work: Airflow's task runner, and the DAG that it is of.
_BEGIN = (
    "import airflow.sdk.execution_time.task_runner\n"
    "from airflow.dag_processing.dagbag import DagBag\n"
    "assert DagBag(dag_folder='{folder}/dags/export.py').dags"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one stage took.

    Attributes:
        seconds: of the processor, children included; *wall* by the clock.
        mebibytes: the most memory that one process of it held.
        rows: rows that went through, where the stage says.
        tasks: tasks it is in Airflow.
        opening: seconds that each of its tasks begins with, whatever it has to do then.
    """

    stage: str
    seconds: float
    wall: float
    mebibytes: float
    rows: int = 0
    tasks: int = 1
    opening: float = 0.0


def costs_of(folder: Path, people: int, recipient: str) -> list[Cost]:
    """The costs of all stages for that many people; of a folder that has been measured, as far as it was, those.

    A stage that was broken off is run again, as it is in Airflow.
    """
    kept = folder / "costs.json"
    costs = [Cost(**cost) for cost in json.loads(kept.read_text(encoding="utf-8"))] if kept.exists() else []
    stages: list[Callable[[], Cost]] = [
        partial(apart, _generate, folder, people),
        *(partial(apart, _stage, folder, source) for source in SOURCES),
        partial(apart, _protect, folder),
        partial(apart, _plan, folder, recipient),
        partial(_redacted, folder, recipient),
        *(partial(apart, _check, folder, recipient, name) for name in CHECKS),
    ]
    for stage in stages[len(costs) :]:
        costs.append(stage())
        write_json(kept, [asdict(cost) for cost in costs])
    return costs


def apart(work: Any, *arguments: Any) -> Cost:
    """Run a stage in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        cost: Cost = pool.submit(_measured, work, *arguments).result()
    return cost


def _measured(work: Any, *arguments: Any) -> Cost:
    started = time.perf_counter()
    stage, told = work(*arguments)
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Cost(
        stage=stage,
        seconds=own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        wall=time.perf_counter() - started,
        mebibytes=max(own.ru_maxrss, children.ru_maxrss) / 1024,
        **told,
    )


def site_in(folder: Path) -> Site:
    """The home and the keys of a run."""
    return Site(Home(root=folder), Keys(b"b" * 32), load_project())


def work_in(folder: Path, recipient: str) -> Path:
    """The work folder of the one release that is in the making."""
    (work,) = (folder / "work" / recipient).iterdir()
    return work


def _generate(folder: Path, people: int) -> tuple[str, dict[str, Any]]:
    summary = generate(people=people, seed=SEED, out=folder)
    return "generate", {"rows": sum(summary.rows.values()), "tasks": 0}


def _stage(folder: Path, source: str) -> tuple[str, dict[str, Any]]:
    site = site_in(folder)
    batches, _ = pipeline.waiting_batches(site, source)
    rows = sum(pipeline.stage(site, source, batch.batch)[0].rows for batch in batches)
    return f"intake.{source}", {"rows": rows, "tasks": len(batches) + 1}


def _protect(folder: Path) -> tuple[str, dict[str, Any]]:
    return "protect", {"rows": pipeline.protect(site_in(folder)).rows}


def _plan(folder: Path, recipient: str) -> tuple[str, dict[str, Any]]:
    planned = pipeline.plan(site_in(folder), recipient)
    return "plan", {"rows": ReleasePlan.read(planned.work).rows}


def _redacted(folder: Path, recipient: str) -> Cost:
    """The tasks of redaction one after the other, each a process of its own, as they are in Airflow."""
    opened = apart(_open, folder, recipient)
    tasks = [apart(_redact, folder, recipient, task, opened.tasks) for task in range(opened.tasks)]
    return replace(
        opened,
        seconds=sum(task.seconds for task in tasks),
        wall=sum(task.wall for task in tasks),
        mebibytes=max(task.mebibytes for task in tasks),
        rows=sum(task.rows for task in tasks),
    )


def _open(folder: Path, recipient: str) -> tuple[str, dict[str, Any]]:
    """What each task of redaction begins with: the snapshot is opened, and the scrubber knows everybody."""
    from shield1367.redaction.known_people import known_people

    site, work = site_in(folder), work_in(folder, recipient)
    plan = ReleasePlan.read(work)
    started = time.process_time()
    known = known_people(site.home, site.keys, plan)
    known.scrubber(site.project.text, site.project.recipients[plan.recipient].strictness)
    return "redact", {"opening": time.process_time() - started, "tasks": pipeline.redacting_tasks(work)}


def _redact(folder: Path, recipient: str, task: int, of: int) -> tuple[str, dict[str, Any]]:
    results = pipeline.redact_task(site_in(folder), work_in(folder, recipient), task, of)
    return "redact", {"rows": sum(result.rows_in for result in results)}


def _check(folder: Path, recipient: str, name: str) -> tuple[str, dict[str, Any]]:
    getattr(pipeline, name)(site_in(folder), work_in(folder, recipient))
    return name, {}


def two_workers(folder: Path, recipient: str) -> list[Measure]:
    """Two workers against one on the redaction of the release in *folder*, which is planned once more for it."""
    for name in ("released", "ledger", "plans", "work", "held"):
        remove_folder(folder / name)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(_plan, folder, recipient).result()
    clocks, seconds = [], []
    for workers in (1, 2):
        work = work_in(folder, recipient)
        remove_folder(work / "parts")
        for canaries in work.glob("canaries/*/redacted.json"):
            canaries.unlink()
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            # Both have started before the clock does.
            list(pool.map(_ready, range(workers)))
            started = time.perf_counter()
            seconds.append(
                sum(
                    pool.map(
                        _worked, *zip(*((folder, recipient, n, workers) for n in range(workers)), strict=True)
                    )
                )
            )
            clocks.append(time.perf_counter() - started)
    return [
        Measure("redact.two_workers", clocks[0] / clocks[1], "x", 1.8),
        Measure("redact.two_workers.processor", seconds[1] / seconds[0], "x", better="lower"),
    ]


def _ready(number: int) -> int:
    time.sleep(0.5)
    return number


def _worked(folder: Path, recipient: str, number: int, workers: int) -> float:
    started = time.process_time()
    pipeline.redact_task(site_in(folder), work_in(folder, recipient), number, workers)
    return time.process_time() - started


def orchestration(people: int, costs: Sequence[Cost]) -> list[Measure]:
    """What Airflow adds around the work: for each task a process that imports Airflow and the DAG.

    The most it can be: workers that fork have Airflow imported already. The scheduler's own time is not in it.
    """
    tasks, each = sum(cost.tasks for cost in costs), seconds_a_task()
    work = sum(cost.seconds for cost in costs if cost.stage != "generate")
    share = 100 * tasks * each / (tasks * each + work)
    bar = 10 if people >= _BAR_FROM else None
    return [
        Measure("orchestration.task", each, "s"),
        Measure(f"{people}.orchestration", share, f"% in {tasks} tasks", bar, "lower"),
    ]


def seconds_a_task() -> float:
    """Seconds of the processor before a task's own work begins."""
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as home:
        environment = child_environment(Path(home), project=PROJECT, port=18096)
        before = _children()
        subprocess.run(
            [sys.executable, "-c", _BEGIN.format(folder=PROJECT)],
            env=environment,
            cwd=home,
            check=True,
            capture_output=True,
        )
        return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
