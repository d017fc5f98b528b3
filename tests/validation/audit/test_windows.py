from __future__ import annotations

import string

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shield1367.validation.audit.folding import fold, fold_value
from shield1367.validation.audit.joined import CELL_END
from shield1367.validation.audit.windows import (
    KEY,
    LONGEST,
    Tokens,
    Windows,
    edges,
    hash_whole,
    hashes_at,
    hashes_of_two,
    shortened,
    skeleton,
    tokenize,
)

words = st.lists(
    st.text(string.ascii_letters + string.digits, min_size=1, max_size=9), min_size=1, max_size=4
)
gaps = st.sampled_from([" ", "-", ". ", ", ", "\n", "/", "(", "—"])


def _windows(text: str) -> set[int]:
    return _hashes(tokenize(fold([text])))


def _hashes(tokens: Tokens) -> set[int]:
    """Of all windows that stay in one cell."""
    windows = _all_windows(tokens, passed_over=0)
    hashes = hashes_at(tokens, tokens.begins.take(windows.firsts), windows.sizes)
    lasts = windows.firsts + (windows.lengths - 1)
    return set(hashes[tokens.rows(windows.firsts) == tokens.rows(lasts)].tolist())


def _all_windows(tokens: Tokens, *, passed_over: int) -> Windows:
    firsts = np.arange(len(tokens.starts))
    lengths, sizes = range(1, LONGEST + 1), range(1, 1000)
    return Windows.at(tokens, firsts, lengths=lengths, sizes=sizes, passed_over=passed_over)


@given(words, st.lists(gaps, min_size=4, max_size=4), st.text(max_size=20), st.text(max_size=20))
def test_a_needle_is_found_whatever_stands_between_and_around(
    parts: list[str], between: list[str], before: str, after: str
) -> None:
    if len(tokenize(fold(["".join(parts)])).starts) > LONGEST:
        return
    joined = "".join(part + gap for part, gap in zip(parts, between, strict=False)).rstrip(" -.,\n/(—")
    if len(tokenize(fold([joined])).starts) > LONGEST:
        return
    (needle,) = hash_whole([" ".join(parts)]).whole
    assert int(needle) in _windows(f"{before} {joined} {after}")


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_rows_stay_in_step_whatever_the_cells_hold(cells: list[str]) -> None:
    folded = fold(cells)
    assert len(folded.cell_ends) == len(cells) - 1
    tokens = tokenize(folded)
    rows = tokens.rows(np.arange(len(tokens.starts)))
    assert len(rows) == 0 or int(rows.max()) < len(cells)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6))
def test_hash_whole_agrees_with_equal_skeletons(texts: list[str]) -> None:
    hashes = hash_whole(texts).whole
    skeletons = [skeleton(fold([text]).text(0, 99)) for text in texts]
    for one, h in zip(skeletons, hashes, strict=True):
        for other, k in zip(skeletons, hashes, strict=True):
            assert (one == other) == (h == k)


def test_no_window_reaches_over_the_end_of_a_cell() -> None:
    (needle,) = hash_whole(["maria garcia"]).whole
    tokens = tokenize(fold(["x maria", "garcia y"]))
    assert int(needle) not in _hashes(tokens)


def test_folding_makes_spellings_equal() -> None:
    spellings = [
        "José Núñez",
        "JOSE NUNEZ",
        "Jo\u200bse\u0301 Nun\u0303ez",
        "ｊｏｓｅ ｎｕｎｅｚ",
        "Jоsе Nunеz",
        "jose nuñez",
    ]
    assert len({int(h) for h in hash_whole(spellings).whole}) == 1
    assert len({int(h) for h in hash_whole(["O'Brien", "O’Brien", "obrien", "0br1en"]).whole}) == 1
    assert int(hash_whole(["٠١٢٣٤٥٦٧٨"]).whole[0]) == int(hash_whole(["012345678"]).whole[0])


@given(st.text(st.characters(exclude_characters=CELL_END), max_size=30))
def test_a_single_value_is_folded_as_the_text_is(value: str) -> None:
    folded = fold([value])
    assert fold_value(value) == folded.text(0, len(folded.codes))


def test_a_cell_with_the_divider_in_it_stays_one_cell() -> None:
    assert len(fold([f"a{CELL_END}b", "c"]).cell_ends) == 1


@given(words, st.lists(gaps, min_size=4, max_size=4), st.text(max_size=20), st.text(max_size=20))
def test_a_window_has_the_key_of_its_needle(
    parts: list[str], between: list[str], before: str, after: str
) -> None:
    hashed = hash_whole([" ".join(parts)])
    joined = "".join(part + gap for part, gap in zip(parts, between, strict=False)).rstrip(" -.,\n/(—")
    tokens = tokenize(fold([f"{before} {joined} {after}"]))
    sizes = np.full(len(tokens.starts), hashed.sizes[0])
    keys = shortened(tokens.eights.take(tokens.begins[:-1]), sizes)
    assert int(hashed.keys[0]) in keys.tolist()


def test_a_window_with_wide_gaps_is_one_still() -> None:
    (needle,) = hash_whole(["maria garcia lopez"]).whole
    for gap in (10, 100, 1000, 10_000):
        assert int(needle) in _hashes(tokenize(fold([f"seen: maria{' ' * gap}garcia{' ' * gap}lopez ."])))


def test_two_stretches_have_the_hash_of_what_they_say_together() -> None:
    (needle,) = hash_whole(["maria garcia"]).whole
    tokens = tokenize(fold(["maria l garcia lopez"]))
    begins, sizes = (np.array([0]), np.array([6])), (np.array([5]), np.array([6]))
    assert hashes_of_two(tokens, begins, sizes).tolist() == [int(needle)]


def test_a_letter_that_is_passed_over_does_not_count() -> None:
    windows = _all_windows(tokenize(fold(["maria l garcia lopez"])), passed_over=1)
    of_first = windows.firsts == 0
    assert windows.lengths[of_first].tolist() == [1, 2, 3, 4]
    assert windows.sizes[of_first].tolist() == [4, 5, 11, 16]


@given(words, st.text(max_size=20), st.text(max_size=20))
def test_a_window_has_the_edges_of_its_needle(parts: list[str], before: str, after: str) -> None:
    hashed = hash_whole([" ".join(parts)])
    tokens = tokenize(fold([f"{before} {'-'.join(parts)} {after}"]))
    windows = _all_windows(tokens, passed_over=0)
    long = windows.only(np.flatnonzero(windows.sizes >= KEY))
    if hashed.sizes[0] >= KEY and hashed.whole[0] in hashes_at(
        tokens, tokens.begins[long.firsts], long.sizes
    ):
        assert hashed.edges[0] in edges(tokens, long)
