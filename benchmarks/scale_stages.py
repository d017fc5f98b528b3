"""The stages of a release, each run and measured in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.measures import Measure
from shield1367 import pipeline
from shield1367.config.project import load_project
from shield1367.disclosure.partitions import tasks_of
from shield1367.disclosure.plan import ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.storage import remove_folder, write_json
from shield1367.testing.generate import generate

SEED = 1367
SOURCES = ("benefits", "court", "enforcement", "detention")
CHECKS = ("validate", "audit", "document", "release")
# What Airflow adds to a task, of the processor: its supervisor, its own process and what the scheduler does for it.
# Measured with `airflow dags test` on a DAG of empty tasks, imports included.
SECONDS_A_TASK = 3.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one stage took.

    Attributes:
        seconds: of the processor, children included; *wall* by the clock.
        mebibytes: the most memory that one process of it held.
        rows: rows that went through, where the stage says.
        tasks: tasks it is in Airflow.
        opening: seconds of it that each further worker would spend again.
    """

    stage: str
    seconds: float
    wall: float
    mebibytes: float
    rows: int = 0
    tasks: int = 1
    opening: float = 0.0


def costs_of(folder: Path, people: int, recipient: str) -> list[Cost]:
    """The costs of all stages for that many people; of a folder that has been measured, those."""
    kept = folder / "costs.json"
    if kept.exists():
        return [Cost(**cost) for cost in json.loads(kept.read_text(encoding="utf-8"))]
    costs = [apart(_generate, folder, people)]
    costs += [apart(_stage, folder, source) for source in SOURCES]
    costs += [apart(_protect, folder), apart(_plan, folder, recipient), apart(_redact, folder, recipient)]
    costs += [apart(_check, folder, recipient, name) for name in CHECKS]
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


def _redact(folder: Path, recipient: str) -> tuple[str, dict[str, Any]]:
    site, work = site_in(folder), work_in(folder, recipient)
    plan = ReleasePlan.read(work)
    opening = _opened(site, plan)
    indexes = [index for task in tasks_of(plan, 1) for index in task]
    results = pipeline.redact_parts(site, work, indexes)
    told = {"rows": sum(result.rows_in for result in results), "opening": opening}
    return "redact", told | {"tasks": pipeline.redacting_tasks(work)}


def _opened(site: Site, plan: ReleasePlan) -> float:
    """Seconds until a process may begin: the snapshot is open, and the scrubber knows everybody."""
    from shield1367.redaction.known_people import known_people

    started = time.process_time()
    known = known_people(site.home, site.keys, plan)
    known.scrubber(site.project.text, site.project.recipients[plan.recipient].strictness)
    return time.process_time() - started


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


def orchestration(costs: Sequence[Cost]) -> list[Measure]:
    """What Airflow adds around the work, of all of it."""
    tasks = sum(cost.tasks for cost in costs)
    work = sum(cost.seconds for cost in costs if cost.stage != "generate")
    share = 100 * tasks * SECONDS_A_TASK / (tasks * SECONDS_A_TASK + work)
    return [Measure("orchestration", share, f"% of {tasks} tasks", 10, "lower")]
