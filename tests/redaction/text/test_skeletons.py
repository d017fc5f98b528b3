"""Every identifier in a stream is found, whatever overlaps it, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.postings import SEVERAL
from shield1367.redaction.text.skeletons import SHORTEST, SkeletonEntries, Skeletons, Windows

# Few characters, of one, two and four bytes, so that keys overlap and open alike.
ALPHABET = "01a\u05d0\U00020000"
SAID = st.lists(
    st.tuples(
        st.text(ALPHABET, min_size=SHORTEST, max_size=11),
        st.sampled_from(["SSN", "ID", "DATE"]),
        st.integers(0, 2),
    ),
    max_size=12,
)


def settled(said: list[tuple[str, str, int]], over: Skeletons | None = None) -> Skeletons:
    entries = SkeletonEntries()
    for key, entity, person in said:
        (entries.offer if entity == "DATE" else entries.add)(key, entity, person)
    return entries.settled(over)


def found(skeletons: Skeletons, stream: str) -> list[tuple[int, int, str, int]]:
    matches = skeletons.find_matches_as_indexes(stream, overlapping=True)
    return [(start, end, *skeletons[index][1]) for index, start, end in matches]


@given(SAID, st.text(ALPHABET, max_size=40), st.data())
def test_what_is_found_is_what_a_search_for_each_key_finds(
    said: list[tuple[str, str, int]], rest: str, data: st.DataObject
) -> None:
    placed = [key for key, _, _ in data.draw(st.lists(st.sampled_from(said), max_size=4))] if said else []
    stream = rest.join(["", *placed, ""])
    plain: dict[str, tuple[str, int]] = {}
    for key, entity, person in said:
        known = plain.get(key)
        if entity == "DATE":
            plain.setdefault(key, (entity, person))
        else:
            plain[key] = (entity, person if known is None or known[1] == person else SEVERAL)
    everywhere = [
        (start, start + len(key), *owner)
        for key, owner in plain.items()
        for start in range(len(stream))
        if stream.startswith(key, start)
    ]
    assert found(settled(said), stream) == sorted(everywhere, key=lambda match: (match[1], match[0]))


@given(SAID, SAID, SAID, st.text(ALPHABET, max_size=40))
def test_what_is_entered_over_an_index_is_found_as_if_entered_after_it(
    first: list[tuple[str, str, int]],
    then: list[tuple[str, str, int]],
    last: list[tuple[str, str, int]],
    rest: str,
) -> None:
    said = [*first, *then, *last]
    stream = rest.join(["", *(key for key, _, _ in said), ""])
    over = settled(last, settled(then, settled(first)))
    assert found(over, stream) == found(settled(said), stream)


def test_more_identifiers_than_are_worked_through_at_once_are_all_found() -> None:
    said = [(f"{number:09d}", "SSN", number) for number in range(0, 2_100_000, 30)]
    skeletons = settled(said)
    assert len(skeletons) == 70_000
    for number in (0, 30, 65_536 * 30, 2_099_970):
        assert found(skeletons, f"x{number:09d}x") == [(1, 10, "SSN", number)]
    assert found(skeletons, "x000000031x") == []


def test_nothing_is_found_by_nobody_nor_in_nothing() -> None:
    assert found(settled([]), "123456789") == []
    assert found(settled([("123456789", "SSN", 0)]), "") == []
    assert found(settled([("123456789", "SSN", 0)]), "1234567") == []


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10))
def test_a_stretch_has_one_fingerprint_wherever_it_stands(before: str, after: str, stretch: str) -> None:
    if stretch:
        alone = Windows(stretch).all_fingerprints(len(stretch))
        assert Windows(before + stretch + after).all_fingerprints(len(stretch))[len(before)] == alone[0]


def test_an_identifier_is_found_however_long_it_is() -> None:
    long = "1a" * 40_000
    assert found(settled([(long, "EMAIL", 3)]), f"x{long}x") == [(1, 80_001, "EMAIL", 3)]
