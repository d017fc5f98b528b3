"""The check of a package for a recipient inside: people may be named, but protected rows carry the banner."""

from __future__ import annotations

from pathlib import Path

from shield1367.config.recipient import Membership
from shield1367.validation.audit.collecting import Collector, file_label
from shield1367.validation.audit.opening import Part, UnreadableFileError, open_file
from shield1367.validation.audit.report import AuditReport

STATUS_COLUMN = "protection_status"
BANNER_COLUMN = "protection_banner"
_CLEAR = "CLEAR"


def check_inside(collector: Collector) -> AuditReport:
    """Open every file; in a marked package hold each data row against the banner of § 1367."""
    marked = collector.plan is None or collector.plan.membership is Membership.MARKED
    for number, path in collector.files():
        label = file_label(collector.relative(path), number)
        try:
            _check_file(collector, path, label, marked=marked)
        except UnreadableFileError:
            collector.add("unreadable_file", file=label)
    return collector.report(people=0, identifiers=0)


def _check_file(collector: Collector, path: Path, label: str, *, marked: bool) -> None:
    kept: dict[str, list[str]] = {STATUS_COLUMN: [], BANNER_COLUMN: []}
    for block in open_file(path):
        if block.part is Part.HEADER:
            collector.check_columns(path, label, block.cells)
            if marked and collector.is_data(path) and not kept.keys() <= set(block.cells):
                collector.add("no_banner_column", file=label)
                return
            continue
        collector.count(block.cells)
        if block.part is Part.CELLS and block.column in kept:
            kept[block.column] += block.cells
    if marked and collector.is_data(path):
        for row in rows_without_banner(kept[STATUS_COLUMN], kept[BANNER_COLUMN]):
            collector.add("no_banner", file=label, row=row, column=BANNER_COLUMN)


def rows_without_banner(statuses: list[str], banners: list[str]) -> list[int]:
    """Rows of people who are, or may be, protected without the banner; an unknown status is a may be."""
    pairs = enumerate(zip(statuses, banners, strict=True))
    return [row for row, (status, banner) in pairs if status != _CLEAR and not banner.strip()]
