from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.encoding import encoded
from shield1367.redaction.order import ranked, sort_keys

KEY, OTHER = "0f" * 16, "1e" * 16
places = st.lists(st.tuples(st.sampled_from(["a.csv", "b.csv"]), st.integers(1, 10**6)), unique=True)


def keys(rows: list[tuple[str, int]], key: str = KEY) -> list[bytes]:
    files, numbers = [file for file, _ in rows], [number for _, number in rows]
    made = sort_keys(key, encoded(files), pa.chunked_array([pa.array(numbers, pa.int64())]))
    return [one.tobytes() for one in made]


@given(places, st.randoms())
def test_a_row_has_the_key_of_its_file_and_line_wherever_it_lies(
    rows: list[tuple[str, int]], random: object
) -> None:
    found = dict(zip(rows, keys(rows), strict=True))
    assert len(set(found.values())) == len(rows)
    moved = rows.copy()
    random.shuffle(moved)  # type: ignore[attr-defined]
    assert dict(zip(moved, keys(moved), strict=True)) == found


@given(places)
def test_ranking_is_sorting_by_the_keys_bytes(rows: list[tuple[str, int]]) -> None:
    files, numbers = (
        encoded([f for f, _ in rows]),
        pa.chunked_array([pa.array([n for _, n in rows], pa.int64())]),
    )
    made = sort_keys(KEY, files, numbers)
    assert ranked(made).tolist() == sorted(range(len(rows)), key=lambda i: made[i].tobytes())


def test_another_key_gives_another_order_and_neither_is_the_lines() -> None:
    rows = [("a.csv", number) for number in range(1, 500)]
    one, other = keys(rows), keys(rows, OTHER)
    assert not set(one) & set(other)
    assert sorted(one) != one
    # Of neighbours about half change places: the order follows nothing.
    assert 0.35 < sum(a < b for a, b in pairwise(one)) / len(one) < 0.65
