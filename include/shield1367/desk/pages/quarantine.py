"""The page *Quarantine*: what intake refused, by reason, with file and row numbers and without a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shield1367.desk.errors import NotFoundError
from shield1367.desk.guard import session_of
from shield1367.desk.remembered import Remembered, stamp_of
from shield1367.desk.site import DeskSite, site_of
from shield1367.desk.templating import page
from shield1367.intake.reasons import EXPLANATIONS, Reason
from shield1367.intake.receipt import BatchReceipt, Refusal, list_receipts
from shield1367.reporting.charts import bar_chart

router = APIRouter()

_SHOWN_RANGES = 200
_SHORT = {reason: reason.replace("_", " ") for reason in Reason}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of which something was refused."""

    source: str
    batch: str
    rows: int
    quarantined: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """What was refused of one file for one reason.

    Attributes:
        column: the column meant, where there is one.
        rows: numbers of the data rows, ``3, 7–9``; empty where the file or column as a whole is meant.
        count: how many refusals these are.
    """

    file: str
    reason: Reason
    meaning: str
    column: str
    rows: str
    count: int


_receipts: Remembered[tuple[BatchReceipt, ...]] = Remembered()


@router.get("/quarantine", name="quarantine", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """Every batch of which something was refused."""
    found = [receipt for receipt in receipts(site_of(request)) if receipt.refusals]
    reasons: Counter[Reason] = Counter()
    for receipt in found:
        reasons.update(receipt.reasons())
    return page(
        "quarantine.html",
        request,
        session_of(request),
        title="Quarantine",
        batches=[_line(receipt) for receipt in found],
        reasons=[(_SHORT[reason], EXPLANATIONS[reason], count) for reason, count in reasons.most_common()],
        chart=bar_chart({_SHORT[r]: count for r, count in reasons.most_common()}, title="Refusals by reason"),
    )


@router.get("/quarantine/{source}/{batch}", name="batch", response_class=HTMLResponse)
def show_batch(request: Request, source: str, batch: str) -> HTMLResponse:
    """One batch: file by file, with row numbers."""
    for receipt in receipts(site_of(request)):
        if (receipt.source, receipt.batch) == (source, batch):
            lines = refusal_lines(receipt.refusals)
            return page(
                "batch.html",
                request,
                session_of(request),
                title=f"{source}, batch {batch}",
                receipt=receipt,
                lines=lines[:_SHOWN_RANGES],
                more=max(0, len(lines) - _SHOWN_RANGES),
            )
    raise NotFoundError("batch")


def receipts(site: DeskSite) -> tuple[BatchReceipt, ...]:
    """The receipts of all batches, read again when one has come or changed.

    Raises:
        StorageError: one cannot be read, or is not of this version.
    """
    stamp = (str(site.home.root), stamp_of(site.home.staged.glob("*/_batches/*.json")))
    return _receipts.get(stamp, lambda: tuple(list_receipts(site.home)))


def refusal_lines(refusals: Iterable[Refusal]) -> list[RefusalLine]:
    """Refusals of one file, reason and column together, in the order of these."""

    def place(refusal: Refusal) -> tuple[str, Reason, str]:
        return refusal.file, refusal.reason, refusal.column or ""

    lines = []
    for (file, reason, column), group in groupby(sorted(refusals, key=place), key=place):
        alike = list(group)
        numbers = sorted({refusal.row for refusal in alike if refusal.row is not None})
        lines.append(RefusalLine(file, reason, EXPLANATIONS[reason], column, ranges(numbers), len(alike)))
    return lines


def ranges(numbers: list[int], most: int = 40) -> str:
    """Numbers in words: ``1, 3–5, 9``; past *most* ranges it says how many more there are."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:most]]
    if len(runs) > most:
        words.append(f"and {sum(last - first + 1 for first, last in runs[most:]):,} more")
    return ", ".join(words)


def _line(receipt: BatchReceipt) -> BatchLine:
    reasons = tuple((_SHORT[reason], count) for reason, count in receipt.reasons().most_common())
    return BatchLine(receipt.source, receipt.batch, receipt.rows, receipt.quarantined, reasons)
