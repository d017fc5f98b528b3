"""The check of a package for a recipient inside: people may be named, but protected rows carry the banner."""

from __future__ import annotations

import re
from pathlib import Path

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership
from shield1367.validation.audit.blocks import Part
from shield1367.validation.audit.collecting import Collector, file_label
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.opening import open_file
from shield1367.validation.audit.report import AuditReport

STATUS_COLUMN = "protection_status"
BANNER_COLUMN = "protection_banner"
NOTICE_COLUMN = "source_notice"
SOURCE_KIND = "information_source"
_CLEAR = "CLEAR"
# Words of its own, fewer than those of safeguards.yaml: who is called so is a prohibited source.
_PROHIBITED = re.compile(
    r"\b(?:abusers?|abusive|batterers?|perpetrators?|(?:human |labor |sex )?traffickers?"
    r"|abusador(?:es|as?)?|maltratador(?:es|as?)?|agresor(?:es|as?)?|perpetrador(?:es|as?)?|tratantes?)\b",
    re.IGNORECASE,
)


def check_inside(collector: Collector) -> AuditReport:
    """Open every file; hold each data row against the banner of § 1367 and the notice on its source."""
    marked = collector.plan is None or collector.plan.membership is Membership.MARKED
    for number, path in collector.files():
        label = file_label(collector.relative(path), number)
        try:
            _check_file(collector, path, label, marked=marked)
        except UnreadableFileError as error:
            collector.add(error.kind, file=label)
    return collector.report(people=0, identifiers=0)


def _check_file(collector: Collector, path: Path, label: str, *, marked: bool) -> None:
    sources = _source_columns(collector, path)
    kept: dict[str, list[str]] = {STATUS_COLUMN: [], BANNER_COLUMN: [], NOTICE_COLUMN: []}
    kept |= {name: [] for name in sources}
    for block in open_file(path):
        if block.part is Part.HEADER:
            collector.check_columns(path, label, block.cells)
            names = set(block.cells)
            if marked and collector.is_data(path) and not {STATUS_COLUMN, BANNER_COLUMN} <= names:
                collector.add("no_banner_column", file=label)
                marked = False
            if sources and NOTICE_COLUMN not in names:
                collector.add("no_notice_column", file=label)
                sources = []
            continue
        collector.count(block.cells)
        if block.part is Part.CELLS and block.column in kept:
            kept[block.column] += block.cells
    if marked and collector.is_data(path):
        for row in rows_without_banner(kept[STATUS_COLUMN], kept[BANNER_COLUMN]):
            collector.add("no_banner", file=label, row=row, column=BANNER_COLUMN)
    for name in sources:
        for row in rows_without_notice(kept[name], kept[NOTICE_COLUMN]):
            collector.add("no_notice", file=label, row=row, column=NOTICE_COLUMN)


def rows_without_banner(statuses: list[str], banners: list[str]) -> list[int]:
    """Rows of people who are, or may be, protected without the banner; an unknown status is a may be."""
    pairs = enumerate(zip(statuses, banners, strict=True))
    return [row for row, (status, banner) in pairs if status != _CLEAR and not banner.strip()]


def rows_without_notice(sources: list[str], notices: list[str]) -> list[int]:
    """Rows whose source is called what only a prohibited one is, without a notice on it."""
    pairs = enumerate(zip(sources, notices, strict=True))
    return [row for row, (source, notice) in pairs if _PROHIBITED.search(source) and not notice.strip()]


def _source_columns(collector: Collector, path: Path) -> list[str]:
    """The columns of a data file that say who gave the information, by the plan and as they stand there."""
    if collector.plan is None or not collector.is_data(path):
        return []
    dataset = collector.dataset_of(path)
    columns = dataset.released_columns if dataset else ()
    return [c.name for c in columns if c.kind == SOURCE_KIND and c.treatment is Treatment.KEEP]
