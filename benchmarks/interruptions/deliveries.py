"""What senders and clocks do: the same batch again, late, out of order, a year at once, a clock set back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGKILL

from benchmarks.interruptions.embedded import RECIPIENT
from benchmarks.interruptions.states import State, released
from benchmarks.interruptions.upgrades import OLDER, killed_program, make_older, older_program, version_of
from shield1367.config.project import Project
from shield1367.home import Home
from shield1367.intake.manifest import MANIFEST
from shield1367.keys import Keys
from shield1367.pipeline import Site, export, protect, stage, waiting_batches
from shield1367.pipeline import State as Ended
from shield1367.protection.registry import migrations
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot
from shield1367.release.ledger import Ledger
from shield1367.release.signing import Signer
from shield1367.release.verify import verify_package
from shield1367.testing.generate import generate

WEEKS, DAYS = 52, 365
_FAKETIME = Path("/usr/bin/faketime")
_ONE_EXPORT = """
import sys
from pathlib import Path
from shield1367.config.project import load_project
from shield1367.errors import Shield1367Error
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site, export, protect, stage, waiting_batches
home = Home(root=Path(sys.argv[1]))
site = Site(home=home, keys=Keys.load(home), project=load_project(recipients=[sys.argv[2]]))
try:
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    print(export(site, sys.argv[2]).state)
except Shield1367Error as error:
    print(error.code)
"""
_OPEN = """
import sys
from pathlib import Path
from shield1367.errors import Shield1367Error
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
home = Home(root=Path(sys.argv[1]))
try:
    Registry(home, Keys.load(home))
    print("opened")
except Shield1367Error as error:
    print(error.code)
"""


@dataclass(frozen=True)
class Case:
    """One of them, and what was wrong afterwards; nothing when all was well."""

    name: str
    troubles: tuple[str, ...]


def new_site(root: Path, project: Project, *, people: int = 12, seed: int = 1) -> Site:
    """A home with one batch of each source."""
    home = Home(root=root)
    generate(people=people, seed=seed, out=root)
    shutil.rmtree(root / "truth")
    return Site(home=home, keys=Keys.load(home), project=project)


def take_in(site: Site) -> None:
    """Stage whatever waits, and judge."""
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)


def troubles(site: Site, *, releases: int) -> list[str]:
    """What is not as it has to be."""
    out = released(site, RECIPIENT)
    found = [] if len(out) == releases else [f"{len(out)} releases instead of {releases}"]
    for folder in out:
        verify_package(folder, Signer.of(site.home, site.keys).pem())
    state = State.of(site, datetime.now(UTC).date())
    if state.disclosures != releases:
        found.append(f"{state.disclosures} disclosures instead of {releases}")
    if any(site.home.work.glob("*/*")):
        found.append("a work folder stayed")
    return found + [f"{name} stayed" for name in state.leftovers]


def delivered_twice(site: Site) -> list[str]:
    """The same batch is staged and exported again and again."""
    for _ in range(2):
        take_in(site)
        export(site, RECIPIENT)
    return troubles(site, releases=1)


def delivered_twice_under_another_name(site: Site) -> list[str]:
    """The sender repeats a delivery under a new id: nobody counts twice, and nobody is lost."""
    take_in(site)
    export(site, RECIPIENT)
    before = _people(site)
    for source in site.project.contracts:
        for batch in list((site.home.landing / source).glob("*")):
            _again(batch, batch.with_name(f"{batch.name}-again"))
    take_in(site)
    # The rows are there twice and say so: that is another release, of more rows.
    export(site, RECIPIENT)
    found = troubles(site, releases=len(released(site, RECIPIENT)))
    return found + ([] if _people(site) == before else ["the registry knows other people"])


def out_of_order(site: Site) -> list[str]:
    """A later batch comes before an earlier one: who is protected does not depend on it."""
    second = site.home.root.parent / f"{site.home.root.name}-second"
    generate(people=12, seed=2, out=second)
    for source in site.project.contracts:
        for batch in (second / "landing" / source).glob("*"):
            _again(batch, site.home.landing / source / f"{batch.name}-later")
    shutil.rmtree(second)
    other = Site(
        home=Home(root=site.home.root.parent / f"{site.home.root.name}-other"),
        keys=site.keys,
        project=site.project,
    )
    shutil.copytree(site.home.root, other.home.root)
    for where, reverse in ((site, False), (other, True)):
        for source in where.project.contracts:
            for batch in sorted(waiting_batches(where, source)[0], key=lambda b: b.batch, reverse=reverse):
                stage(where, source, batch.batch)
                protect(where)
        export(where, RECIPIENT)
    found = [*troubles(site, releases=1), *troubles(other, releases=1)]
    one, two = (sorted(_people(where).values()) for where in (site, other))
    return found + ([] if one == two else ["who is protected depends on the order"])


def late(site: Site) -> list[str]:
    """One source delivers after the release: the next one has it, the first one stays."""
    source = "detention"
    held_back = site.home.root.parent / f"{site.home.root.name}-late"
    for name in ("benefits", "court", "enforcement", source):
        for batch in list((site.home.landing / name).glob("*")):
            _again(batch, held_back / name / f"{batch.name}-late")
    take_in(site)
    export(site, RECIPIENT)
    _again(next((held_back / source).iterdir()), site.home.landing / source / "late")
    shutil.rmtree(held_back)
    take_in(site)
    export(site, RECIPIENT)
    return troubles(site, releases=2)


def a_year_at_once(site: Site) -> list[str]:
    """365 days of one source land together, and the exports of three days run: one release, then nothing new."""
    batch = next((site.home.landing / "enforcement").iterdir())
    for day in range(1, DAYS):
        _again(batch, batch.with_name(f"{batch.name}-{day:03d}"))
    take_in(site)
    ended = [export(site, RECIPIENT).state for _ in range(3)]
    found = troubles(site, releases=1)
    return found + (
        [] if ended == [Ended.RELEASED, Ended.UNCHANGED, Ended.UNCHANGED] else [f"ended as {ended}"]
    )


def a_year_week_by_week(site: Site) -> list[str]:
    """52 weeks are caught up with, one after the other as they came: a release each, and all in the ledger."""
    take_in(site)
    export(site, RECIPIENT)
    batch = next((site.home.landing / "enforcement").iterdir())
    for week in range(1, WEEKS):
        _again(batch, batch.with_name(f"{batch.name}-{week:02d}"))
        take_in(site)
        if (ended := export(site, RECIPIENT)).state is not Ended.RELEASED:
            return [f"week {week} ended as {ended.state}: {ended.reason}"]
    return troubles(site, releases=WEEKS)


def clock_set_back(site: Site) -> list[str]:
    """A worker whose clock is two hours slow makes the second release: refused, and made when the clock is right."""
    if not _FAKETIME.exists():
        raise FileNotFoundError("E792 clocks need faketime. Mend: apt-get install faketime")
    take_in(site)
    export(site, RECIPIENT)
    batch = next((site.home.landing / "enforcement").iterdir())
    _again(batch, batch.with_name("next"))
    slow = _elsewhere(site, str(_FAKETIME), "-f", "-2h")
    found = [] if slow == "E802" else [f"a slow clock ends with {slow}"]
    found += troubles_but_work(site, releases=1)
    right = _elsewhere(site)
    found += [] if right == "released" else [f"the right clock ends with {right}"]
    return found + troubles(site, releases=2)


def rolling_upgrade(site: Site) -> list[str]:
    """A home of an earlier version is taken up by this one, killed in the middle of it; an old worker comes late."""
    take_in(site)
    export(site, RECIPIENT)
    before = _people(site)
    make_older(site.home)
    scratch = site.home.root.parent / f"{site.home.root.name}-programs"
    older, killed = older_program(scratch / "older"), killed_program(scratch / "killed")
    found = []

    def expect(what: str, said: str, wanted: str, version: str) -> None:
        if said != wanted or version_of(site.home) != version:
            found.append(f"{what} ends with {said}, and the registry is at {version_of(site.home)}")

    expect("the old program", _elsewhere(site, program=older, script=_OPEN), "opened", OLDER)
    expect(
        "the killed one", _elsewhere(site, program=killed, script=_OPEN), f"killed by {int(SIGKILL)}", OLDER
    )
    batch = next((site.home.landing / "enforcement").iterdir())
    _again(batch, batch.with_name("next"))
    # What was recorded before heads were signed is signed by whoever upgrades, and by nobody else.
    expect("the new one", _elsewhere(site), "E803", migrations.HEAD)
    Ledger(site.home).checkpoint(Signer.of(site.home, site.keys))
    expect("the new one, signed", _elsewhere(site), "released", migrations.HEAD)
    expect("an old one again", _elsewhere(site, program=older, script=_OPEN), "E421", migrations.HEAD)
    shutil.rmtree(scratch)
    if _people(site) != before:
        found.append("the registry knows other people")
    return found + troubles(site, releases=2)


def troubles_but_work(site: Site, *, releases: int) -> list[str]:
    """Likewise, while a release waits in its work folder."""
    return [line for line in troubles(site, releases=releases) if line != "a work folder stayed"]


CASES: dict[str, Callable[[Site], list[str]]] = {
    "delivered-twice": delivered_twice,
    "delivered-twice-under-another-name": delivered_twice_under_another_name,
    "late": late,
    "out-of-order": out_of_order,
    "a-year-at-once": a_year_at_once,
    "a-year-week-by-week": a_year_week_by_week,
    "clock-set-back": clock_set_back,
    "rolling-upgrade": rolling_upgrade,
}


def run_case(name: str, scratch: Path, project: Project) -> Case:
    """One case in a home of its own."""
    return Case(name, tuple(CASES[name](new_site(scratch / name, project))))


def _people(site: Site) -> dict[str, str]:
    statuses = take_snapshot(Registry(site.home, site.keys), datetime.now(UTC).date()).statuses
    return {person: status.value for person, status in statuses.items()}


def _elsewhere(site: Site, *before: str, program: Path | None = None, script: str = _ONE_EXPORT) -> str:
    """A process of its own; how it ended, or the code of its error.

    Args:
        before: a command that runs it.
        program: folder with another library than this one.
    """
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    environment["PYTHONPATH"] = os.pathsep.join([*([str(program)] if program else []), *map(str, sys.path)])
    command = [*before, sys.executable, "-c", script, str(site.home.root), RECIPIENT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode < 0:
        return f"killed by {-done.returncode}"
    return (done.stdout.split() or [done.stderr[-800:]])[-1]


def _again(batch: Path, target: Path) -> None:
    """The same files under another id."""
    shutil.copytree(batch, target)
    manifest = json.loads((target / MANIFEST).read_text()) | {"batch": target.name}
    (target / MANIFEST).write_text(json.dumps(manifest))
