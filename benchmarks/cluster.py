"""A cluster played event by event: how long an export takes on more workers than there are here, and what waits.

Costs of the stages are those measured on this machine. Of each, the two numbers of people that were measured give
what it costs at all and how it grows: ``seconds = fixed + a · people^b``, with b from the growth between the two. A
stage that is one task stays one task: however many workers there are, the next begins when it is done.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from benchmarks.scale_stages import Cost

# Starting a process and importing what a stage needs: what it costs however few people there are.
_FIXED = 2.5
# Tasks of a stage that more workers can take at once, by what they are divided by; all others are one task.
_PARALLEL = ("intake", "redact")
# Files of each source that are taken in side by side: batches, which are tasks of their own.
_BATCHES = 16
# Before a task's own work begins, see `scale_stages.seconds_a_task`.
_SECONDS_A_TASK = 7.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """How large.

    Attributes:
        redaction_tasks: a worker; more than one, so that a long one leaves nobody idle at the end.
    """

    people: int
    workers: int
    redaction_tasks: int = 4


@dataclass(frozen=True, slots=True)
class Law:
    """How the cost of a stage grows.

    Attributes:
        seconds: at *measured_at* people, less what it costs however few there are, and what is *opening*.
        opening: seconds that every task of it has for itself, at no people and for each of them.
    """

    measured_at: int
    seconds: float
    exponent: float
    opening: tuple[float, float] = (0.0, 0.0)

    def at(self, people: int) -> float:
        """Seconds of the processor for that many people."""
        return _FIXED + self.seconds * (people / self.measured_at) ** self.exponent

    def opening_at(self, people: int) -> float:
        """Seconds before a worker may begin: it has to know everybody."""
        at_all, for_each = self.opening
        return at_all + for_each * people


def fitted(costs: Mapping[int, Sequence[Cost]]) -> dict[str, Law]:
    """The law of each stage, by the two largest numbers of people that were measured."""
    *_, fewer, more = sorted(costs)
    before = {cost.stage: cost for cost in costs[fewer]}
    laws = {}
    for cost in costs[more]:
        if cost.stage == "generate":
            continue
        earlier = before[cost.stage]
        slope = max(0.0, (cost.opening - earlier.opening) / (more - fewer))
        opening = (max(0.0, cost.opening - slope * more), slope)
        seconds, smaller = (
            max(0.0, one.seconds - one.opening * one.tasks - _FIXED) for one in (cost, earlier)
        )
        # Where it is lost in what a process costs at all, it is taken to grow with the people.
        exponent = log(seconds / smaller) / log(more / fewer) if smaller > 0.5 and seconds > smaller else 1.0
        laws[cost.stage] = Law(more, seconds, exponent, opening)
    return laws


def played(cluster: Cluster, laws: Mapping[str, Law]) -> dict[str, float]:
    """Hours by the clock of each stage, in their order."""
    timeline: dict[str, float] = {}
    clock = 0.0
    for stage in dict.fromkeys(name.partition(".")[0] for name in laws):
        ended = _ended(
            cluster, clock, [law for name, law in laws.items() if name.partition(".")[0] == stage], stage
        )
        timeline[stage] = (ended - clock) / 3600
        clock = ended
    return timeline


def _ended(cluster: Cluster, clock: float, laws: Sequence[Law], stage: str) -> float:
    """When the last task of a stage is done: each goes to the worker that is free first, the longest first."""
    tasks = [task for law in laws for task in _tasks(cluster, law, stage)]
    free = [clock] * cluster.workers
    heapq.heapify(free)
    ended = clock
    for seconds in sorted(tasks, reverse=True):
        ended = max(ended, done := heapq.heappop(free) + _SECONDS_A_TASK + seconds)
        heapq.heappush(free, done)
    return ended


def _tasks(cluster: Cluster, law: Law, stage: str) -> list[float]:
    work, opening = law.at(cluster.people), law.opening_at(cluster.people)
    if stage not in _PARALLEL:
        return [work + opening]
    count = cluster.workers * cluster.redaction_tasks if stage == "redact" else _BATCHES
    return [opening + work / count] * count
