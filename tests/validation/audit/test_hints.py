"""Hints never pass over a cell that a pattern would match in."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from shield1367.validation.audit.decoding import _HEX
from shield1367.validation.audit.hints import Hints
from shield1367.validation.audit.joined import Joined

# What pairs of hexadecimal are made of, and what stands between them.
PIECES = st.sampled_from(
    ["41", "7f", "2A", "00", "0x", "\\x", " ", ":", ",", ";", "-", "0", "3", "9", "x", "g", "é"]
)
CELLS = st.lists(st.lists(PIECES, max_size=30).map("".join), min_size=1, max_size=6)


@given(cells=CELLS)
def test_hexadecimal_is_hinted_at_where_it_is_and_nowhere_else(cells: list[str]) -> None:
    pattern = re.compile(_HEX.decode("ascii"))
    expected = [row for row, cell in enumerate(cells) if pattern.search(cell)]
    assert Hints.of(Joined.of(cells)).hexadecimal() == expected
