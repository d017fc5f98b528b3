"""A feed that dried up, shrank, doubled or cannot be read holds the release; an ordinary one does not."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.feeds import FeedLimits
from shield1367.config.fields import load_fields
from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.intake.receipt import BatchReceipt, FileReceipt, StagedPart
from shield1367.validation.completeness import gaps
from shield1367.validation.feeds import Delivery, Feed, feed_suite, feeds_of
from shield1367.validation.validate import validate_release
from tests.validation.packages import Release

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LIMITS = FeedLimits(max_age_days=10, volume_from=100)


def feed(*rows: int, age: int = 0, quarantined: int = 0, limits: FeedLimits = LIMITS) -> Feed:
    """Batches a day apart, the newest *age* days old."""
    return Feed(
        limits,
        tuple(
            Delivery(
                NOW - timedelta(days=age + len(rows) - 1 - n), count, quarantined if n == len(rows) - 1 else 0
            )
            for n, count in enumerate(rows)
        ),
    )


def wrong(of: Feed) -> set[str]:
    return {name for name, figure in of.figures(NOW).items() if figure != 0}


@pytest.mark.parametrize(
    ("of", "what"),
    [
        (feed(1000, 1000, 1000), set()),
        (feed(1000), set()),
        (feed(1000, 500), set()),
        (feed(1000, 499), {"fewer"}),
        (feed(1000, 0), {"fewer"}),
        (feed(1000, 2000), set()),
        (feed(1000, 2001), {"more"}),
        # One odd batch before it makes no other rule.
        (feed(1000, 10, 1000, 1100), set()),
        # So few rows double by chance.
        (feed(20, 90), set()),
        (feed(20, 100), {"more"}),
        (feed(1000, age=10), set()),
        (feed(1000, age=11), {"days_too_old"}),
        (feed(1000, quarantined=100), set()),
        (feed(1000, quarantined=101), {"quarantined"}),
        (feed(20, quarantined=19), set()),
        (feed(20, quarantined=20), {"quarantined"}),
        (Feed(LIMITS, ()), {"days_too_old", "fewer", "more", "quarantined"}),
    ],
)
def test_what_is_wrong_with_a_feed(of: Feed, what: set[str]) -> None:
    assert wrong(of) == what


@given(st.lists(st.integers(100, 199), min_size=1, max_size=6), st.integers(0, 10), st.integers(0, 10))
def test_an_ordinary_feed_is_never_held(rows: list[int], age: int, quarantined: int) -> None:
    assert wrong(feed(*rows, age=age, quarantined=quarantined)) == set()


def test_every_expectation_says_its_own_limit() -> None:
    words = " ".join(check.meaning for check in feed_suite(FeedLimits(max_age_days=3, shrink=0.25, grow=7)))
    assert all(figure in words for figure in ("3 days", "25%", "7 times", "10%"))


def test_the_report_names_what_is_wrong_and_a_missing_answer_is_a_gap(release: Release) -> None:
    name = release.plan.datasets[0].name
    contracts = load_project().contracts
    report = validate_release(release.package, release.plan, release.results, feeds={name: feed(1000, 10)})
    failed = {outcome.meaning for outcome in report.failures if outcome.blocks}
    # The batch of this feed is months old by now as well.
    assert {meaning.split(" of the rows")[0] for meaning in failed} >= {"The newest batch has at least 50%"}
    silent = validate_release(release.package, release.plan, release.results)
    assert silent.passed
    assert gaps(silent, release.plan, load_fields(), contracts) == (
        f"{name} expect_column_pair_values_to_be_equal is missing",
    )


def test_feeds_are_read_from_the_receipts_of_what_is_planned(release: Release, tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home")
    (dataset,) = release.plan.datasets
    planned = tuple(StagedPart(path=p.staged, rows=p.rows, sha256=p.sha256) for p in dataset.parts)
    for number, (batch, parts, rows) in enumerate(
        [
            ("b", planned[:1], 100),
            ("a", planned[1:], 200),
            ("later", (StagedPart(path="x", rows=1, sha256=""),), 5),
        ]
    ):
        file = FileReceipt(name="f", dataset=dataset.dataset, rows=rows, staged=rows - 3, quarantined=3)
        path = BatchReceipt(
            source=dataset.source,
            batch=batch,
            digest="",
            contract="",
            files=(file,),
            parts={dataset.dataset: parts},
            refusals=(),
            invalid={},
            missing_columns={},
        ).write(home)
        os.utime(path, (number * 86400, number * 86400))
    found = feeds_of(home, release.plan, load_project().contracts)[dataset.name]
    assert [(d.rows, d.quarantined) for d in found.deliveries] == [(100, 3), (200, 3)]
    assert found.deliveries[0].taken_in == datetime(1970, 1, 1, tzinfo=UTC)
