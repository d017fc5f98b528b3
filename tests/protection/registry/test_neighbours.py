"""Who may be the same person by a full name, against the definition read over everybody at once."""

from __future__ import annotations

from itertools import groupby, product
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.database import insert_new
from shield1367.protection.registry.neighbours import Neighbours, Overview
from shield1367.protection.registry.store import Registry
from shield1367.protection.registry.tables import FAMILY, MARK, MERGE

# Ids, and the one that some of them have been merged into.
PEOPLE = [f"p{number}" for number in range(6)]
ROOTS = {"p4": "p0", "p5": "p1"}
NAMES = ["one", "other"]

Marks = set[tuple[str, str, str]]


def alike(marks: Marks, asked: set[str]) -> set[tuple[str, str]]:
    """Both directions of every pair with a name in common of which one has no date of birth, and one is asked for."""
    root = {person: ROOTS.get(person, person) for person in PEOPLE}
    named = {(root[person], mark) for person, sort, mark in marks if sort == "name"}
    dated = {root[person] for person, sort, _ in marks if sort == "birth"}
    pairs = {
        (one, other)
        for (one, name), (other, same) in product(named, repeat=2)
        if name == same and one != other and not {one, other} <= dated and asked & {one, other}
    }
    return pairs


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    marks=st.sets(
        st.tuples(st.sampled_from(PEOPLE), st.just("name"), st.sampled_from(NAMES))
        | st.tuples(st.sampled_from(PEOPLE), st.just("birth"), st.just("1990")),
        max_size=14,
    ),
    asked=st.sets(st.sampled_from(sorted(set(PEOPLE) - ROOTS.keys()))),
)
@example(
    # The date of birth stands under another id of the same person.
    marks={("p4", "name", "one"), ("p0", "birth", "1990"), ("p2", "name", "one"), ("p2", "birth", "1990")},
    asked={"p2"},
)
def test_doubles_by_name_are_whoever_bears_it_and_may_be_the_same(
    database: str, tmp_path: Path, marks: Marks, asked: set[str]
) -> None:
    registry = Registry(Home(tmp_path), Keys(b"k" * 32))
    with registry.transaction() as connection:
        for table in (MARK, MERGE):
            connection.execute(sa.delete(table))
        insert_new(connection, MERGE, [{"person_id": p, "into_id": into} for p, into in ROOTS.items()])
        insert_new(
            connection,
            MARK,
            [{"person_id": p, "sort": sort, "fingerprint": f} for p, sort, f in sorted(marks)],
        )
    with registry.reading() as connection:
        looked_up = Neighbours(connection).doubles(asked)
        known_before = Neighbours(connection, overview=Overview.of(connection)).doubles(asked)
    for doubles in (looked_up, known_before):
        assert {(one, other) for one, others in doubles.items() for other in others} == alike(marks, asked)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(edges=st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=6))
def test_families_stand_together_in_an_overview(
    database: str, tmp_path: Path, edges: set[tuple[str, str]]
) -> None:
    registry = Registry(Home(tmp_path), Keys(b"k" * 32))
    with registry.transaction() as connection:
        for table in (FAMILY, MERGE):
            connection.execute(sa.delete(table))
        insert_new(connection, MERGE, [{"person_id": p, "into_id": into} for p, into in ROOTS.items()])
        rows = [{"person_id": one, "relative_id": other} for one, other in sorted(edges)]
        insert_new(connection, FAMILY, [row | {"source": "s", "dataset": "d"} for row in rows])
    with registry.reading() as connection:
        overview = Overview.of(connection)
        everybody = set(PEOPLE) - ROOTS.keys()
        families = {person: frozenset(Neighbours(connection).family({person})[0]) for person in everybody}
    together = overview.together(everybody)
    assert sorted(together) == sorted(everybody)
    # Each family once, and nobody else in between.
    assert len([family for family, _ in groupby(together, families.get)]) == len({*families.values()})
