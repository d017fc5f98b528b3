"""Every write of every stage, ended there: does the next try finish the work as if nothing had happened?

Each stage runs in a process forked off one that has warmed up, so that a point costs a tenth of a second.
After the interrupted process a second one runs the same stage again, as Airflow would; then the home must
hold what it holds after an undisturbed run, byte for byte where the bytes are not drawn at random.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.interruptions import shim
from benchmarks.interruptions.states import State, released
from shield1367 import pipeline
from shield1367.disclosure.plan import ReleasePlan
from shield1367.errors import Shield1367Error, UnexpectedError
from shield1367.pipeline import Site
from shield1367.release.signing import Signer
from shield1367.release.verify import verify_package

RECIPIENT = "county-analytics"
# Far above what a stage of a dozen people takes on a busy machine.
_PATIENCE = 120.0
_DONE, _REFUSED, _FOREIGN = 0, 3, 4

Step = Callable[[], object]


@dataclass(frozen=True)
class Ended:
    """How one process ended: its exit code or the signal, as ``waitpid`` tells, and what it said."""

    status: int
    said: str

    @property
    def was_killed(self) -> bool:
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    @property
    def code(self) -> int:
        return os.waitstatus_to_exitcode(self.status)


@dataclass
class Tally:
    """What came of the interruptions of one stage in one mode."""

    stage: str
    mode: shim.Mode
    calls: int
    points: int = 0
    finished: int = 0
    failures: list[str] = field(default_factory=list)
    leftovers: set[str] = field(default_factory=set)


def in_process(step: Step, *, mode: shim.Mode = shim.Mode.COUNT, at: int = 0) -> Ended:
    """Run *step* in a forked process, interrupted as asked; it says its number of calls, or its error."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = _FOREIGN
        try:
            shim.arm(mode, at)
            step()
            os.write(writing, str(shim.counted()).encode())
            code = _DONE
        except Shield1367Error as error:
            shim.counted()
            code = _FOREIGN if isinstance(error, UnexpectedError) else _REFUSED
            os.write(writing, f"{error.code} {error.message}"[:2000].encode())
        except BaseException as error:  # noqa: BLE001  # a child must not go on as its parent
            shim.counted()
            os.write(writing, str(UnexpectedError.of(error))[:2000].encode())
        finally:
            os._exit(code)
    os.close(writing)
    deadline = time.monotonic() + _PATIENCE
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            break
        time.sleep(0.002)
    said = os.read(reading, 4000).decode()
    os.close(reading)
    return Ended(status, said)


def steps(site: Site) -> Iterator[tuple[str, Step]]:
    """The stages of one export in order; each is made when the one before has run."""
    for source in site.project.contracts:
        for batch in pipeline.waiting_batches(site, source)[0]:
            yield (
                f"stage {source}",
                lambda source=source, batch=batch.batch: pipeline.stage(site, source, batch),
            )
    yield "protect", lambda: pipeline.protect(site)
    yield "plan", lambda: pipeline.plan(site, RECIPIENT)
    work = next((site.home.work / RECIPIENT).glob("r-*"))
    plan = ReleasePlan.read(work)
    for _, part in (*plan.parts(), *plan.canaries()):
        yield f"redact {part.index}", lambda index=part.index: pipeline.redact(site, work, index)
    yield "validate", lambda: pipeline.validate(site, work)
    yield "audit", lambda: pipeline.audit(site, work)
    yield "document", lambda: pipeline.document(site, work)
    yield "release", lambda: pipeline.release(site, work)


def interrupt_all(
    site: Site,
    scratch: Path,
    *,
    modes: Sequence[shim.Mode],
    most: int | None,
    to_the_end: int,
    only: Sequence[str] = (),
) -> Iterator[Tally]:
    """Interrupt every stage at every call, or at *most* of them, evenly spread.

    Args:
        scratch: where copies of the home are kept, on the same disk.
        to_the_end: of how many points a stage all later stages are run too, and the release verified.
        only: names of the stages to be interrupted; the others just run. None are all.
    """
    day = datetime.now(UTC).date()
    root = site.home.root
    for name, step in steps(site):
        if only and name not in only:
            in_process(step)
            continue
        before = scratch / "before"
        _copy(root, before)
        first = in_process(step)
        if first.code != _DONE:
            raise AssertionError(f"{name} fails undisturbed: {first.said}")
        calls, wanted = int(first.said), State.of(site, day)
        _copy(before, root)
        in_process(step)
        again = State.of(site, day)
        # Ciphertexts and signatures with a time: told by their differing between two undisturbed runs.
        drawn = frozenset(p for p in wanted.files if again.files.get(p) != wanted.files[p])
        after = scratch / "after"
        _copy(root, after)
        for mode in modes:
            tally = Tally(name, mode, calls)
            points = _spread(calls, most)
            whole = set(_spread(len(points), to_the_end))
            for position, at in enumerate(points, start=1):
                _copy(before, root)
                ended = in_process(step, mode=mode, at=at)
                tally.points += 1
                if trouble := _unlike(mode, ended):
                    tally.failures.append(f"at {at}: {trouble}")
                retried = in_process(step)
                if retried.code != _DONE:
                    tally.failures.append(f"at {at}: the next try ends with {retried.code}: {retried.said}")
                    continue
                state = State.of(site, day)
                tally.leftovers.update(state.leftovers)
                if trouble := "; ".join(state.differs(wanted, random=drawn)[:3]):
                    tally.failures.append(f"at {at}: {trouble}")
                elif position in whole and (trouble := _to_the_end(site, name)):
                    tally.failures.append(f"at {at}, to the end: {trouble}")
                else:
                    tally.finished += 1
            yield tally
        _copy(after, root)


def _unlike(mode: shim.Mode, ended: Ended) -> str:
    """In what way the interrupted process did not end as it should; nothing when it did."""
    if mode is shim.Mode.FULL:
        # A full disk is said in our words; or was met where nothing depended on it.
        return "" if ended.code in (_DONE, _REFUSED) else f"a full disk ends with {ended.code}: {ended.said}"
    # A torn write is one only where a write stands at this place.
    if ended.was_killed or (mode is shim.Mode.TEAR and ended.code == _DONE):
        return ""
    return f"was not ended but ends with {ended.code}: {ended.said}"


def _to_the_end(site: Site, after: str) -> str:
    begun = False
    # After the last one its work folder is gone, and with it the plan that the steps are made from.
    for name, step in steps(site) if after != "release" else ():
        if begun:
            ended = in_process(step)
            if ended.code != _DONE:
                return f"{name} ends with {ended.code}: {ended.said}"
        begun = begun or name == after
    out = released(site, RECIPIENT)
    if len(out) != 1:
        return f"{len(out)} releases"
    verify_package(out[0], Signer.of(site.home, site.keys).pem())
    state = State.of(site, datetime.now(UTC).date())
    if state.disclosures != 1:
        return f"{state.disclosures} disclosures"
    if any(site.home.work.glob("*/*")):
        return "a work folder stayed"
    return ""


def _spread(number: int, most: int | None) -> list[int]:
    """At most *most* of 1 … *number*, evenly, the last one included."""
    if most is None or most >= number:
        return list(range(1, number + 1))
    return sorted({number - (number * position) // most for position in range(most)})


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)


def warm_up(site: Site, scratch: Path) -> None:
    """Run everything once in a copy of the home, so that forked processes find code and tables loaded."""
    copy = scratch / "warm"
    _copy(site.home.root, copy)
    warm = Site(home=type(site.home)(root=copy), keys=site.keys, project=site.project)
    for _, step in steps(warm):
        step()
    shutil.rmtree(copy)
    sys.stdout.flush()
