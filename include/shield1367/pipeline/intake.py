"""Landing zone → staged rows; what is refused waits in quarantine until it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shield1367.intake.batches import Batch, Waiting, find_batches
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.intake.stage import is_staged, stage_batch
from shield1367.pipeline.site import Site, UnknownBatchError, contract_of


def waiting_batches(site: Site, source: str) -> tuple[list[Batch], list[Waiting]]:
    """Batches in the landing zone, staged or not, and the folders that are not ready."""
    return find_batches(site.home, contract_of(site, source))


def new_batches(site: Site, source: str) -> tuple[list[Batch], list[Waiting]]:
    """Likewise, without the batches of which everything is staged already as it lies there."""
    batches, waiting = waiting_batches(site, source)
    receipts = {receipt.batch: receipt for receipt in list_receipts(site.home, source)}
    contract, fields = contract_of(site, source), site.project.fields
    return [b for b in batches if not is_staged(contract, fields, b, receipts.get(b.batch))], waiting


def stage(site: Site, source: str, batch_id: str) -> tuple[BatchReceipt, bool]:
    """Take in one batch by its id; returns its receipt and whether anything was staged.

    Raises:
        UnknownBatchError: there is no such batch.
        BatchChangedError: it was staged before with other content.
    """
    batches, _ = waiting_batches(site, source)
    for batch in batches:
        if batch.batch == batch_id:
            return stage_batch(site.home, site.keys, contract_of(site, source), site.project.fields, batch)
    raise UnknownBatchError(
        f"batch {batch_id} of {source} is not in {site.home.landing / source}.",
        mend="check the landing zone; the manifest has to be there for a batch to count.",
    )


def release_from_quarantine(site: Site, source: str, batch_id: str, *, by: str, why: str) -> BatchReceipt:
    """Stage what holds today of what waits of a batch; its people are judged by the next `protect`.

    Raises:
        NothingWaitsError: nothing does.
        NothingHoldsError: all of it is refused again.
    """
    from shield1367.intake.mending import release_rows

    contract = contract_of(site, source)
    batches, _ = waiting_batches(site, source)
    landed = next((batch for batch in batches if batch.batch == batch_id), None)
    return release_rows(site.home, site.keys, contract, site.project.fields, batch_id, landed, by=by, why=why)


def mend(site: Site, source: str, batch_id: str, lines: Iterable[str]) -> int:
    """Keep mended rows, as JSON lines, for what waits of a batch; returns how many rows are mended now.

    Raises:
        NothingWaitsError: nothing does.
        MendedRefusedError: a line is no row that waits; then none is kept.
    """
    from shield1367.intake.mended import Mended, read_lines
    from shield1367.intake.mending import mending, waits_of

    contract = contract_of(site, source)
    with mending(site.home, source, batch_id):
        waits = waits_of(site.home, site.keys, source, batch_id)
        handed_in = read_lines(lines, waits.rows, contract)
        kept = Mended(site.home, site.keys, source, batch_id)
        rows = {place: row for place, row in kept.rows().items() if place in waits.rows}
        rows |= {(row.file, row.row): row for row in handed_in}
        kept.keep_rows(rows.values())
    return len(rows)


def mend_file(site: Site, source: str, batch_id: str, name: str, path: Path) -> None:
    """Keep *path* instead of a file of a batch that was refused as a whole.

    Raises:
        NothingWaitsError: nothing of the batch waits.
        MendedRefusedError: it has no refused file of that name, or *path* is too large.
    """
    from shield1367.intake.mended import Mended, MendedRefusedError
    from shield1367.intake.mending import mending, waits_of

    contract_of(site, source)
    with mending(site.home, source, batch_id):
        waits = waits_of(site.home, site.keys, source, batch_id)
        if name not in waits.files:
            raise MendedRefusedError(f"no file {name!r} of batch {batch_id} was refused as a whole.")
        Mended(site.home, site.keys, source, batch_id).keep_file(name, path)
