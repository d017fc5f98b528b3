"""Unknown exports in, a contract out that holds and that shows nobody's data."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import openpyxl
import pytest
import yaml

from shield1367.config.contract import load_contract
from shield1367.config.fields import Treatment
from shield1367.config.onboarding import load_header_words
from shield1367.config.project import load_project
from shield1367.intake.header import match_header
from shield1367.onboarding.detect import presidio_detector
from shield1367.onboarding.draft import Draft, glob_of
from shield1367.onboarding.onboard import NothingToOnboardError, onboard, slug
from shield1367.onboarding.propose import CAUTIOUS, Certainty, Detector, Proposal
from shield1367.onboarding.sniff import UnknownFormatError
from shield1367.testing.truth import read_people
from tests.onboarding.exports import BOOKINGS, SHAPES, Shape, rows_of

PROJECT = load_project()
WORDS = load_header_words(PROJECT.fields)
# What tells nobody about anybody, whatever the cell holds.
OPEN = {Treatment.KEEP}


@pytest.fixture(scope="module")
def detect() -> Detector:
    return presidio_detector(PROJECT.text)


def drafted(path: Path, detect: Detector, source: str | None = None) -> Draft:
    return onboard(
        path,
        source=source,
        agency="dhs",
        fields=PROJECT.fields,
        benefits=PROJECT.benefits,
        words=WORDS,
        detect=detect,
    )


def written(folder: Path, shape: Shape, *, delimiter: str = ",", name: str = "export_2026-10.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([list(shape), *rows_of(shape)])
    return path


def proposals(draft: Draft) -> Iterator[Proposal]:
    for dataset in draft.datasets:
        for proposal in dataset.proposals:
            yield from proposal.json_keys.values() or [proposal]


@pytest.mark.parametrize("name", SHAPES)
def test_columns_of_exports_that_no_contract_knows_get_their_kind(
    name: str, tmp_path: Path, detect: Detector
) -> None:
    shape = SHAPES[name]
    draft = drafted(written(tmp_path, shape, delimiter="\t" if name == "court" else ","), detect)
    kinds = {proposal.column: proposal.kind for proposal in proposals(draft)}
    assert kinds.keys() == shape.keys()
    assert {c: k for c, k in kinds.items() if k not in shape[c][0]} == {}


def test_most_columns_of_the_shipped_contracts_are_drafted_as_they_are_and_none_looser(
    finished: Path, detect: Detector
) -> None:
    right = wrong = 0
    for source, contract in PROJECT.contracts.items():
        for batch in sorted((finished / "landing" / source).glob("*"))[:1]:
            for dataset in contract.datasets.values():
                for file in sorted(batch.glob(dataset.files))[:1]:
                    for proposal in proposals(drafted(file, detect)):
                        known = dataset.columns.get(proposal.column)
                        if known is None or known.kind is None:
                            continue
                        if proposal.kind == known.kind:
                            right += 1
                            continue
                        wrong += 1
                        treatment = PROJECT.fields.kinds[proposal.kind].outside
                        meant = PROJECT.fields.kinds[known.kind].outside
                        assert treatment not in OPEN or meant in OPEN, proposal.column
    assert right + wrong > 80
    assert right / (right + wrong) >= 0.9


def test_the_draft_is_a_contract_that_check_accepts_and_says_what_to_decide(
    tmp_path: Path, detect: Detector
) -> None:
    draft = drafted(written(tmp_path, BOOKINGS, delimiter="|"), detect, "bookings")
    path = tmp_path / "bookings.yaml"
    path.write_text(draft.text())
    contract = load_contract(path, PROJECT.fields)
    dataset = contract.datasets["export"]
    assert contract.format.type == "pipe"
    assert dataset.key == ("BookingNumber",)
    assert dataset.people["subject"] == {
        "family_name": "LastName",
        "given_name": "FirstName",
        "date_of_birth": "DOB",
        "street_address": "HomeAddress",
        "phone": "Phone",
    }
    assert draft.text().count("# decide: ") >= 3


def test_no_value_is_shown(finished: Path, detect: Detector) -> None:
    people = list(read_people(finished / "truth"))
    values = {
        value.upper()
        for person in people
        for kind in ("a_number", "family_name", "phone", "street_address", "email", "receipt_number")
        for value in person.identifiers.get(kind, ())
    }
    assert len(values) > 100
    for source in ("benefits", "enforcement"):
        batch = sorted((finished / "landing" / source).glob("*"))[0]
        draft = drafted(batch, detect, source)
        shown = f"{draft.text()} {draft!r}".upper()
        # The sample is kept for Presidio alone.
        assert [value for value in values if len(value) > 5 and value in shown] == []


def test_what_neither_name_nor_cells_explain_is_read_as_free_text(tmp_path: Path, detect: Detector) -> None:
    shape: Shape = {"Zqx": SHAPES["unnamed"]["F5"], "Notes": BOOKINGS["Notes"]}
    (unknown, notes) = proposals(drafted(written(tmp_path, shape), detect))
    assert (unknown.kind, unknown.certainty) == (CAUTIOUS, Certainty.DECIDE)
    assert notes.certainty is not Certainty.DECIDE
    assert PROJECT.fields.kinds[CAUTIOUS].outside is Treatment.WITHHOLD


def test_codes_that_reveal_protection_are_seen_whatever_the_column_is_called(
    tmp_path: Path, detect: Detector
) -> None:
    shape: Shape = {"Kategorie": SHAPES["unnamed"]["F4"], "Notes": BOOKINGS["Notes"]}
    code, _ = proposals(drafted(written(tmp_path, shape), detect))
    assert PROJECT.fields.kinds[code.kind].category.value == "benefit_revealing"
    assert any("reveal protection" in reason for reason in code.reasons)


def test_roles_are_read_from_the_names(tmp_path: Path, detect: Detector) -> None:
    path = tmp_path / "family.csv"
    path.write_text(
        "a_number,spouse_name,spouse_dob\nA200000001,ANA RUIZ,1990-01-02\nA200000002,EVA PAZ,1991-03-04\n"
    )
    (dataset,) = drafted(path, detect).datasets
    assert dataset.people == {
        "subject": {"a_number": "a_number"},
        "spouse": {"full_name": "spouse_name", "date_of_birth": "spouse_dob"},
    }


def test_a_folder_is_one_source_with_a_dataset_for_each_table(tmp_path: Path, detect: Detector) -> None:
    written(tmp_path, BOOKINGS, name="bookings_2026-01.csv")
    written(tmp_path, BOOKINGS, name="bookings_2026-02.csv")
    written(tmp_path, SHAPES["detentions"], name="stays.csv")
    draft = drafted(tmp_path, detect, "jail")
    assert [dataset.name for dataset in draft.datasets] == ["bookings", "stays"]
    assert draft.datasets[0].files == "bookings_*.csv"


def test_files_of_different_formats_are_no_one_source(tmp_path: Path, detect: Detector) -> None:
    written(tmp_path, BOOKINGS, name="bookings.csv")
    written(tmp_path, BOOKINGS, name="stays.txt", delimiter="\t")
    with pytest.raises(NothingToOnboardError, match="different formats"):
        drafted(tmp_path, detect)


def test_dates_with_two_digits_of_a_year_are_dates_once_a_person_has_said_of_which_century(
    tmp_path: Path, detect: Detector
) -> None:
    path = tmp_path / "stays.csv"
    path.write_text("Booking ID ,Date of Booking\n2016150034,04/12/17\n2016219033,11/22/99\n2016219034,\n")
    made = drafted(path, detect)
    (table,) = made.datasets
    assert [(p.kind, p.certainty) for p in table.proposals][1] == ("event_date", Certainty.LIKELY)
    assert '"two_digit_years": 1940}  # decide:' in made.text()
    assert made.contract().format.two_digit_years == 1940


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        # "Method" speaks of how somebody was removed; of how a file was made it must not go as it is.
        ("extraction_method", ["by hand, page by page", "by machine"]),
        ("Coming from Jail?", ["Yes", "No", "No", "Unclear"]),
        ("Offense facility?", ["Y", "N"]),
    ],
)
def test_what_would_go_as_it_is_or_answers_yes_or_no_is_left_to_a_person(
    header: str, cells: list[str], tmp_path: Path, detect: Detector
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"id,{header}\n" + "".join(f"R{n},{cell}\n" for n, cell in enumerate(cells)))
    (table,) = drafted(path, detect).datasets
    assert (table.proposals[1].kind, table.proposals[1].certainty) == ("narrative", Certainty.DECIDE)


def test_an_empty_folder_is_refused(tmp_path: Path, detect: Detector) -> None:
    with pytest.raises(NothingToOnboardError, match="holds no file"):
        drafted(tmp_path, detect)


def test_a_file_without_a_header_is_refused_and_not_repeated(tmp_path: Path, detect: Detector) -> None:
    path = tmp_path / "export.csv"
    path.write_text("A200111222,1990-01-01,555-010-1234\nA200111223,1991-01-01,x\nA200111224,1992-01-01,y\n")
    with pytest.raises(UnknownFormatError, match="no header") as refused:
        drafted(path, detect)
    assert "A2001112" not in str(refused.value)


def test_columns_of_one_name_are_told_apart_by_place_and_left_to_a_person(
    tmp_path: Path, detect: Detector
) -> None:
    """As published by a county: a name twice, and once more in another spelling."""
    path = tmp_path / "export.csv"
    path.write_text(
        "A_NUMBER,A Number,age,A NUMBER\nA200111223,A200111225,31,x\nA200111224,A200111226,32,y\n"
    )
    made = drafted(path, detect)
    (table,) = made.datasets
    assert [(p.column, p.kind, p.certainty) for p in table.proposals] == [
        ("A_NUMBER", "narrative", Certainty.DECIDE),
        ("A Number (2)", "narrative", Certainty.DECIDE),
        ("age", "age", Certainty.SURE),
        ("A NUMBER (3)", "narrative", Certainty.DECIDE),
    ]
    assert not table.people
    assert "repeated: numbered  # decide:" in made.text()
    contract = made.contract().datasets["export"]
    header = match_header(["A_NUMBER", "A Number", "age", "A NUMBER"], contract)
    assert (list(header.positions.values()), header.duplicated) == ([0, 1, 2, 3], ())


def test_a_workbook_with_a_title_above_its_header(tmp_path: Path, detect: Detector) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Cover").append(["Made for the county"])
    sheet = book.create_sheet("Stays")
    sheet.append(["Bookings of October"])
    sheet.append([])
    sheet.append(list(BOOKINGS))
    for row in rows_of(BOOKINGS, 30):
        sheet.append(row)
    book.save(tmp_path / "stays.xlsx")
    draft = drafted(tmp_path / "stays.xlsx", detect)
    assert (draft.file_format.sheet, draft.file_format.skip_rows) == ("Stays", 2)
    assert {p.column for p in proposals(draft)} == set(BOOKINGS)


def test_json_inside_a_cell_is_drafted_key_by_key(tmp_path: Path, detect: Detector) -> None:
    path = tmp_path / "export.csv"
    charges = json.dumps([{"CHARGE_DATE": "2024-01-02", "CHARGE_DESCRIPTION": "DUI"}])
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["record_id", "charges"], ["1", charges], ["2", charges]])
    draft = drafted(path, detect)
    content = yaml.safe_load(draft.text())
    assert content["datasets"]["export"]["columns"]["charges"] == {
        "json": {"CHARGE_DATE": "event_date", "CHARGE_DESCRIPTION": "charge"}
    }


def with_json(path: Path, *objects: object) -> Path:
    with path.open("w", newline="") as file:
        rows = [[f"R{n}", json.dumps(content)] for n, content in enumerate(objects)]
        csv.writer(file).writerows([["record_id", "details"], *rows])
    return path


def test_objects_inside_objects_are_drafted_too_and_treated_by_what_is_in_them(
    tmp_path: Path, detect: Detector
) -> None:
    contact = {"phone": "555-010-1234", "home": [{"street_address": "22 Specimen Avenue"}]}
    path = with_json(
        tmp_path / "export.csv",
        {"contact": contact, "gender": "F", "tags": ["a", "b"], "odd.key": "x"},
        {"contact": contact, "gender": "M", "tags": [], "extra": "once"},
        {"contact": contact, "gender": "M", "extra": {"age": 31}},
    )
    made = drafted(path, detect)
    columns = yaml.safe_load(made.text())["datasets"]["export"]["columns"]
    assert columns["details"]["json"] == {
        "contact.phone": "phone", "contact.home.street_address": "street_address", "gender": "gender",
        "tags": "narrative", "extra.age": "age",
    }  # fmt: skip
    assert made.contract().datasets["export"].columns["details"].json_keys


@pytest.mark.parametrize(
    "keyed",
    [
        {"A200111222": {"visits": 3}},
        {"by_person": {"200111222": "x"}},
        {f"key {letters}": 1 for letters in map("".join, product("abcdef", repeat=3))},
    ],
)
def test_keys_that_may_be_somebodys_numbers_are_shown_nowhere(
    keyed: dict[str, object], tmp_path: Path, detect: Detector
) -> None:
    made = drafted(with_json(tmp_path / "export.csv", keyed, keyed), detect)
    (_, details) = made.datasets[0].proposals
    assert (details.kind, details.json_keys) == (CAUTIOUS, {})
    assert "200111222" not in made.text()
    assert "key abc" not in made.text()


def test_times_of_different_zones_are_left_to_a_person_and_hold_up_no_file(
    tmp_path: Path, detect: Detector
) -> None:
    path = tmp_path / "export.csv"
    zones = ["-05:00", "+02:00", "Z"]
    lines = [
        f"R{n},2026-03-{n + 1:02d}T10:00:00{zones[n % 3]},2026-03-{n + 1:02d}T10:00:00Z" for n in range(9)
    ]
    path.write_text("\n".join(["record_id,event_date,entry_date", *lines]) + "\n")
    (_, mixed, whole) = drafted(path, detect).datasets[0].proposals
    assert (mixed.kind, mixed.candidate, mixed.certainty) == (CAUTIOUS, "event_date", Certainty.DECIDE)
    assert "have the sender write one zone" in mixed.reasons[0]
    assert (whole.kind, whole.certainty) == ("entry_date", Certainty.SURE)


def test_one_value_alone_speaks_for_no_list(tmp_path: Path, detect: Detector) -> None:
    """ "Unknown" in every row of the first delivery may be anything in the next."""
    path = tmp_path / "export.csv"
    path.write_text("record_id,Q7,Q8\n" + "".join(f"R{n},UNKNOWN,{'SM'[n % 2]}INGLE\n" for n in range(20)))
    (_, alone, other) = drafted(path, detect).datasets[0].proposals
    assert (alone.kind, alone.certainty) == (CAUTIOUS, Certainty.DECIDE)
    assert other.kind == CAUTIOUS
    path.write_text("record_id,Q7\n" + "".join(f"R{n},{('SINGLE', 'MARRIED')[n % 2]}\n" for n in range(20)))
    (_, status) = drafted(path, detect).datasets[0].proposals
    assert (status.kind, status.certainty) == ("marital_status", Certainty.LIKELY)


@pytest.mark.parametrize(
    ("name", "glob", "made"),
    [
        ("sea-i213s-2026-02-13.csv.gz", "sea-i213s-*.csv.gz", "sea_i213s"),
        ("A_TblCase.csv", "A_TblCase*.csv", "a_tblcase"),
        ("20260101_stays_3.csv", "*_stays_*.csv", "stays"),
        ("2026.csv", "*.csv", "source"),
    ],
)
def test_names_of_the_next_deliveries(name: str, glob: str, made: str) -> None:
    assert glob_of(Path(name)) == glob
    assert slug(name.partition(".")[0]) == made
