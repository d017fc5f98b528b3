from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.errors import StorageError
from shield1367.protection.linked import STATUSES, LinkedPart
from shield1367.protection.links import RowLink, links_path, write_links
from shield1367.protection.registry.store import root_of
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status

ROWS = 6
STAGED = "staged/s/d/batch=b/part-0000.parquet"
ROLES = ("subject", "spouse")
SNAPSHOT = Snapshot(
    as_of=date(2026, 9, 1),
    statuses={"p": Status.PROTECTED, "q": Status.CLEAR, "r": Status.CLEAR, "i": Status.INDETERMINATE},
    merges={"old": "older", "older": "p", "z": "q"},
    whole_names=frozenset({"w"}),
    whole_if_part=frozenset({"v"}),
    short_names=frozenset({"s"}),
    digest="",
)
names = st.lists(st.sampled_from("wvsx"), max_size=2).map(tuple)
links = st.lists(
    st.builds(
        RowLink,
        position=st.integers(0, ROWS - 1),
        role=st.sampled_from(ROLES),
        person_id=st.sampled_from([None, "p", "q", "r", "i", "old", "older", "z", "unknown"]),
        reason=st.just("a_number"),
        score=st.just(1.0),
        whole_names=names,
        short_names=names,
    ),
    max_size=10,
)


@contextmanager
def linked(found: list[RowLink]) -> Iterator[LinkedPart]:
    with TemporaryDirectory() as folder:
        yield LinkedPart(write_links(Path(folder) / links_path(STAGED), found), ROWS, SNAPSHOT)


@settings(max_examples=40)
@given(links, st.sampled_from([*ROLES, None]))
def test_by_columns_a_row_has_the_status_it_has_by_itself(found: list[RowLink], about: str | None) -> None:
    with linked(found) as part:
        together = [STATUSES[place] for place in part.statuses(about)]
    assert together == [
        SNAPSHOT.status_of_row([link for link in found if link.position == row], about) for row in range(ROWS)
    ]


@settings(max_examples=40)
@given(links, st.sampled_from(ROLES))
def test_a_column_is_about_the_first_who_has_its_role(found: list[RowLink], role: str) -> None:
    with linked(found) as part:
        people = part.people(role)
    for row in range(ROWS):
        ids = sorted(
            root_of(link.person_id, SNAPSHOT.merges)
            for link in found
            if link.position == row and link.role == role and link.person_id
        )
        place = people.rows[row]
        assert (people.ids[place] if place >= 0 else None) == (ids[0] if ids else None)


@settings(max_examples=40)
@given(links, st.lists(st.booleans(), min_size=ROWS, max_size=ROWS))
def test_everybody_is_whoever_stands_in_a_released_row(found: list[RowLink], released: list[bool]) -> None:
    with linked(found) as part:
        everybody = part.everybody(np.array(released))
    assert everybody == {
        root_of(link.person_id, SNAPSHOT.merges)
        for link in found
        if link.person_id and released[link.position]
    }


@pytest.mark.parametrize(
    ("whole", "short", "expected"),
    [
        ((), (), Status.CLEAR),
        (("x",), ("x",), Status.CLEAR),
        (("w",), (), Status.INDETERMINATE),
        (("s",), (), Status.INDETERMINATE),
        ((), ("v",), Status.INDETERMINATE),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_clear_subject_beside_the_name_of_somebody_shielded_is_in_doubt(
    whole: tuple[str, ...], short: tuple[str, ...], expected: Status, *, first: bool
) -> None:
    subject = RowLink(0, "subject", "q", "a_number", 1.0)
    spouse = RowLink(0, "spouse", None, "name", None, whole, short)
    found = [spouse, subject] if first else [subject, spouse]
    with linked(found) as part:
        assert STATUSES[part.statuses("subject")[0]] is expected
    assert SNAPSHOT.status_of_row(found, "subject") is expected


@settings(max_examples=40)
@given(links)
def test_links_by_row_are_the_links(found: list[RowLink]) -> None:
    with linked(found) as part:
        by_row = part.by_row()
    assert by_row == {
        row: [link for link in found if link.position == row] for row in {link.position for link in found}
    }


def test_a_batch_without_links_has_not_been_judged(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        LinkedPart(tmp_path / "none.parquet", ROWS, SNAPSHOT)
