"""Whether a Parquet file unpacks to more than any table does: one word of a dictionary may be in any number of rows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from operator import itemgetter

from shield1367.validation.audit.contents import TEXT, longest_plain
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.pages import DICTIONARY, SOURCE, Chunk, Page, ParquetFile, quoted
from shield1367.validation.audit.unpacking import values_of

_Word = Callable[[ParquetFile, Chunk, Page], int]

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
    certain, doubtful = 0, list(range(len(file.columns)))
    try:
        # Most columns cannot have as much, whatever is in them; of those that may, every page is read.
        for word in (_all_words, _longest_word):
            guesses, doubtful = _most_text(file, word, doubtful), []
            for column, guess in sorted(guesses.items(), key=itemgetter(1)):
                if certain + guess <= most // 2:
                    certain += guess
                else:
                    doubtful.append(column)
    except Exception:  # noqa: BLE001  # of pages of another make, or of none, the cells alone can tell
        certain, doubtful = 0, list(range(len(file.columns)))
    return certain + (_characters(file, doubtful) if doubtful else 0) <= most


def _most_text(file: ParquetFile, word: _Word, columns: Collection[int]) -> dict[int, int]:
    """Column → more bytes of text than it can have: as if each cell that a dictionary codes were as long as *word*."""
    guesses: dict[int, int] = {}
    for chunk in file.chunks:
        if chunk.column in columns:
            pages = file.pages(chunk)
            coded = sum(page.values for page in pages if page.by_dictionary)
            plain = sum(page.size for page in pages if not page.by_dictionary)
            longest = sum(word(file, chunk, page) for page in pages if page.kind == DICTIONARY)
            guesses[chunk.column] = guesses.get(chunk.column, 0) + plain + coded * longest
    return guesses


def _all_words(_file: ParquetFile, _chunk: Chunk, page: Page) -> int:
    """Bytes of all words of a dictionary: no word has more."""
    return page.size


def _longest_word(file: ParquetFile, chunk: Chunk, page: Page) -> int:
    """Bytes of the longest word of a dictionary."""
    if chunk.stored.kind != TEXT:
        return page.size
    return longest_plain(values_of(file, chunk, page), page.values)


def _characters(file: ParquetFile, columns: Collection[int]) -> int:
    """Bytes of text in the cells of some columns; every page of them is read for it."""
    names = [file.columns[number][0] for number in columns if file.columns[number][1] == "VARCHAR"]
    lengths = " + ".join(f"COALESCE(SUM(strlen({quoted(name)})), 0)" for name in names)
    ((length,),) = file.rows(f"SELECT {lengths or '0'} FROM {SOURCE}")  # noqa: S608
    return int(length)
