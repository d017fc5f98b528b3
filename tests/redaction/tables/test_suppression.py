"""Suppression, held against the audit that validation makes of the published tables with code of its own."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.recipient.tables import Table
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.tables.cells import Cube, cube_of
from shield1367.redaction.tables.history import Earlier, earlier_of, folder_of, remember, seal
from shield1367.redaction.tables.suppression import Hidden, primary, suppress
from shield1367.redaction.tables.tabulate import _published as publish
from shield1367.validation.inference import differing, exposed, few_people
from shield1367.validation.published import Published, read_published, wrong_cells
from shield1367.validation.reading import read_part

N = 11
KEYS = Keys(b"k" * 32)
Counts = dict[tuple[str, ...], int]


def table(*columns: str, **more: object) -> Table:
    return Table.model_validate(
        {
            "dataset": "a.b",
            "dimensions": [{"column": column, "treatment": "keep"} for column in columns],
            "measures": [{"of": "rows"}, {"of": "people"}],
            **more,
        }
    )


def frame(counts: Counts, columns: str, **more: object) -> pd.DataFrame:
    """One row, of a person of its own, for each count."""
    rows = [values for values, count in counts.items() for _ in range(count)]
    made = pd.DataFrame(rows, columns=[f"{column}:keep" for column in columns], dtype="str")
    return made.assign(person=[f"p{n}" for n in range(len(made))], shielded=False, **more)


def record(cube: Cube, hidden: Hidden, tables: list[Table]) -> Earlier:
    """What the next release is held against, by way of the sealed file."""
    with TemporaryDirectory() as folder:
        home, work = Home(root=Path(folder)), Path(folder) / "r-1"
        seal(home, KEYS, work, {"a.b": (cube, hidden, [[d.key for d in t.dimensions] for t in tables])})
        remember(home, work)
        assert b"keep" not in (folder_of(home) / "r-1.sealed").read_bytes()
        (found,) = earlier_of(home, KEYS, "a.b")
        assert earlier_of(home, KEYS, "c.d") == []
        return found


def read(cube: Cube, hidden: Hidden, tables: list[Table]) -> Published:
    """The tables as their reader has them."""
    with TemporaryDirectory() as folder:
        for number, one in enumerate(tables):
            path = Path(folder) / "data" / f"t{number}.parquet"
            path.parent.mkdir(exist_ok=True)
            pq.write_table(publish(one, cube, hidden), path)
            assert list(wrong_cells(one, read_part(path, 0, "parquet").frame, N)) == []
        published = read_published(Path(folder), {f"t{n}": one for n, one in enumerate(tables)})
    return published["a.b"]


def grids(*sizes: int, most: int = 40) -> st.SearchStrategy[Counts]:
    names = list(product(*("".join("uvwxyz"[:size]) for size in sizes)))
    few = st.one_of(st.integers(0, 12), st.integers(0, most))
    return st.lists(few, min_size=len(names), max_size=len(names)).map(
        lambda numbers: dict(zip(names, numbers, strict=True))
    ).filter(lambda counts: any(counts.values()))  # fmt: skip


@settings(max_examples=12)
@given(grids(4, 4))
def test_no_suppressed_cell_of_two_dimensions_can_be_computed(counts: Counts) -> None:
    one = [table("a", "b")]
    cube = cube_of(frame(counts, "ab"), one)
    hidden = suppress(cube, N)
    assert {*primary(cube.cells, N, ())} <= hidden
    assert exposed(read(cube, hidden, one), N) == 0


@settings(max_examples=6)
@given(grids(2, 3, 3))
def test_nor_of_three(counts: Counts) -> None:
    one = [table("a", "b", "c")]
    cube = cube_of(frame(counts, "abc"), one)
    assert exposed(read(cube, suppress(cube, N), one), N) == 0


@settings(max_examples=12)
@given(grids(3, 2, 3))
def test_nor_of_two_tables_together(counts: Counts) -> None:
    tables = [table("a", "b"), table("b", "c"), table("a")]
    cube = cube_of(frame(counts, "abc"), tables)
    published = read(cube, suppress(cube, N), tables)
    assert (exposed(published, N), published.clashes, published.missing_margins()) == (0, 0, 0)


@settings(max_examples=10)
@given(grids(3, 3), grids(3, 3, most=25))
def test_a_later_release_minus_an_earlier_one_tells_no_small_count(counts: Counts, more: Counts) -> None:
    one = [table("a", "b")]
    before = cube_of(frame(counts, "ab"), one)
    hidden_before = suppress(before, N)
    now = cube_of(frame({name: counts[name] + more[name] for name in counts}, "ab"), one)
    hidden = suppress(now, N, [record(before, hidden_before, one)])
    published = read(now, hidden, one)
    assert exposed(published, N) == 0
    assert differing(published, read(before, hidden_before, one), N) == 0


@settings(max_examples=8)
@given(grids(3, 3), st.integers(N, 20))
def test_what_was_hidden_stays_hidden_while_nothing_changes(counts: Counts, n: int) -> None:
    one = [table("a", "b")]
    cube = cube_of(frame(counts, "ab"), one)
    hidden = suppress(cube, n)
    assert {*primary(cube.cells, n, ())} <= {*primary(cube.cells, n + 1, ())}
    assert suppress(cube, n, [record(cube, hidden, one)]) >= hidden
    # A coarser table alone hides what it had to hide in the finer one.
    assert suppress(cube_of(frame(counts, "ab"), [table("a")]), n, [record(cube, hidden, one)]) >= {
        cell for cell in hidden if not any(key == "b:keep" for key, _ in cell)
    }


def test_one_small_cell_takes_another_with_it_in_its_row_and_its_column() -> None:
    counts = {("u", "u"): 3, ("u", "v"): 30, ("v", "u"): 40, ("v", "v"): 50}
    hidden = suppress(cube_of(frame(counts, "ab"), [table("a", "b")]), N)
    assert len(hidden) == 4
    assert all(len(cell) == 2 for cell in hidden)


def test_the_audit_finds_what_one_step_less_would_give_away() -> None:
    counts = {("u", "u"): 3, ("u", "v"): 30, ("v", "u"): 40, ("v", "v"): 50}
    one = [table("a", "b")]
    cube = cube_of(frame(counts, "ab"), one)
    first = frozenset(primary(cube.cells, N, ()))
    assert exposed(read(cube, first, one), N) == 1
    assert exposed(read(cube, suppress(cube, N) - {(("a:keep", "v"), ("b:keep", "v"))}, one), N) > 0


def test_a_newcomer_shows_in_no_difference() -> None:
    one = [table("a")]
    before = cube_of(frame({("u",): 40, ("v",): 50}, "a"), one)
    now = cube_of(frame({("u",): 41, ("v",): 50}, "a"), one)
    assert suppress(before, N) == frozenset()
    hidden = suppress(now, N, [record(before, frozenset(), one)])
    assert (("a:keep", "u"),) in hidden
    assert differing(read(now, frozenset(), one), read(before, frozenset(), one), N) > 0
    assert differing(read(now, hidden, one), read(before, frozenset(), one), N) == 0


def test_many_rows_of_one_person_are_one_person() -> None:
    rows = frame({("u",): 40, ("v",): 40}, "a")
    rows.loc[rows["a:keep"] == "u", "person"] = "p0"
    assert (("a:keep", "u"),) in suppress(cube_of(rows, [table("a")]), N)
    # Nor are many rows whose person cannot be told.
    rows.loc[rows["a:keep"] == "u", "person"] = None
    assert (("a:keep", "u"),) in suppress(cube_of(rows, [table("a")]), N)


def test_cells_of_one_person_each_hide_no_one_by_hiding_together() -> None:
    rows = frame({("u",): 20, ("v",): 20, ("w",): 60}, "a")
    rows.loc[rows["a:keep"] == "u", "person"] = "p0"
    rows.loc[rows["a:keep"] == "v", "person"] = "p1"
    one = [table("a")]
    cube = cube_of(rows, one)
    small = frozenset({(("a:keep", "u"),), (("a:keep", "v"),)})
    # Forty rows between them, and 62 people less 60 is two.
    assert few_people(read(cube, small, one), N) == 1
    hidden = suppress(cube, N)
    assert small < hidden
    assert few_people(read(cube, hidden, one), N) == 0


@settings(max_examples=8)
@given(grids(3, 3), st.lists(st.integers(0, 40), min_size=400, max_size=400))
def test_nor_can_people_who_are_in_several_cells(counts: Counts, who: list[int]) -> None:
    rows = frame(counts, "ab")
    rows["person"] = [f"p{who[n % 400]}" for n in range(len(rows))]
    one = [table("a", "b")]
    cube = cube_of(rows, one)
    published = read(cube, suppress(cube, N), one)
    assert (exposed(published, N), few_people(published, N)) == (0, 0)


@pytest.mark.parametrize("what", ["shielded", "telling"])
def test_a_cell_whose_people_are_all_alike_is_hidden_whatever_its_size(what: str) -> None:
    rows = frame({("u",): 40, ("v",): 40, ("w",): 60}, "a")
    rows["telling:offense"] = ["x" if n % 2 else "y" for n in range(len(rows))]
    one = [table("a", telling=["offense"])]
    assert suppress(cube_of(rows, one), N) == frozenset()
    alike = rows["a:keep"] == "u"
    rows.loc[alike, "shielded" if what == "shielded" else "telling:offense"] = (
        True if what == "shielded" else "x"
    )
    assert (("a:keep", "u"),) in suppress(cube_of(rows, one), N)


def test_a_sum_that_is_mostly_one_persons_is_hidden() -> None:
    rows = frame({("u",): 40, ("v",): 40}, "a", **{"number:n": 1.0})
    one = [table("a", measures=[{"of": "rows"}, {"of": "sum", "column": "n"}])]
    assert suppress(cube_of(rows, one), N) == frozenset()
    rows.loc[0, "number:n"] = 1000.0
    assert (("a:keep", "u"),) in suppress(cube_of(rows, one), N)
