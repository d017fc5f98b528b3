"""Whether the feeds that a release is made of are what they usually are: fresh, of their usual size, readable.

A release of half a feed is no wrong one by any cell in it. It is judged by what intake wrote down of each batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from shield1367.config.contract import SourceContract
from shield1367.config.feeds import FeedLimits
from shield1367.disclosure.plan import DatasetPlan, ReleasePlan
from shield1367.home import Home
from shield1367.intake.receipt import BatchReceipt, list_receipts, taken_in
from shield1367.validation.suites import EQUAL, Check


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch of one table.

    Attributes:
        taken_in: when intake wrote its receipt.
        rows: data rows read, of which *quarantined* were refused.
    """

    taken_in: datetime
    rows: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Feed:
    """The batches of a table that a release is made of, oldest first, and what they are held against."""

    limits: FeedLimits
    deliveries: tuple[Delivery, ...]

    def figures(self, now: datetime) -> dict[str, int | str]:
        """What the suite is about: 0 where it is as it should be."""
        if not self.deliveries:
            # No receipt, nothing known of the feed: none of it holds.
            return {"none": 0, "days_too_old": -1, "fewer": -1, "more": -1, "quarantined": -1}
        *earlier, newest = self.deliveries
        age = (now - newest.taken_in).days
        return {
            "none": 0,
            "days_too_old": max(age - self.limits.max_age_days, 0),
            "fewer": int(self._is_fewer(newest, earlier)),
            "more": int(self._is_more(newest, earlier)),
            "quarantined": newest.quarantined if self._is_unreadable(newest) else 0,
        }

    def _is_fewer(self, newest: Delivery, earlier: Sequence[Delivery]) -> bool:
        usual = self._usual(newest, earlier)
        return usual is not None and newest.rows < usual * self.limits.shrink

    def _is_more(self, newest: Delivery, earlier: Sequence[Delivery]) -> bool:
        usual = self._usual(newest, earlier)
        return usual is not None and newest.rows > usual * self.limits.grow

    def _usual(self, newest: Delivery, earlier: Sequence[Delivery]) -> float | None:
        """Rows of a usual batch; ``None`` where there is no telling."""
        usual = median(delivery.rows for delivery in earlier) if earlier else None
        return usual if usual is not None and max(usual, newest.rows) >= self.limits.volume_from else None

    def _is_unreadable(self, newest: Delivery) -> bool:
        return (
            newest.quarantined >= self.limits.quarantined_from
            and newest.quarantined > self.limits.quarantined * newest.rows
        )


def feed_suite(limits: FeedLimits) -> tuple[Check, ...]:
    """What has to hold of a table's feed."""
    return (
        _none("days_too_old", f"The newest batch was taken in within the last {limits.max_age_days} days."),
        _none(
            "fewer",
            f"The newest batch has at least {limits.shrink:.0%} of the rows its batches usually have.",
        ),
        _none(
            "more", f"The newest batch has at most {limits.grow:g} times the rows its batches usually have."
        ),
        _none(
            "quarantined",
            f"At most {limits.quarantined:.0%} of the rows of the newest batch wait in quarantine.",
        ),
    )


def limits_of(plan: ReleasePlan, contracts: Mapping[str, SourceContract]) -> dict[str, FeedLimits]:
    """Table of the plan with staged batches → what its contract says of its feed."""
    return {
        dataset.name: contracts[dataset.source].feed
        for dataset in plan.datasets
        if dataset.parts and dataset.source in contracts
    }


def feeds_of(home: Home, plan: ReleasePlan, contracts: Mapping[str, SourceContract]) -> dict[str, Feed]:
    """The feeds of all tables of a plan, by what is staged of them."""
    limits = limits_of(plan, contracts)
    receipts = {source: list_receipts(home, source) for source in {d.source for d in plan.datasets}}
    return {
        dataset.name: Feed(limits[dataset.name], tuple(_deliveries(home, dataset, receipts[dataset.source])))
        for dataset in plan.datasets
        if dataset.name in limits
    }


def _deliveries(home: Home, dataset: DatasetPlan, receipts: Iterable[BatchReceipt]) -> list[Delivery]:
    planned = {part.staged for part in dataset.parts}
    found = []
    for receipt in receipts:
        files = [file for file in receipt.files if file.dataset == dataset.dataset]
        parts = {part.path for part in receipt.parts.get(dataset.dataset, ())}
        # A batch none of whose rows could be staged is in no plan, and is the newest all the same.
        if files and (not parts or parts & planned):
            found.append(
                Delivery(
                    taken_in(home, receipt.source, receipt.batch),
                    sum(file.rows for file in files),
                    sum(file.quarantined for file in files),
                )
            )
    return sorted(found, key=lambda delivery: delivery.taken_in)


def _none(figure: str, meaning: str) -> Check:
    return Check(EQUAL, meaning, arguments={"column_A": figure, "column_B": "none"})
