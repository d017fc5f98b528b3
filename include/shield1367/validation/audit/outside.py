"""The search of a package for a recipient outside: nobody protected may be anywhere in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from shield1367.config.fields import Treatment
from shield1367.garbage import uncollected
from shield1367.identities import Identity
from shield1367.validation.audit.blocks import Block, Part
from shield1367.validation.audit.collecting import Collector, column_label, file_label
from shield1367.validation.audit.decoding import DEPTH, decoded
from shield1367.validation.audit.exceptions import UnreadableFileError
from shield1367.validation.audit.folding import Folded, fold, fold_joined
from shield1367.validation.audit.index import NeedleIndex
from shield1367.validation.audit.joined import Joined
from shield1367.validation.audit.matching import find
from shield1367.validation.audit.needles import Scope
from shield1367.validation.audit.opening import open_file
from shield1367.validation.audit.report import AuditReport
from shield1367.validation.audit.residue import BENEFIT_CODE, benefit_codes, residues
from shield1367.validation.audit.stretches import Hidden, Rows, in_stretches, is_free_text, once_each

# Where the shapes of identifiers are looked for: metadata and bytes are full of numbers of their own.
_LOOKED_AT = frozenset({Part.CELLS, Part.TEXT})


def search_outside(
    collector: Collector, identities: Iterable[Identity], *, only: Iterable[Path] | None = None
) -> AuditReport:
    """Search all files, or *only* some, for everybody in *identities* who is protected."""
    return search_with(collector, NeedleIndex.build(identities), only=only)


def search_with(
    collector: Collector, index: NeedleIndex, *, only: Iterable[Path] | None = None
) -> AuditReport:
    """The same with an index that is built already."""
    if index.people and not index.count:
        collector.add("nothing_to_search", file=".")
    with uncollected():
        for number, path in collector.files(only):
            _FileSearch(collector, index, number, path).run()
    return collector.report(people=len(index.people), identifiers=index.count)


class _FileSearch:
    """The search of one file."""

    def __init__(self, collector: Collector, index: NeedleIndex, number: int, path: Path) -> None:
        self._collector = collector
        self._index = index
        self._path = path
        self._is_data = collector.is_data(path)
        # Identifiers are what such a column is for; everybody whom no exception covers is still searched for.
        self._excepted = collector.excepted_columns(path)
        # Groups of codes are called what the plan calls them, and held by an expectation.
        self._grouped = collector.columns_treated(path, Treatment.BROAD)
        self._scrubbed = collector.scrubbed_columns(path)
        self._narratives: set[str] = set()
        self._columns: dict[str, str] = {}
        self._label = self._search_name(number)

    def run(self) -> None:
        try:
            for block in open_file(self._path):
                self._search(block)
        except UnreadableFileError as error:
            self._collector.add(error.kind, file=self._label)

    def _search_name(self, number: int) -> str:
        name = self._collector.relative(self._path)
        matches = list(find(self._index, fold([name]), [name], Scope.EVERYWHERE))
        # A name that holds what was searched for must not be quoted by the report that says so.
        label = f"file {number}" if matches else file_label(name, number)
        for match in matches:
            self._collector.add(match.kind, file=label, column="file name", secret=match.person)
        return label

    def _search(self, block: Block) -> None:
        if block.part is Part.HEADER:
            self._search_header(block.cells)
        elif block.part is Part.ROWS:
            self._search_rows(block)
        else:
            self._collector.count(block.cells)
            self._search_texts(block, *once_each(block), self._scope(block), depth=0)

    def _search_texts(self, block: Block, texts: list[str], rows: Rows, scope: Scope, *, depth: int) -> None:
        """Search the texts of a block, or what is behind an encoding in them and is of the same *rows*."""
        hidden = Hidden(rows)
        for first, cells in in_stretches(texts):
            joined = Joined.of(cells)
            folded = fold_joined(joined)
            for match in find(self._index, folded, cells, scope):
                self._keep(block, match.kind, rows(first + match.row), match.person)
            if not depth and self._is_looked_at(block):
                for row, kind, text in self._residues(block, folded, cells):
                    self._keep(block, kind, rows(first + row), text)
            if depth < DEPTH:
                hidden.add((first + row, text) for row, text in decoded(joined))
            if hidden.is_large:
                self._search_texts(block, *hidden.taken(), scope, depth=depth + 1)
        if hidden.texts:
            self._search_texts(block, *hidden.taken(), scope, depth=depth + 1)

    def _is_looked_at(self, block: Block) -> bool:
        return self._is_data and block.part in _LOOKED_AT and block.column not in self._excepted

    def _residues(self, block: Block, folded: Folded, cells: list[str]) -> Iterator[tuple[int, str, str]]:
        yield from residues(folded)
        if block.part is Part.CELLS and block.column not in self._grouped:
            yield from ((row, BENEFIT_CODE, code) for row, code in benefit_codes(cells))

    def _keep(self, block: Block, kind: str, rows: Sequence[int], secret: str) -> None:
        label = self._place(block)
        for row in rows:
            numbered = None if block.part is Part.BYTES else row
            self._collector.add(kind, file=self._label, row=numbered, column=label, secret=secret)

    def _search_rows(self, block: Block) -> None:
        """What lies in several cells of a row; what lies in one is found there."""
        for first, cells in in_stretches(block.cells):
            for match in find(self._index, fold(cells), cells, Scope.DATA):
                if match.is_split:
                    self._keep(block, match.kind, (block.first_row + first + match.row,), match.person)

    def _search_header(self, names: list[str]) -> None:
        self._collector.check_columns(self._path, self._label, names)
        self._columns = {name: column_label(name, number) for number, name in enumerate(names)}
        for match in find(self._index, fold(names), names, Scope.NARRATIVE):
            label = self._columns[names[match.row]] = f"column {match.row}"
            self._collector.add(match.kind, file=self._label, column=label, secret=match.person)

    def _place(self, block: Block) -> str | None:
        return self._columns.get(block.column, "") if block.column is not None else block.part.value

    def _scope(self, block: Block) -> Scope:
        if block.part is Part.BYTES or not self._is_data:
            return Scope.EVERYWHERE
        if block.part is not Part.CELLS or block.column is None:
            return Scope.DATA
        if block.column not in self._narratives and (
            block.column in self._scrubbed
            # Narratives may begin behind many rows of codes.
            or any(is_free_text(cells) for _, cells in in_stretches(block.cells))
        ):
            # What reads like free text once is searched as such to the end of the file.
            self._narratives.add(block.column)
        return Scope.NARRATIVE if block.column in self._narratives else Scope.DATA
