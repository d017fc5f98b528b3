"""Synthetic case exports of four sources, with the ground truth beside them.

Equal settings give equal bytes. Memory does not grow with the number of people: households are
drawn, written and forgotten one by one.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import IO, Any

from shield1367.errors import TerminalError
from shield1367.storage import read_json, sha256, write_atomically, write_json
from shield1367.testing import truth as facts
from shield1367.testing.export_benefits import benefit_rows
from shield1367.testing.export_court import CASES, court_rows
from shield1367.testing.export_detention import detention_rows
from shield1367.testing.export_enforcement import enforcement_rows
from shield1367.testing.faults import Fault
from shield1367.testing.identifiers import Identifiers
from shield1367.testing.landing import PART_ROWS, Batch
from shield1367.testing.limbs import Status
from shield1367.testing.people import Household, draw_household
from shield1367.testing.rates import RATES, Rates
from shield1367.testing.rows import Context, Row

RECORD = "generated.json"
# A million people need more identifiers than the smallest sequence has from here on.
MOST_PEOPLE = 5_000_000


class FolderInUseError(TerminalError):
    """Error raised when the folder holds exports made with other settings."""

    code = "E951"


class TooManyPeopleError(TerminalError):
    """Error raised when identifiers would repeat, or there is nobody to generate."""

    code = "E952"


@dataclass(frozen=True, slots=True)
class GeneratedSummary:
    """What a run left behind. ``rows`` counts every data row, faults included, by dataset."""

    people: int
    protected: int
    indeterminate: int
    clear: int
    rows: dict[str, int]
    faults: int
    landing: Path
    truth: Path


def generate(
    *,
    people: int,
    seed: int,
    out: Path,
    batches: int = 1,
    part_rows: int = PART_ROWS,
    last_share: float | None = None,
    rates: Rates = RATES,
) -> GeneratedSummary:
    """Write ``out/landing/<source>/<batch>/`` and ``out/truth/``.

    A folder that already holds the result is checked by its hashes and left untouched.

    Args:
        people: how many people, between 1 and ``MOST_PEOPLE``.
        seed: the same seed draws the same people.
        out: where the landing zone and the ground truth go.
        batches: batches a source; people are spread over them evenly.
        part_rows: rows a file holds at most.
        last_share: share of the people who are in the last batch, between 0 and 1; the others are spread
            evenly. By default as many as in any other.
        rates: how often an A-Number is missing or has a slip; everything else goes by ``RATES``.

    Raises:
        FolderInUseError: *out* holds exports made with other settings.
        TooManyPeopleError: *people* is out of range.
        StorageError: the disk is full, the folder cannot be written.
    """
    if not 1 <= people <= MOST_PEOPLE or not 1 <= batches <= people:
        raise TooManyPeopleError(
            f"cannot generate {people} people in {batches} batch(es).",
            mend=f"ask for 1 to {MOST_PEOPLE:,} people, and for no more batches than people.",
        )
    settings: dict[str, Any] = {"people": people, "seed": seed, "batches": batches, "part_rows": part_rows}
    if last_share is not None or rates != RATES:
        settings |= {"last_share": last_share, "rates": json.loads(json.dumps(asdict(rates)))}
    landing, truth = out / "landing", out / "truth"
    record = truth / RECORD
    if record.exists():
        kept = read_json(record)
        if kept["settings"] != settings:
            raise FolderInUseError(
                f"{out} holds exports made with other settings.",
                mend="choose an empty folder, or delete the landing and truth folders in it.",
            )
        if kept["recipe"] == _recipe() and _intact(out, kept["files"]):
            return GeneratedSummary(**kept["counts"], landing=landing, truth=truth)
        for name in kept["files"]:
            (out / name).unlink(missing_ok=True)
        record.unlink()
    run = _Run(landing, seed=seed, part_rows=part_rows, rates=rates)
    shares = _until(people, batches, last_share)
    names = (facts.PEOPLE, facts.ROWS, facts.SPANS, facts.FAULTS, facts.SAFEGUARDS)
    _streamed([truth / name for name in names], lambda streams: run.write(streams, people, shares))
    counts = {
        "people": people,
        "protected": run.statuses[Status.PROTECTED],
        "indeterminate": run.statuses[Status.INDETERMINATE],
        "clear": run.statuses[Status.CLEAR],
        "rows": dict(sorted(run.rows.items())),
        "faults": run.faults,
    }
    files = sorted([*run.files, *(truth / name for name in names)])
    hashes = {path.relative_to(out).as_posix(): sha256(path) for path in files}
    write_json(record, {"settings": settings, "recipe": _recipe(), "counts": counts, "files": hashes})
    return GeneratedSummary(**counts, landing=landing, truth=truth)  # type: ignore[arg-type]


class _Run:
    """One pass over all households."""

    def __init__(self, landing: Path, *, seed: int, part_rows: int, rates: Rates) -> None:
        self.statuses: Counter[Status] = Counter()
        self.rows: Counter[str] = Counter()
        self.faults = 0
        self.files: list[Path] = []
        self._landing = landing
        self._seed = seed
        self._part_rows = part_rows
        self._rates = rates
        self._identifiers = Identifiers(seed)

    def write(self, streams: tuple[IO[bytes], ...], people: int, shares: list[int]) -> None:
        """Write everything; *shares* says how many people there are after each batch."""
        self._people, self._rows, self._spans, self._faults, self._safeguards = streams
        drawn = index = 0
        for number, until in enumerate(shares):
            batch = Batch(
                self._landing, index=number, seed=self._seed, refused=self._refuse, part_rows=self._part_rows
            )
            while drawn < until:
                household = draw_household(
                    index, first=drawn, limit=people - drawn, seed=self._seed, identifiers=self._identifiers
                )
                self._household(household, batch)
                drawn += len(household.people)
                index += 1
            batch.close()
            self.rows.update(batch.rows)
            self.files += batch.files

    def _household(self, household: Household, batch: Batch) -> None:
        context = Context(household, self._identifiers, household.rng, self._rates)
        encounters = list(enforcement_rows(context))
        encountered = frozenset(row.people[0][0].person_id for row in encounters)
        cases: dict[str, str] = {}
        for row in chain(
            benefit_rows(context), court_rows(context), encounters, detention_rows(context, encountered)
        ):
            if row.table is CASES:
                cases[row.people[0][0].person_id] = str(row.cells[0])
            batch.add(row)
            self._rows.write(facts.row_line(row))
            self._spans.writelines(facts.span_lines(row))
            self._safeguards.writelines(facts.safeguard_lines(row))
        for person in household.people:
            self.statuses[person.status] += 1
            case = cases.get(person.person_id)
            self._people.write(facts.person_line(person, (case,) if case else ()))

    def _refuse(self, row: Row, fault: Fault, batch: str, file: str, number: int) -> None:
        self.faults += 1
        self._faults.write(facts.fault_line(row, fault, batch=batch, file=file, number=number))


def _until(people: int, batches: int, last_share: float | None) -> list[int]:
    """How many people there are after each batch."""
    if last_share is None or batches == 1:
        return [people * (number + 1) // batches for number in range(batches)]
    before = round(people * (1 - last_share))
    return [*(before * (number + 1) // (batches - 1) for number in range(batches - 1)), people]


def _streamed(
    paths: list[Path], body: Callable[[tuple[IO[bytes], ...]], None], opened: tuple[IO[bytes], ...] = ()
) -> None:
    """Run *body* with a stream for each path; they appear under their names only when it is done."""
    if not paths:
        body(opened)
        return

    def write(temporary: Path) -> None:
        with temporary.open("wb") as stream:
            _streamed(paths[1:], body, (*opened, stream))

    write_atomically(paths[0], write)


def _intact(out: Path, files: dict[str, str]) -> bool:
    return all((out / name).is_file() and sha256(out / name) == digest for name, digest in files.items())


@lru_cache(maxsize=1)
def _recipe() -> str:
    """Hash of everything that the output depends on besides the settings."""
    from faker import VERSION

    hasher = hashlib.sha256(VERSION.encode())
    folder = Path(__file__).parent
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".yaml", ".txt")):
        hasher.update(path.relative_to(folder).as_posix().encode())
        hasher.update(path.read_bytes())
    return hasher.hexdigest()
