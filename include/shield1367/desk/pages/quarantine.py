"""The page *Quarantine*: what intake refused, by reason, with file and row numbers and without a value.

Whoever is engineer and cleared besides opens a single row, mends it, and releases what holds into its batch.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from shield1367.desk.errors import BadRequestError, NotFoundError
from shield1367.desk.guard import session_of
from shield1367.desk.remembered import Remembered, stamp_of
from shield1367.desk.site import DeskSite, site_of
from shield1367.desk.templating import page
from shield1367.desk.tokens import CLEARED_SECONDS
from shield1367.intake.mended import Mended
from shield1367.intake.mending import Waits, waits_of
from shield1367.intake.quarantine import RefusedRow
from shield1367.intake.reasons import EXPLANATIONS, Reason
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.intake.waiting import Page, refusal_lines
from shield1367.keys import Keys
from shield1367.pipeline import Site, mend, release_from_quarantine
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.verifications import check_reference
from shield1367.reporting.charts import bar_chart

router = APIRouter()

_SHOWN_RANGES = 200
# On a page.
_BATCHES, _ROWS = 50, 50
_SEE_OTHER = 303
_SHORT = {reason: reason.replace("_", " ") for reason in Reason}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of which something was refused."""

    source: str
    batch: str
    rows: int
    quarantined: int
    reasons: tuple[tuple[str, int], ...]


_receipts: Remembered[tuple[BatchReceipt, ...]] = Remembered()


@router.get("/quarantine", name="quarantine", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """The batches of which something was refused, some at a time."""
    found = [receipt for receipt in receipts(site_of(request)) if receipt.refusals]
    reasons: Counter[Reason] = Counter()
    for receipt in found:
        reasons.update(receipt.reasons())
    shown = Page.of(found, _page_number(request), _BATCHES)
    return page(
        "quarantine.html",
        request,
        session_of(request),
        title="Quarantine",
        shown=shown,
        batches=[_line(receipt) for receipt in shown.items],
        reasons=[(_SHORT[reason], EXPLANATIONS[reason], count) for reason, count in reasons.most_common()],
        chart=bar_chart({_SHORT[r]: count for r, count in reasons.most_common()}, title="Refusals by reason"),
    )


@router.get("/quarantine/{source}/{batch}", name="batch", response_class=HTMLResponse)
def show_batch(request: Request, source: str, batch: str) -> HTMLResponse:
    """One batch: file by file, with row numbers; for a cleared engineer, with what mends it."""
    session, receipt = session_of(request), _receipt_of(site_of(request), source, batch)
    lines = refusal_lines(receipt.refusals)
    waiting = [refusal for refusal in receipt.refusals if refusal.row is not None]
    return page(
        "batch.html",
        request,
        session,
        title=f"{source}, batch {batch}",
        receipt=receipt,
        lines=lines[:_SHOWN_RANGES],
        more=max(0, len(lines) - _SHOWN_RANGES),
        may_mend=session.visitor.may_call("mend_row"),
        shown=Page.of(waiting, _page_number(request), _ROWS),
        meanings=EXPLANATIONS,
    )


def receipts(site: DeskSite) -> tuple[BatchReceipt, ...]:
    """The receipts of all batches, read again when one has come or changed.

    Raises:
        StorageError: one cannot be read, or is not of this version.
    """
    stamp = (str(site.home.root), stamp_of(site.home.staged.glob("*/_batches/*.json")))
    return _receipts.get(stamp, lambda: tuple(list_receipts(site.home)))


@router.post("/quarantine/{source}/{batch}/row", name="refused_row", response_class=HTMLResponse)
def show_row(request: Request, source: str, batch: str) -> HTMLResponse:
    """One refused row in clear, to be mended; looking at it is recorded."""
    site, session = site_of(request), session_of(request)
    keys = site.load_keys(site.home)
    waits, row = _row_of(site, keys, source, batch, session.form)
    record_question(
        Registry(site.home, keys), keys, Question.REFUSED_ROWS, person_id=None, asked_by=session.visitor.name
    )
    contract = site.load_project().contracts.get(source)
    dataset = contract.datasets.get(row.dataset) if contract else None
    if dataset is None:
        raise NotFoundError("dataset in the contract")
    mended = Mended(site.home, keys, source, batch).rows().get((row.file, row.row))
    cells = mended.cells if mended else row.fields or {}
    return page(
        "refused_row.html",
        request,
        session,
        title=f"Row {row.row} of {row.file}",
        receipt=waits.receipt,
        row=row,
        reason=next(
            EXPLANATIONS[r.reason] for r in waits.receipt.refusals if (r.file, r.row) == (row.file, row.row)
        ),
        cells=[(f"c{number}", name, cells.get(name) or "") for number, name in enumerate(dataset.columns)],
        as_found=[cell or "" for cell in row.cells],
        mended=mended is not None,
        minutes=CLEARED_SECONDS // 60,
    )


@router.post("/quarantine/{source}/{batch}/mend", name="mend_row")
def mend_row(request: Request, source: str, batch: str) -> RedirectResponse:
    """Keep one mended row; it is staged by the next release."""
    site, form = site_of(request), session_of(request).form
    keys, project = site.load_keys(site.home), site.load_project()
    _, row = _row_of(site, keys, source, batch, form)
    dataset = project.contracts[source].datasets.get(row.dataset) if source in project.contracts else None
    names = {f"c{number}": name for number, name in enumerate(dataset.columns)} if dataset else {}
    if not names or names.keys() - form.keys():
        raise BadRequestError
    # A browser ends lines as forms do; a row that was not touched stays as it was.
    cells = {name: form[field].replace("\r\n", "\n") for field, name in names.items()}
    line = json.dumps({"file": row.file, "row": row.row, "cells": cells})
    mend(Site(site.home, keys, project), source, batch, [line])
    return _to_batch(request, source, batch)


@router.post("/quarantine/{source}/{batch}/release", name="release_rows")
def release_rows(request: Request, source: str, batch: str) -> RedirectResponse:
    """Stage whatever holds today of what waits."""
    site, session = site_of(request), session_of(request)
    _receipt_of(site, source, batch)
    why = session.form.get("why", "")
    check_reference("The reason", why)
    whole = Site(site.home, site.load_keys(site.home), site.load_project())
    release_from_quarantine(whole, source, batch, by=session.visitor.name, why=why.strip())
    return _to_batch(request, source, batch)


def _row_of(
    site: DeskSite, keys: Keys, source: str, batch: str, form: Mapping[str, str]
) -> tuple[Waits, RefusedRow]:
    """The row that a form names, if it still waits."""
    _receipt_of(site, source, batch)
    waits = waits_of(site.home, keys, source, batch)
    number = form.get("row", "")
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        raise BadRequestError
    row = waits.rows.get((form.get("file", ""), int(number)))
    if row is None:
        raise NotFoundError("row that waits")
    return waits, row


def _receipt_of(site: DeskSite, source: str, batch: str) -> BatchReceipt:
    """A batch by its names, which then can lead to no other file."""
    for receipt in receipts(site):
        if (receipt.source, receipt.batch) == (source, batch):
            return receipt
    raise NotFoundError("batch")


def _to_batch(request: Request, source: str, batch: str) -> RedirectResponse:
    base = request.scope.get("root_path", "")
    return RedirectResponse(
        f"{base}/quarantine/{quote(source, safe='')}/{quote(batch, safe='')}", status_code=_SEE_OTHER
    )


def _page_number(request: Request) -> int:
    number = request.query_params.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise BadRequestError
    return int(number)


def _line(receipt: BatchReceipt) -> BatchLine:
    reasons = tuple((_SHORT[reason], count) for reason, count in receipt.reasons().most_common())
    return BatchLine(receipt.source, receipt.batch, receipt.rows, receipt.quarantined, reasons)
