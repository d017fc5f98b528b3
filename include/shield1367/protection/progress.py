"""How far each batch has been read into the registry: part by part, each in a transaction of its own.

One transaction for a whole batch would keep everybody else from writing for as long as it takes, and lose all of it
when a worker is killed; of a million people it would also grow a log that every look-up has to go through.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from shield1367.intake.receipt import BatchReceipt, StagedPart
from shield1367.protection.registry.tables import READ_PART


def parts_read(connection: sa.Connection, receipt: BatchReceipt, policy: str) -> dict[str, int]:
    """Path → rows of the parts of a batch that are in the registry, while not all of them are.

    What was read with another policy counts no more, and is forgotten.
    """
    of_batch = _of(receipt.source, receipt.batch)
    connection.execute(sa.delete(READ_PART).where(of_batch, READ_PART.c.policy != policy))
    wanted = sa.select(READ_PART.c.path, READ_PART.c.rows).where(of_batch)
    return {row.path: row.rows for row in connection.execute(wanted)}


def note_part(
    connection: sa.Connection, receipt: BatchReceipt, part: StagedPart, policy: str, rows: int
) -> None:
    """Note that a part is in the registry, in the transaction that puts it there."""
    connection.execute(
        sa.insert(READ_PART),
        {
            "source": receipt.source,
            "batch": receipt.batch,
            "path": part.path,
            "policy": policy,
            "rows": rows,
        },
    )


def forget_parts(connection: sa.Connection, receipt: BatchReceipt) -> None:
    """The batch has been read to its end."""
    connection.execute(sa.delete(READ_PART).where(_of(receipt.source, receipt.batch)))


def forget_others(connection: sa.Connection, pending: Iterable[BatchReceipt]) -> None:
    """Forget the parts of batches that nobody will go on with: they are gone, or were read with older tables."""
    known = {(row.source, row.batch) for row in connection.execute(sa.select(READ_PART))}
    for source, batch in sorted(known - {(receipt.source, receipt.batch) for receipt in pending}):
        connection.execute(sa.delete(READ_PART).where(_of(source, batch)))


def is_any_half_read(connection: sa.Connection) -> bool:
    """Whether some batch is in the registry in part only."""
    return connection.execute(sa.select(READ_PART.c.path).limit(1)).first() is not None


def _of(source: str, batch: str) -> sa.ColumnElement[bool]:
    return (READ_PART.c.source == source) & (READ_PART.c.batch == batch)
