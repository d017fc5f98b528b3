"""One spelling for each identifier of a column, so that a pseudonym follows what is meant and not how it is written.

Says what :func:`shield1367.identifiers.canonical` says of each text; a property test holds the two equal. What plainly
is somebody's is spelled as a column; what might be a placeholder, or is written otherwise, is left to that function.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from shield1367.identifiers import canonical

# Kinds whose canonical form is their letters and digits in capitals, and whose every column comes by the million.
_OF_ANY_SHAPE = frozenset({"record_id", "person_pseudonym", "eid_id", "eoir_case_id", "fin"})
_NOT_DIGITS = "[^0-9]"
_FEWEST_DIGITS = 4  # "B7C" and the like are what a FOIA office wrote over an identifier
_MOST_DIGITS = 18  # that 64 bits hold whatever they are


def spelled(kind: str, texts: pa.StringArray) -> pa.StringArray:
    """Each text in the one spelling of its identifier, or as it is where it identifies nobody; nulls stay.

    Args:
        kind: the field kind of the column.
    """
    if kind not in _OF_ANY_SHAPE:
        return _one_by_one(kind, texts)
    plain = _plainly_somebodys(texts)
    if pc.all(plain, min_count=0).as_py():
        return pc.ascii_upper(texts)
    left = _one_by_one(kind, texts.filter(pc.invert(plain)))
    return pc.replace_with_mask(pc.ascii_upper(texts), pc.invert(plain), left)


def _one_by_one(kind: str, texts: pa.StringArray) -> pa.StringArray:
    cells = texts.to_pylist()
    return pa.array([None if cell is None else canonical(kind, cell) or cell for cell in cells], pa.string())


def _plainly_somebodys(texts: pa.StringArray) -> pa.BooleanArray:
    """Which consist of letters and some digits, these being no run and not one of them again and again."""
    readable = pc.and_(pc.string_is_ascii(texts), pc.ascii_is_alnum(texts))
    digits = pc.replace_substring_regex(texts, _NOT_DIGITS, "")
    lengths = pc.binary_length(digits)
    countable = pc.and_(readable, _between(lengths))
    numbers = pc.if_else(countable, digits, pa.scalar("0")).cast(pa.int64())
    somebodys = pc.and_(countable, pc.invert(pc.is_in(numbers, value_set=_FILLERS)))
    return somebodys.fill_null(False)


def _between(lengths: pa.Int32Array) -> pa.BooleanArray:
    return pc.and_(pc.greater_equal(lengths, _FEWEST_DIGITS), pc.less_equal(lengths, _MOST_DIGITS))


def _fillers() -> pa.Int64Array:
    """Numbers that stand for nobody, whatever zeros come before them."""
    repeated = [int(digit * length) for digit in "0123456789" for length in range(1, _MOST_DIGITS + 1)]
    runs = [123_456_789, 12_345_678, 1_234_567_890, 987_654_321, 9_876_543_210]
    return pa.array(sorted({*repeated, *runs}), pa.int64())


_FILLERS = _fillers()
