"""The notice on rows of a prohibited source, held against words of the audit's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership
from shield1367.config.safeguards import load_safeguards
from shield1367.disclosure.notices import NOTICES
from shield1367.protection.safeguards.rows import ItemState
from shield1367.validation.audit import audit_package
from shield1367.validation.audit.inside import rows_without_notice
from tests.validation.packages import COLUMNS, SCHEMA, Release, column, rows

SOURCES = ["ABUSER", None, "POLICE REPORT", "Trafficker"]
NOTICE = NOTICES[ItemState.OPEN]


def inside(release: Release, notices: list[str | None] | None) -> Release:
    """The release as it goes inside, with sources and, where given, notices."""
    planned = [column("information_source", "information_source", Treatment.KEEP)]
    added = {"information_source": SOURCES}
    if notices is not None:
        planned.append(column("source_notice", None, Treatment.KEEP))
        added["source_notice"] = notices
    for index in range(2):
        table = pa.Table.from_pylist(rows(start=index * 4), schema=SCHEMA)
        for name, values in added.items():
            table = table.append_column(name, pa.array(values, pa.string()))
        pq.write_table(table, release.part(index))
    dataset = release.plan.datasets[0].model_copy(update={"columns": (*COLUMNS, *planned)})
    return release.with_plan(datasets=(dataset,), membership=Membership.HIDDEN, outside=False)


def findings(release: Release) -> list[Any]:
    report = audit_package(release.package, [], outside=False, fingerprint=str, plan=release.plan)
    return [(finding.kind, finding.row) for finding in report.findings]


def test_rows_with_their_notice_pass(release: Release) -> None:
    good = inside(release, [NOTICE, None, None, NOTICES[ItemState.VERIFIED]])
    assert findings(good) == []
    report = replace(good, results=release.results).validate()
    assert [o.meaning for o in report.failures if "source_notice" in o.meaning] == []


def test_a_row_without_its_notice_is_found(release: Release) -> None:
    assert findings(inside(release, [NOTICE, None, None, " "])) == [("no_notice", 3)] * 2


def test_a_file_without_the_column_is_found(release: Release) -> None:
    assert {kind for kind, _ in findings(inside(release, None))} == {"no_notice_column"}


def test_a_notice_of_other_words_fails_its_expectation(release: Release) -> None:
    report = inside(release, ["fine", None, None, NOTICE]).validate()
    assert any("one of the notices" in outcome.meaning for outcome in report.failures)
    assert "fine" not in report.model_dump_json()


@pytest.mark.parametrize("value", ["SPOUSE", "anonymous", "abuse hotline", "drug trafficking unit", ""])
def test_what_may_be_another_source_needs_none_here(value: str) -> None:
    assert rows_without_notice([value], [""]) == []


@given(st.sampled_from(load_safeguards().prohibited_sources.independent), st.text(max_size=3))
def test_no_independent_source_of_the_configuration_is_taken_for_one(value: str, notice: str) -> None:
    assert rows_without_notice([value.title()], [notice]) == []
