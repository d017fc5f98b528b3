"""Suites have a version, which is quoted with every release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shield1367.config.contract import load_contracts
from shield1367.config.fields import Treatment, load_fields
from shield1367.validation.completeness import gaps
from shield1367.validation.feeds import Feed
from shield1367.validation.outcomes import Severity
from shield1367.validation.suites import Check, cell_suite, version_of
from shield1367.validation.validate import validate_release
from tests.validation.packages import Release, column, plan_of

FIELDS, CONTRACTS = load_fields(), load_contracts()


def version(**changes: object) -> str:
    (dataset,) = plan_of().datasets
    plan = plan_of(datasets=(dataset.model_copy(update=changes),))
    return version_of(check.line(dataset.name) for check in cell_suite(plan.datasets[0], plan, FIELDS))


def test_the_version_is_of_what_is_expected_and_nothing_else() -> None:
    (dataset,) = plan_of().datasets
    assert version() == version()
    # Another title or other rows are held against the same expectations.
    assert version(title="Something else", parts=dataset.parts[:1]) == version()
    coarser = column("dob", "date_of_birth", Treatment.AGE_BAND)
    assert version(columns=(*dataset.columns[:4], coarser, *dataset.columns[5:])) != version()
    assert version(columns=dataset.columns[1:]) != version()


@pytest.mark.parametrize(
    "change",
    [
        {"expectation": "expect_something_else"},
        {"meaning": "Other words."},
        {"column": "other"},
        {"severity": Severity.WARNING},
        {"arguments": {"value_set": ["a", "b", "c"]}},
        {"arguments": {"value_set": ["a", "b"], "mostly": 0.9}},
    ],
)
def test_whatever_changes_in_an_expectation_is_another_version(change: dict[str, object]) -> None:
    check = Check("expect_it", "It is.", "c", arguments={"value_set": ["a", "b"]})
    assert version_of([replace(check, **change).line("s")]) != version_of([check.line("s")])  # type: ignore[arg-type]
    assert version_of([check.line("t")]) != version_of([check.line("s")])
    assert version_of([check.line("s")] * 2) == version_of([check.line("s")])


def test_the_report_says_the_version_that_was_run_and_another_one_is_a_gap(release: Release) -> None:
    (dataset,) = release.plan.datasets
    feeds = {dataset.name: Feed(CONTRACTS[dataset.source].feed, ())}
    report = validate_release(release.package, release.plan, release.results, feeds=feeds)
    assert len(report.suites) == 64
    held = sum(outcome.success for outcome in report.outcomes)
    assert report.words == f"{held} of {len(report.outcomes)} expectations hold"
    assert gaps(report, release.plan, FIELDS, CONTRACTS) == ()
    other = report.model_copy(update={"suites": "0" * 64})
    assert gaps(other, release.plan, FIELDS, CONTRACTS) == (
        "what the plan makes of an expectation is missing: one with other arguments was run",
    )
