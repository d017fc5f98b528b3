from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.fields import load_fields
from shield1367.identifiers import canonical
from shield1367.redaction.spelling import spelled

KINDS = sorted(load_fields().kinds)
PLACEHOLDERS = [
    "", " ", "N/A", "UNKNOWN", "b3b6b7c", "b6", "XXXX", "0000", "00001111", "7777777", "E1111111", "E-1111111",
    "123456789", "0123456789", "00987654321", "E1234567890", "12345678",
    "E0000", "1" * 40, "é1234", "٣٣٣٣", "12 34 5", "A1B2C3D4",
]  # fmt: skip
cells = st.one_of(
    st.none(),
    st.sampled_from(PLACEHOLDERS),
    st.text(max_size=12),
    st.text("0123456789aB-", max_size=20),
    st.integers(0, 10**20).map(str),
)


@given(st.sampled_from(KINDS), st.lists(cells, max_size=10))
def test_a_column_is_spelled_as_its_cells_are(kind: str, texts: list[str | None]) -> None:
    expected = [None if text is None else canonical(kind, text) or text for text in texts]
    assert spelled(kind, pa.array(texts, pa.string())).to_pylist() == expected


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_what_stands_for_nobody_stays_as_it_is_written(text: str) -> None:
    """Else two records whose key a FOIA office blacked out in two ways would be one."""
    assert spelled("record_id", pa.array([text])).to_pylist() == [canonical("record_id", text) or text]
