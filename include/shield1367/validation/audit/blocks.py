"""What a file is opened into: blocks of cells, each of one part of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Part(Enum):
    """Which part of a file a block comes from."""

    CELLS = "cells"
    HEADER = "header"
    METADATA = "metadata"
    TEXT = "text"
    BYTES = "bytes"
    ROWS = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of one column, lines of a text, or a stretch of bytes."""

    part: Part
    cells: list[str]
    column: str | None = None
    first_row: int = 0
