"""The only way out of Great Expectations: an allow-list of booleans and counts.

Its results quote cells (unexpected values, column aggregates, exception messages with tracebacks) in
every result format. Nothing of a result is copied but what is listed in :class:`Verdict`; dataset,
column, severity and meaning come from our own check, which never saw the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shield1367.validation.outcomes import Outcome
from shield1367.validation.suites import Check


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one expectation said of one partition."""

    success: bool
    raised: bool
    unexpected: int
    elements: int


RAISED = Verdict(success=False, raised=True, unexpected=0, elements=0)


def project(results: Sequence[Mapping[str, Any]], *, checks: int) -> tuple[Verdict, ...]:
    """Verdicts in the order of the checks that were put in.

    Args:
        results: JSON-like results of Great Expectations; each names its check in ``meta.check``.
        checks: how many were put in. One without exactly one result counts as raised: an
            expectation that vanished proves nothing.
    """
    verdicts: list[Verdict | None] = [None] * checks
    for result in results:
        index = _index(result)
        if index is None or index >= checks:
            continue
        verdicts[index] = _verdict(result) if verdicts[index] is None else RAISED
    return tuple(verdict or RAISED for verdict in verdicts)


def outcome_of(dataset: str, check: Check, verdicts: Sequence[Verdict]) -> Outcome:
    """Add up what a check said of every partition; without partitions it was not evaluated."""
    raised = not verdicts or any(verdict.raised for verdict in verdicts)
    return Outcome(
        dataset=dataset,
        expectation=check.expectation,
        column=check.column,
        severity=check.severity,
        success=not raised and all(verdict.success for verdict in verdicts),
        raised=raised,
        unexpected=sum(verdict.unexpected for verdict in verdicts),
        elements=sum(verdict.elements for verdict in verdicts),
        meaning=check.meaning,
    )


def _index(result: Mapping[str, Any]) -> int | None:
    configuration = result.get("expectation_config") or {}
    index = (configuration.get("meta") or {}).get("check")
    return index if type(index) is int and index >= 0 else None


def _verdict(result: Mapping[str, Any]) -> Verdict:
    raised = _raised(result.get("exception_info"))
    success = result.get("success")
    counts = result.get("result") or {}
    return Verdict(
        success=success is True and not raised,
        # Anything but a plain yes or no was not evaluated.
        raised=raised or not isinstance(success, bool),
        unexpected=_count(counts.get("unexpected_count")),
        elements=_count(counts.get("element_count")),
    )


def _raised(info: Any) -> bool:
    """Read both shapes of ``exception_info``: flat, and one entry per metric that raised."""
    if info is None:
        return False
    if not isinstance(info, Mapping):
        return True
    if "raised_exception" in info:
        return info["raised_exception"] is not False
    return any(_raised(entry) for entry in info.values())


def _count(value: Any) -> int:
    # A bool is an int, and a string may be a cell: only a true count passes.
    return value if type(value) is int and value >= 0 else 0
