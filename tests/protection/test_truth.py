"""The registry against the ground truth of a generated landing zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow.parquet as pq
import pytest

from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.intake.receipt import list_receipts
from shield1367.intake.stage import KEY
from shield1367.keys import Keys
from shield1367.pipeline import Site, protect, stage, waiting_batches
from shield1367.protection.links import RowLink, links_path, read_links
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot
from shield1367.protection.status import Status
from shield1367.testing.generate import generate
from shield1367.testing.truth import TruePerson, TrueRow, read_faults, read_people, read_rows

# Enough that one family in doubt does not decide: doubt is shared by everybody in the case.
PEOPLE, SEED = 1_500, 5
TODAY = date(2026, 9, 1)
OWN_ROLES = ("subject", "principal", "lead", "rider")
MOST_SHIELDED = 0.02


@dataclass(frozen=True)
class Judged:
    """One staged row with its truth and its answer."""

    row: TrueRow
    people: list[TruePerson]
    answer: Status


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    out = tmp_path_factory.mktemp("truth")
    generate(people=PEOPLE, seed=SEED, out=out)
    home = Home(root=out / "home", landing_override=out / "landing")
    site = Site(home, Keys(b"k" * 32), load_project())
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    people = {person.person_id: person for person in read_people(out / "truth")}
    truth = {(row.source, row.dataset, row.key): row for row in read_rows(out / "truth")}
    snapshot = take_snapshot(Registry(home, site.keys), TODAY)
    found = []
    for source, dataset, key, links in _staged(home):
        if row := truth.get((source, dataset, key)):
            about = site.project.contracts[source].datasets[dataset].about
            of_row = [people[person] for person, _ in row.people]
            found.append(Judged(row, of_row, snapshot.status_of_row(links, about)))
    # Whoever a row in quarantine names is in doubt, rightly.
    faulty = {person for fault in read_faults(out / "truth") for person in fault.people}
    return [j for j in found if not faulty & {person.person_id for person in j.people}]


def _staged(home: Home) -> Iterator[tuple[str, str, str, list[RowLink]]]:
    for receipt in list_receipts(home):
        for dataset, parts in receipt.parts.items():
            for part in parts:
                links = defaultdict(list)
                for link in read_links(home.root / links_path(part.path)):
                    links[link.position].append(link)
                for position, row in enumerate(
                    pq.read_table(home.root / part.path, columns=[KEY]).to_pylist()
                ):
                    yield receipt.source, dataset, row[KEY], links[position]


def is_protected(person: TruePerson) -> bool:
    return person.status == Status.PROTECTED and (person.ends is None or person.ends >= TODAY)


def test_no_row_of_somebody_protected_is_clear(judged: list[Judged]) -> None:
    roles = [dict(j.row.people) for j in judged]
    own = [
        j
        for j, role in zip(judged, roles, strict=True)
        if any(is_protected(person) and role[person.person_id] in OWN_ROLES for person in j.people)
    ]
    assert len(own) > 50
    assert [(j.row.dataset, j.row.key) for j in own if not j.answer.is_shielded] == []


def test_few_rows_of_clear_people_are_shielded(judged: list[Judged]) -> None:
    clear = [j for j in judged if all(person.status == Status.CLEAR for person in j.people)]
    shielded = sum(j.answer.is_shielded for j in clear)
    assert len(clear) > 500
    assert shielded / len(clear) <= MOST_SHIELDED


def test_rows_of_somebody_in_doubt_are_shielded(judged: list[Judged]) -> None:
    doubtful = [j for j in judged if j.people[0].status == Status.INDETERMINATE]
    assert doubtful
    assert all(j.answer.is_shielded for j in doubtful)
