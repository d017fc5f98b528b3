"""Which row holds whom: beside each staged partition a file of links, without any value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.storage import reported, write_atomically

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class RowLink:
    """One role of one row.

    Attributes:
        position: index of the row inside its partition.
        person_id: who it is; ``None`` when that cannot be told.
        reason: why it is linked to this person.
        score: how sure that is, up to 1; ``None`` where nobody can say.
        whole_names: fingerprints of the name's whole forms, for roles that are known by name only.
        short_names: fingerprints of its short forms, likewise.
    """

    position: int
    role: str
    person_id: str | None
    reason: str
    score: float | None = None
    whole_names: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()


def links_path(staged_part: str) -> str:
    """Path, below the home, of the links of a staged partition."""
    return "registry/links/" + staged_part.removeprefix("staged/")


def write_links(path: Path, links: list[RowLink]) -> Path:
    """Write the links of one partition."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "position": pa.array([link.position for link in links], pa.int32()),
            "role": pa.array([link.role for link in links], pa.string()),
            "person_id": pa.array([link.person_id for link in links], pa.string()),
            "reason": pa.array([link.reason for link in links], pa.string()),
            "score": pa.array([link.score for link in links], pa.float32()),
            "whole_names": pa.array([link.whole_names for link in links], pa.list_(pa.string())),
            "short_names": pa.array([link.short_names for link in links], pa.list_(pa.string())),
        }
    )
    return write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def read_links(path: Path, *, first: int = 0, rows: int | None = None) -> list[RowLink]:
    """Read the links of one staged file, or of some rows of it.

    Args:
        first: the row that counts as number 0.
        rows: how many there are; by default all that follow.

    Raises:
        StorageError: the file is missing: the batch has not been evaluated.
    """
    import pyarrow.parquet as pq

    with reported(path, "read"):
        table = cut(pq.read_table(path), first, rows)
    names = ("position", "role", "person_id", "reason", "score", "whole_names", "short_names")
    # Links of earlier versions have no score.
    columns = [
        table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
        for name in names
    ]
    return [
        RowLink(position, role, person, reason, score, tuple(whole), tuple(short))
        for position, role, person, reason, score, whole, short in zip(*columns, strict=True)
    ]


def cut(links: pa.Table, first: int, rows: int | None) -> pa.Table:
    """The links of some rows of a file, their positions counted from the first of these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if first == 0 and rows is None:
        return links
    positions = links.column("position")
    wanted = pc.greater_equal(positions, first)
    if rows is not None:
        wanted = pc.and_(wanted, pc.less(positions, first + rows))
    kept = links.filter(wanted)
    place = kept.schema.get_field_index("position")
    field = kept.field(place)
    return kept.set_column(place, field, pc.subtract(kept.column(place), pa.scalar(first, field.type)))


def links_by_row(path: Path, *, first: int = 0, rows: int | None = None) -> dict[int, list[RowLink]]:
    """Position → its links, for who works row by row; of some rows as :func:`read_links` has it.

    Raises:
        StorageError: the file is missing: the batch has not been evaluated.
    """
    found: dict[int, list[RowLink]] = {}
    for link in read_links(path, first=first, rows=rows):
        found.setdefault(link.position, []).append(link)
    return found
