"""How SQLite answers what an evaluation asks: by an index, since to read a table of a million people takes minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from shield1367.protection.registry import tables
from tests.protection.site import Desk, application, encounter

# As many rows as people, or more.
LARGE = (
    tables.IDENTIFIER, tables.MARK, tables.VALUE, tables.EVIDENCE, tables.FAMILY, tables.MERGE,
    tables.PROTECTION, tables.LIKENESS, tables.BLOCK,
)  # fmt: skip
# What an evaluation says at its end is counted, and everybody is decided about once.
OF_ALL = ("count(", "DISTINCT")


@contextmanager
def read_whole() -> Iterator[list[str]]:
    """The statements that read a large table from one end to the other."""
    found: list[str] = []

    def explain(connection: sa.Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if connection.dialect.name != "sqlite" or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        scans = {line[3].split()[1] for line in plan if line[3].startswith("SCAN")}
        if scans & {table.name for table in LARGE} and not any(word in statement for word in OF_ALL):
            found.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)


def test_a_batch_of_later_reads_no_table_whole(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1), application(2)]})
    desk.judge()
    desk.deliver("enforcement", {"encounters": [encounter(1), encounter(3)]})
    with read_whole() as statements:
        assert desk.judge().changed
    assert statements == []


def test_a_table_that_is_read_whole_would_be_seen(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1)]})
    desk.judge()
    with read_whole() as statements:
        # By a mark that nobody is looked for by: the index is of the others.
        wanted = sa.select(tables.MARK.c.person_id).where(tables.MARK.c.fingerprint == "0" * 32)
        assert desk.registry.rows(wanted) == []
    assert len(statements) == 1
