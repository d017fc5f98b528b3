from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shield1367.identities import Identity
from shield1367.validation.audit.folding import LETTER, fold
from shield1367.validation.audit.index import NeedleIndex
from shield1367.validation.audit.needles import Needle, Scope, needles_of
from shield1367.validation.audit.windows import LONGEST, Tokens, skeleton, tokenize

# Letters that are alike, of other scripts, with marks, wider than they look, and none: what folding makes one of.
ALPHABET = "aoil0158mrgz -.,'|AOI\u200b\u0301éñоіａ０٣ßİ漢😀"
PEOPLE = (
    Identity(
        "p1",
        {
            "given_name": ("Maria Lil", "Io"),
            "middle_name": ("Zoila",),
            "family_name": ("Garcia Lara", "漢字漢字"),
            "alias": ("Mia Ai",),
            "a_number": ("A018 015 158",),
            "date_of_birth": ("1985-01-08",),
            "email": ("mia.ai@a0.org",),
        },
    ),
    Identity("p2", {"given_name": ("Ramiro",), "family_name": ("Zamora",), "phone": ("158 015 0180",)}),
    Identity("p3", {"given_name": ("Аоіԁа",), "family_name": ("Ría-Mao",), "full_name": ("Gil Al Omar",)}),
)
NEEDLES = tuple(needle for person in PEOPLE for needle in set(needles_of(person)))
INDEX = NeedleIndex.build(PEOPLE)


def is_a_letter(tokens: Tokens, number: int) -> bool:
    """Of any script; the digits of no script but ours count as digits."""
    return bool(tokens.folded.classes[tokens.starts[number]] == LETTER)


def compared_one_by_one(tokens: Tokens, scope: Scope) -> set[tuple[int, int, bool, str]]:
    """First token, length, whether a letter was passed over, and kind: every window against every needle."""
    texts = [
        skeleton(tokens.folded.text(int(start), int(end)))
        for start, end in zip(tokens.starts, tokens.ends, strict=True)
    ]
    known: dict[str, list[Needle]] = {}
    for needle in NEEDLES:
        known.setdefault(skeleton(needle.text), []).append(needle)
    found = set()
    for first in range(len(texts)):
        for length in range(1, min(LONGEST, len(texts) - first) + 1):
            words = texts[first : first + length]
            readings = [(words, False)]
            if 3 <= length <= 4 and len(words[1]) == 1 and is_a_letter(tokens, first + 1):
                readings.append((words[:1] + words[2:], True))
            for reading, passed_over in readings:
                if any(needle.scope >= scope for needle in known.get("".join(reading), ())):
                    found.add((first, length, passed_over, "".join(reading)))
    return found


def found_by_the_index(index: NeedleIndex, tokens: Tokens, scope: Scope) -> set[tuple[int, int, bool]]:
    return {
        (first, length, hits.left_out is not None)
        for hits in index.matches(tokens, scope)
        for first, length in zip(hits.firsts.tolist(), hits.lengths.tolist(), strict=True)
    }


pieces = st.one_of(
    st.text(ALPHABET, max_size=8),
    st.text(max_size=6),
    st.sampled_from([needle.text for needle in NEEDLES]),
    st.sampled_from([needle.text.replace(" ", " l. ", 1) for needle in NEEDLES]),
    # Cut where no needle is: the sieves see characters, not words.
    st.builds(
        lambda text, at: text[:at] + " " + text[at:],
        st.sampled_from([needle.text for needle in NEEDLES]),
        st.integers(0, 12),
    ),
)


@given(
    st.lists(st.lists(pieces, max_size=5).map(" ".join), min_size=1, max_size=4),
    st.sampled_from(list(Scope)),
)
@example(["garcia io 1 8 1985"], Scope.NARRATIVE)  # A digit is never passed over as an initial is.
def test_no_sieve_drops_what_comparing_one_by_one_finds(cells: list[str], scope: Scope) -> None:
    tokens = tokenize(fold(cells))
    if not len(tokens.starts):
        return
    expected = {match[:3] for match in compared_one_by_one(tokens, scope)}
    assert found_by_the_index(INDEX, tokens, scope) == expected


@pytest.mark.parametrize("person", range(len(PEOPLE)))
def test_each_needle_alone_is_found_whatever_the_others_make_the_sieves_of(person: int) -> None:
    index = NeedleIndex.build([PEOPLE[person]])
    for needle in set(needles_of(PEOPLE[person])):
        tokens = tokenize(fold([needle.text]))
        if len(tokens.starts) <= LONGEST:
            assert (0, len(tokens.starts), False) in found_by_the_index(index, tokens, needle.scope)


def test_an_index_of_nobody_finds_nothing() -> None:
    index = NeedleIndex.build([])
    tokens = tokenize(fold(["Maria Garcia"]))
    assert not list(index.matches(tokens, Scope.NARRATIVE))
    assert index.look_up(np.zeros(1, dtype=np.uint64), Scope.NARRATIVE)[0].size == 0
