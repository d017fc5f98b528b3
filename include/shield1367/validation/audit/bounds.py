"""Whether a Parquet file unpacks to more than any table does: one word of a dictionary may be in any number of rows."""

from __future__ import annotations

from collections.abc import Collection
from operator import itemgetter

from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.pages import DICTIONARY, SOURCE, ParquetFile, quoted

# Text of tables packs to a tenth, and a column that says the same in every row is short; beyond both it is a bomb.
_MOST_RATIO = 1000
_MOST_ANYWAY = 1 << 30


def require_bounded(file: ParquetFile) -> None:
    """Check that a Parquet file does not unpack to more than any table does; other files are bounded as they are read.

    One that cannot be read at all passes: it is refused when its cells are.

    Raises:
        UnreadableFileError: it does.
    """
    try:
        is_bounded = _is_bounded(file)
    except Exception:  # noqa: BLE001  # whoever reads its cells says so
        return
    if not is_bounded:
        raise UnreadableFileError


def _is_bounded(file: ParquetFile) -> bool:
    most = len(file.content) * _MOST_RATIO + _MOST_ANYWAY
    if file.unpacked > most:
        return False
    try:
        guesses = _most_text(file)
    except (ValueError, TypeError, KeyError, IndexError):
        # Of pages of another make, the cells alone can tell.
        return _characters(file, range(len(file.columns))) <= most
    # Most columns cannot have as much, whatever is in them; of the others every page is read.
    certain, doubtful = 0, []
    for column, guess in sorted(guesses.items(), key=itemgetter(1)):
        if certain + guess <= most // 2:
            certain += guess
        else:
            doubtful.append(column)
    return certain + (_characters(file, doubtful) if doubtful else 0) <= most


def _most_text(file: ParquetFile) -> dict[int, int]:
    """Column → more bytes of text than its cells can have: as if each cell coded by a dictionary were all of it."""
    guesses: dict[int, int] = {}
    for chunk in file.chunks:
        pages = file.pages(chunk)
        words = sum(page.size for page in pages if page.kind == DICTIONARY)
        guess = sum(page.values * words if page.by_dictionary else page.size for page in pages)
        guesses[chunk.column] = guesses.get(chunk.column, 0) + guess
    return guesses


def _characters(file: ParquetFile, columns: Collection[int]) -> int:
    """Bytes of text in the cells of some columns; every page of them is read for it."""
    names = [file.columns[number][0] for number in columns if file.columns[number][1] == "VARCHAR"]
    lengths = " + ".join(f"COALESCE(SUM(strlen({quoted(name)})), 0)" for name in names)
    ((length,),) = file.rows(f"SELECT {lengths or '0'} FROM {SOURCE}")  # noqa: S608
    return int(length)
