from __future__ import annotations

from typing import Any

from shield1367.testing.export_enforcement import ENCOUNTERS
from shield1367.testing.generate import GeneratedSummary
from shield1367.testing.limbs import Status
from shield1367.testing.truth import read_people, read_rows, read_safeguards

Tables = dict[tuple[str, str], list[Any]]
COLUMN = {name: at for at, name in enumerate(ENCOUNTERS.header)}


def test_the_truth_of_the_safeguards_names_rows_that_are_there(
    generated: GeneratedSummary, tables: Tables
) -> None:
    rows = {
        row.cells[0]: row.cells
        for row in tables["enforcement", "encounters"]
        if len(row.cells) == len(COLUMN)
    }
    truth = list(read_safeguards(generated.truth))
    assert {entry.key for entry in truth} <= rows.keys()
    for entry in truth:
        cells = rows[entry.key]
        assert bool(entry.source_class) <= bool(cells[COLUMN["information_source"]])
        assert entry.certified == (cells[COLUMN["nta_1229e_certification"]] not in ("", "N"))
    assert {entry.source_class for entry in truth} > {"spouse_or_parent", "perpetrator", "review"}
    assert {entry.place for entry in truth} > {"courthouse", "domestic_violence_shelter"}
    assert {(entry.verified, entry.certified) for entry in truth} >= {(True, False), (False, True)}


def test_only_the_protected_are_certified(generated: GeneratedSummary) -> None:
    """A certification is a trigger: on somebody clear it would make the rest of the truth wrong."""
    statuses = {person.person_id: person.status for person in read_people(generated.truth)}
    subjects = {
        row.key: row.people[0][0] for row in read_rows(generated.truth) if row.dataset == "encounters"
    }
    certified = [entry for entry in read_safeguards(generated.truth) if entry.certified]
    assert certified
    assert {statuses[subjects[entry.key]] for entry in certified} == {Status.PROTECTED}
