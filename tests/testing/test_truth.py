from __future__ import annotations

from typing import Any

import pytest

from shield1367.config.benefits import Meaning, load_benefits
from shield1367.config.contract import load_contracts
from shield1367.config.fields import load_fields
from shield1367.errors import StorageError
from shield1367.intake.rows import BadRow
from shield1367.intake.tables import open_table
from shield1367.testing.faults import Fault
from shield1367.testing.generate import GeneratedSummary
from shield1367.testing.limbs import Status
from shield1367.testing.truth import read_faults, read_people, read_rows

Tables = dict[tuple[str, str], list[Any]]


# The reader's text wrapper is collected before its file is closed, which Python warns of.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_intake_reads_the_files_and_sees_the_rows_that_are_not_rows(
    generated: GeneratedSummary, tables: Tables
) -> None:
    shapes = {Fault.COLUMN_COUNT, Fault.NUL_BYTE, Fault.BAD_ENCODING}
    true = {
        (fault.batch, fault.file, fault.row, str(fault.reason))
        for fault in read_faults(generated.truth)
        if fault.reason in shapes
    }
    contracts = load_contracts()
    found = set()
    for (source, _), rows in tables.items():
        for path in sorted({row.file for row in rows}):
            with open_table(path, contracts[source].format) as (_, read):
                found |= {
                    (path.parent.name, path.name, row.number, str(row.reason))
                    for row in read
                    if isinstance(row, BadRow)
                }
    assert found == true
    assert true


def test_codes_in_the_rows_bear_the_truth_out(generated: GeneratedSummary, tables: Tables) -> None:
    """Nobody who is clear shows a code that says otherwise; somebody in a protected unit shows one."""
    contracts, fields, benefits = load_contracts(), load_fields(), load_benefits()
    people = {person.person_id: person for person in read_people(generated.truth)}
    about = {
        (row.source, row.dataset, row.key): row.people[0][0]
        for row in read_rows(generated.truth)
        if row.people[0][1] == "subject"
    }
    revealing, decided = set(), set()
    for (source, dataset), rows in tables.items():
        entry = contracts[source].datasets[dataset]
        header = list(entry.columns)
        triggers = [
            (header.index(name), fields.kinds[column.kind].trigger)
            for name, column in entry.columns.items()
            if column.kind and fields.kinds[column.kind].trigger
        ]
        for row in rows:
            if len(row.cells) != len(header):
                continue
            key = "|".join(row.cells[header.index(column)] for column in entry.key)
            person = people.get(about.get((source, dataset, key), ""))
            if person is None or not triggers:
                continue
            meanings = {
                benefits.tables[table].meaning(row.cells[at])
                for at, table in triggers
                if row.cells[at] and table
            }
            if Meaning.REVEALS in meanings:
                revealing.add(person.family_id)
            if meanings:
                decided.add(person.person_id)
            if person.status is Status.CLEAR and person.ends is None:
                assert Meaning.REVEALS not in meanings
                assert Meaning.UNKNOWN not in meanings
    protected = {person.family_id for person in people.values() if person.status is Status.PROTECTED}
    assert protected
    assert protected <= revealing
    clear = {person.person_id for person in people.values() if person.status is Status.CLEAR}
    assert clear <= decided, "a clear person carries a code that says so"


def test_families_share_their_status(generated: GeneratedSummary) -> None:
    shared: dict[str, set[Status]] = {}
    for person in read_people(generated.truth):
        shared.setdefault(person.family_id, set()).add(person.status)
    assert all(len(statuses) == 1 for statuses in shared.values())


def test_a_missing_truth_is_an_error_that_names_the_file(tmp_path: Any) -> None:
    with pytest.raises(StorageError, match=r"people\.jsonl"):
        list(read_people(tmp_path))
