from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.fields import Treatment
from shield1367.redaction.classes.grouping import Grouper
from shield1367.redaction.classes.observed import Observed
from shield1367.redaction.classes.search import Choice, UnreachableError, choose, lattice

KEEP, REGION, WITHHOLD, YEAR, BAND = (
    Treatment.KEEP, Treatment.REGION, Treatment.WITHHOLD, Treatment.YEAR, Treatment.AGE_BAND,
)  # fmt: skip
HIERARCHIES = {"country": (KEEP, REGION, WITHHOLD), "date_of_birth": (YEAR, BAND, WITHHOLD)}
K = 11
# (country, year of birth, person, offense): the second level is the first letter, and the decade.
Row = tuple[str, int, int, str]


def observed(rows: list[Row], *, telling: bool = True) -> Observed:
    table = Observed("cases", {"land": "country", "born": "date_of_birth"}, ("offense",) if telling else ())
    for country, year, person, offense in rows:
        key = ((country, country[0], None), (str(year), str(year // 10), None))
        table.add(key, f"p{person}", [offense] if telling else [])
    return table


def recoded(rows: list[Row], choice: Choice) -> list[tuple[tuple[str | None, ...], int, str]]:
    """The rows as they would be released."""
    land, born = choice.node.levels["country"], choice.node.levels["date_of_birth"]
    (grouping,) = choice.groupings
    out = []
    for country, year, person, offense in rows:
        cells = (
            (country, country[0], None)[land],
            (str(year), str(year // 10), None)[born],
        )
        out.append(((None, None) if cells in grouping.rare else cells, person, offense))
    return out


def people_by_class(released: list[tuple[tuple[str | None, ...], int, str]]) -> dict[object, set[int]]:
    found: dict[object, set[int]] = defaultdict(set)
    for cells, person, _ in released:
        found[cells].add(person)
    return found


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["MEXICO", "MALI", "CHAD", "CHILE", "PERU"]),
        st.integers(1980, 2009),
        st.integers(0, 60),
        st.sampled_from("abc"),
    ),
    min_size=K,
    max_size=150,
)


@settings(max_examples=120)
@given(ROWS, st.sampled_from([0.0, 0.05, 0.2]))
def test_k_and_l_hold_of_what_the_search_leaves(rows: list[Row], at_most: float) -> None:
    try:
        choice = choose([observed(rows)], HIERARCHIES, k=K, least=2, at_most=at_most)
    except UnreachableError:
        # Only where all rows together are no crowd.
        assert len({person for _, _, person, _ in rows}) < K or len({row[3] for row in rows}) < 2
        return
    released = recoded(rows, choice)
    classes = people_by_class(released)
    values = defaultdict(set)
    for cells, _, offense in released:
        values[cells].add(offense)
    (grouping,) = choice.groupings
    assert min(len(people) for people in classes.values()) >= K
    assert tuple(sorted(len(people) for people in classes.values())) == grouping.sizes
    assert min(len(seen) for seen in values.values()) == grouping.variety >= 2
    assert grouping.suppressed_rows <= at_most * len(rows)


@settings(max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_the_rows(rows: list[Row], random: object) -> None:
    def outcome(of: list[Row]) -> object:
        try:
            found = choose([observed(of)], HIERARCHIES, k=K, least=1, at_most=0.2)
        except UnreachableError as error:
            return error.code
        return found.node, found.groupings

    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome(shuffled) == outcome(rows)


@settings(max_examples=40)
@given(ROWS)
def test_what_is_asked_for_more_strictly_never_loses_less(rows: list[Row]) -> None:
    losses = []
    for at_most in (0.2, 0.05, 0.0):
        try:
            losses.append(choose([observed(rows)], HIERARCHIES, k=K, least=1, at_most=at_most).node.loss)
        except UnreachableError:
            losses.append(2.0)
    assert losses == sorted(losses)


def test_the_first_node_loses_nothing_and_the_last_everything() -> None:
    nodes = list(lattice(HIERARCHIES))
    assert len(nodes) == 9
    assert (nodes[0].loss, nodes[-1].loss) == (0, 1)
    assert [node.loss for node in nodes] == sorted(node.loss for node in nodes)


def test_one_person_in_many_rows_is_no_crowd() -> None:
    crowd = [("MEXICO", 1990, n, "ab"[n % 2]) for n in range(K)]
    alone = [("CHAD", 1990, 99, "ab"[n % 2]) for n in range(3 * K)]
    choice = choose([observed(crowd + alone)], HIERARCHIES, k=K, least=2, at_most=0)
    assert choice.node.levels == {"country": 2, "date_of_birth": 0}


def test_rare_rows_are_emptied_with_as_many_others_as_make_a_crowd() -> None:
    crowd = [(land, 1990, n, "ab"[n % 2]) for land in ("MEXICO", "PERU") for n in range(100)]
    rare = [("CHAD", 1985, 200 + n, "ab"[n % 2]) for n in range(3)]
    few = [("MALI", 1990, 300 + n, "ab"[n % 2]) for n in range(K)]
    (grouping,) = choose([observed(crowd + rare + few)], HIERARCHIES, k=K, least=2, at_most=0.1).groupings
    # Three alone would be told apart by being empty: the smallest crowd goes with them.
    assert grouping.rare == {("CHAD", "1985"), ("MALI", "1990")}
    assert grouping.sizes == (14, 100, 100)
    assert grouping.suppressed_rows == 14


def test_a_class_that_tells_what_must_not_follow_is_generalised() -> None:
    even = [("MEXICO", 1990, n, "a") for n in range(K)]
    mixed = [("MALI", 1990, 50 + n, "ab"[n % 2]) for n in range(K)]
    assert choose([observed(even + mixed)], HIERARCHIES, k=K, least=2, at_most=0).node.levels["country"] == 1
    plain = choose([observed(even + mixed, telling=False)], HIERARCHIES, k=K, least=2, at_most=0)
    assert plain.node.loss == 0
    assert plain.groupings[0].variety is None


def test_levels_need_not_lie_within_one_another() -> None:
    # A year may fall into two bands: people of one year are enough, those of one band are not.
    table = Observed("cases", {"born": "date_of_birth"}, ())
    for n in range(2 * K):
        table.add((("1990", "25-34" if n % 2 else "35-44", None),), f"p{n}", [])
    assert (
        choose([table], {"date_of_birth": (YEAR, BAND, WITHHOLD)}, k=2 * K, least=1, at_most=0).node.loss == 0
    )
    with pytest.raises(UnreachableError, match="among 23 people"):
        choose([table], {"date_of_birth": (YEAR, BAND, WITHHOLD)}, k=2 * K + 1, least=1, at_most=0)


def test_the_same_levels_serve_every_table() -> None:
    wide = observed([("MEXICO", 1990, n, "a") for n in range(K)], telling=False)
    spread = observed([(f"M{n}", 1990, n, "a") for n in range(K)], telling=False)
    choice = choose([wide, spread], HIERARCHIES, k=K, least=1, at_most=0)
    assert choice.node.levels == {"country": 1, "date_of_birth": 0}
    assert [grouping.sizes for grouping in choice.groupings] == [(K,), (K,)]


def test_a_table_of_which_no_row_goes_stands_in_nobodys_way() -> None:
    """Of a small table nobody goes once somebody of it is protected; the others are generalised as ever."""
    crowd = observed([("MEXICO", 1990, n, "ab"[n % 2]) for n in range(K)])
    choice = choose([observed([]), crowd], HIERARCHIES, k=K, least=2, at_most=0)
    assert choice.node.loss == 0
    assert [(found.sizes, found.rows, found.rare) for found in choice.groupings] == [
        ((), 0, frozenset()),
        ((K,), K, frozenset()),
    ]
    assert choose([observed([])], HIERARCHIES, k=K, least=2, at_most=0).node.loss == 0


def test_what_keeps_a_crowd_from_being_found_is_named() -> None:
    few = observed([("MEXICO", 1990, n, "ab"[n % 2]) for n in range(K - 1)])
    enough = Observed("others", {"land": "country"}, ())
    for n in range(K):
        enough.add((("MEXICO", "M", None),), f"p{n}", [])
    with pytest.raises(UnreachableError, match=r"cases: fewer than 11 people go") as refused:
        choose([few, enough], HIERARCHIES, k=K, least=2, at_most=0)
    assert "others" not in refused.value.message
    alike = observed([("MEXICO", 1990, n, "a") for n in range(2 * K)])
    with pytest.raises(UnreachableError, match=r"cases: offense has fewer than 2 different values"):
        choose([alike], HIERARCHIES, k=K, least=2, at_most=0)


@settings(max_examples=40)
@given(ROWS, st.sampled_from([0.0, 0.1]))
def test_no_choice_that_holds_loses_less(rows: list[Row], at_most: float) -> None:
    """What is ruled out early could not have held: every node, tried one by one."""
    grouper = Grouper(observed(rows))
    losses = []
    for node in lattice(HIERARCHIES):
        levels = [node.levels["country"], node.levels["date_of_birth"]]
        found = grouper.group(levels, k=K, least=2)
        for some in ([(0, levels[0])], [(1, levels[1])], list(enumerate(levels))):
            assert grouper.least_lost(some, k=K, least=2) <= found.suppressed_rows
        if found.reached and found.suppressed_rows <= at_most * len(rows):
            losses.append(node.loss)
    try:
        chosen = [choose([observed(rows)], HIERARCHIES, k=K, least=2, at_most=at_most).node.loss]
    except UnreachableError:
        chosen = []
    assert chosen == sorted(losses)[:1]
