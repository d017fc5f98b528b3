from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367.config.recipient import Membership
from shield1367.validation.outcomes import Severity, ValidationReport
from shield1367.validation.validate import validate_release
from tests.validation.packages import ROWS, SCHEMA, Release, results_of, rows

CANARY = "Zyxwvquist"


def test_a_clean_release_passes_with_every_expectation_evaluated(release: Release) -> None:
    report = release.validate()
    assert report.failures == ()
    assert report.passed
    assert (report.rows, report.files) == (2 * ROWS, 2)
    assert {outcome.dataset for outcome in report.outcomes} == {"enforcement.encounters", "release"}


def test_a_clean_csv_release_passes(release: Release) -> None:
    for index in range(2):
        frame = pq.read_table(release.part(index)).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        frame.to_csv(release.part(index).with_suffix(".csv"), index=False)
        release.part(index).unlink()
    report = release.validate()
    assert report.failures == ()


# Cells that are each enough to hold a release; four releases, so that no two cells of one have the same fault.
WRONG_CELLS: list[list[tuple[str, Any, str]]] = [
    [
        ("last_name", CANARY, "the token [FAMILY_NAME]"),
        ("age", "33", "an age band"),
        ("narrative", "Her file is A012345678.", "A-Number"),
        ("narrative", "SSN 123-45-6789.", "SSN"),
        ("charges", '{"TEXT": "x"}', "planned keys only"),
    ],
    [
        ("person", "person-123", "a keyed pseudonym"),
        ("country", "HAITI", "a region"),
        ("narrative", "Call (555) 201-4567 first.", "telephone"),
        ("narrative", "She is a VAWA self-petitioner.", "reveal a protected benefit"),
        ("charges", '{"DATE": "2021-05-06"}', "planned keys only"),
    ],
    [
        ("encounter_id", "E-100", "a keyed pseudonym"),
        ("coa", "U1", "is empty"),
        ("narrative", "Write to someone@example.org now.", "e-mail"),
        ("charges", '{"CODE": {"deep": 1}}', "planned keys only"),
    ],
    [
        ("dob", 19800101, "a year"),
        ("gender", "PROTECTED", "tells rows of protected people"),
        ("narrative", "Receipt EAC-15-900-12345 was filed.", "receipt"),
        ("charges", "no json", "planned keys only"),
    ],
]


@pytest.mark.parametrize("cells", WRONG_CELLS)
def test_every_wrong_cell_holds_the_release(release: Release, cells: list[tuple[str, Any, str]]) -> None:
    content = rows(start=ROWS)
    for number, (name, value, _) in enumerate(cells):
        content[number % ROWS][name] = value
    release.write(content, index=1)
    report = release.validate()
    assert not report.passed
    for _, value, meaning in cells:
        assert any(meaning in outcome.meaning and outcome.blocks for outcome in report.failures), meaning
        # The version of the suites is hexadecimal, and has any two digits in it.
        assert str(value) not in report.model_copy(update={"suites": ""}).model_dump_json()
    # A pseudonym of another form is wrong as a cell, and as a second form.
    meanings = [*(meaning for *_, meaning in cells), "one form"]
    assert all(any(meaning in outcome.meaning for meaning in meanings) for outcome in report.failures)


def test_a_record_that_occurs_twice_is_found(release: Release) -> None:
    content = rows()
    content[1]["encounter_id"] = content[0]["encounter_id"]
    release.write(content)
    assert [o.expectation for o in release.validate().failures] == ["expect_column_values_to_be_unique"]


def test_two_forms_of_person_pseudonyms_do_not_join(release: Release) -> None:
    release.change("person", "p-" + "0" * 20)
    assert ["one form" in o.meaning for o in release.validate().failures] == [True]


def test_a_table_that_names_hardly_anybody_is_a_warning(release: Release) -> None:
    for index in range(2):
        release.write([row | {"person": None} for row in rows(start=index * ROWS)], index)
    report = release.validate()
    assert [o.severity for o in report.failures] == [Severity.WARNING]
    assert report.passed


def test_counts_must_reconcile(release: Release) -> None:
    release.write(rows(count=ROWS - 1))
    meanings = [outcome.meaning for outcome in release.validate().failures]
    assert any("reported as released" in meaning for meaning in meanings)


@pytest.mark.parametrize(
    ("changes", "meaning"),
    [
        ({"rows_in": ROWS + 1}, "accounted for"),
        ({"rows_in": ROWS + 1, "withheld": 1}, "as many rows as the plan"),
        ({"released": ROWS - 1, "withheld": 1}, "No row is left out"),
    ],
)
def test_reports_of_redaction_must_reconcile(release: Release, changes: dict[str, int], meaning: str) -> None:
    report = validate_release(release.package, release.plan, results_of(**changes))
    assert not report.passed
    assert any(meaning in outcome.meaning for outcome in report.failures)


def test_withheld_membership_leaves_out_exactly_the_protected_rows(release: Release) -> None:
    withheld = release.with_plan(membership=Membership.WITHHELD)
    report = withheld.validate()
    assert any("left out" in o.meaning and o.blocks for o in report.failures)
    results = [result.model_copy(update={"protected_rows": 0}) for result in release.results]
    assert validate_release(withheld.package, withheld.plan, results).passed


def test_missing_and_surplus_results_fail(release: Release) -> None:
    for results in (release.results[:1], [*release.results, release.results[0]], []):
        assert not validate_release(release.package, release.plan, results).passed


def _missing_part(release: Release) -> None:
    release.part(1).unlink()


def _surplus_part(release: Release) -> None:
    shutil.copy(release.part(0), release.part(2))


def _truncated(release: Release) -> None:
    release.part().write_bytes(release.part().read_bytes()[:-9])


def _foreign_file(release: Release) -> None:
    (release.part().parent / "notes.txt").write_text("x")


def _foreign_table(release: Release) -> None:
    shutil.copytree(release.part().parent, release.package / "data" / "other.table")


def _link(release: Release) -> None:
    target = release.part().rename(release.package / "elsewhere")
    release.part().symlink_to(target)


def _no_data(release: Release) -> None:
    shutil.rmtree(release.package)


def _surplus_column(release: Release) -> None:
    release.write([row | {"zip": "1"} for row in rows()], schema=SCHEMA.append(pa.field("zip", pa.string())))


def _swapped_columns(release: Release) -> None:
    order = ["encounter_id", "person", *SCHEMA.names[2:]]
    pq.write_table(pa.Table.from_pylist(rows(), schema=SCHEMA).select(order), release.part())


def _other_type(release: Release) -> None:
    schema = SCHEMA.set(SCHEMA.get_field_index("dob"), pa.field("dob", pa.string()))
    release.write([row | {"dob": str(row["dob"])} for row in rows()], schema=schema)


@pytest.mark.parametrize(
    "sabotage",
    [
        _missing_part,
        _surplus_part,
        _truncated,
        _foreign_file,
        _foreign_table,
        _link,
        _no_data,
        _surplus_column,
        _swapped_columns,
        _other_type,
    ],
)
def test_a_damaged_package_fails_without_an_exception(release: Release, sabotage: Any) -> None:
    sabotage(release)
    report = release.validate()
    assert not report.passed
    assert report.failures


def test_no_cell_gets_out_by_report_log_or_stream(
    release: Release, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    schema = SCHEMA
    for name in ("dob", "event"):
        schema = schema.set(schema.get_field_index(name), pa.field(name, pa.string()))
    content: list[dict[str, Any]] = [dict.fromkeys(SCHEMA.names, f"{CANARY} A012345678")] * ROWS
    release.write(content, schema=schema)
    report = release.validate()
    assert not report.passed
    streams = capfd.readouterr()
    for text in (report.model_dump_json(), caplog.text, streams.out, streams.err):
        assert CANARY not in text and "012345678" not in text


def test_the_report_survives_the_disk(release: Release, tmp_path: Path) -> None:
    report = release.validate()
    report.write(tmp_path)
    assert ValidationReport.read(tmp_path) == report
    assert json.loads((tmp_path / "validation.json").read_text())["rows"] == 2 * ROWS


def test_an_empty_report_proves_nothing() -> None:
    assert not ValidationReport(release_id="r", recipient="x", rows=0, files=0, outcomes=()).passed


def test_importing_the_public_functions_loads_no_heavy_package() -> None:
    code = (
        "import sys, shield1367.validation.validate, shield1367.validation.audit\n"
        "import shield1367.reporting.facts\n"
        "heavy = {'great_expectations', 'duckdb', 'pandas', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_cells_that_were_not_of_their_kind_are_said_and_hold_nothing(release: Release) -> None:
    report = replace(release, results=results_of(unfit={"age": 3})).validate()
    (said,) = report.failures
    assert said.severity is Severity.WARNING
    assert said.meaning.startswith("Every cell of age is what its kind says")
    assert report.passed
