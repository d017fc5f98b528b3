"""What every audit does: walk the files, count what was searched, keep findings without quoting anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from shield1367.config.fields import Treatment
from shield1367.disclosure.plan import DatasetPlan, ReleasePlan
from shield1367.validation.audit.report import MOST_FINDINGS, AuditReport, Finding, Tally

Fingerprint = Callable[[str], str]

DATA = "data"
_QUOTABLE_FILE = re.compile(r"^[a-z0-9_.-]{1,80}(?:/[a-z0-9_.-]{1,80}){0,3}$")
_QUOTABLE_COLUMN = re.compile(r"^[A-Za-z0-9_ .-]{1,80}$")


class Collector:
    """The counts and findings of one audit.

    Attributes:
        package: the folder that is audited.
        plan: what it was made from, when that is known.
    """

    def __init__(self, package: Path, fingerprint: Fingerprint, plan: ReleasePlan | None) -> None:
        self.package = package
        self.plan = plan
        self.cells = 0
        self.characters = 0
        self._fingerprint = fingerprint
        self._files = 0
        self._tallies: Counter[tuple[str, str]] = Counter()
        self._findings: dict[Finding, None] = {}

    def add(
        self, kind: str, *, file: str, row: int | None = None, column: str | None = None, secret: str = ""
    ) -> None:
        """Keep a finding once; beyond the limit of its file and kind only count it.

        Of *secret*, the id of the person found or the text of a pattern, only the fingerprint is kept.
        """
        finding = Finding(
            file=file,
            row=row,
            column=column,
            kind=kind,
            fingerprint=self._fingerprint(secret) if secret else "",
        )
        if finding in self._findings:
            return
        self._tallies[file, kind] += 1
        if self._tallies[file, kind] <= MOST_FINDINGS:
            self._findings[finding] = None

    def count(self, cells: Sequence[str]) -> None:
        """Add cells to what was searched."""
        self.cells += len(cells)
        self.characters += sum(map(len, cells))

    def files(self, only: Iterable[Path] | None = None) -> Iterator[tuple[int, Path]]:
        """Every regular file, numbered; links and other things are findings.

        Args:
            only: files that are audited, instead of all of the package.
        """
        if only is None:
            found = sorted(self.package.rglob("*")) if self.package.is_dir() else []
            if not any(path.is_file() and self.is_data(path) for path in found):
                self.add("no_data", file=".")
        else:
            found = sorted(only)
        for number, path in enumerate(found):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                self.add("no_regular_file", file=f"file {number}")
            elif path.is_file():
                self._files += 1
                yield number, path

    def relative(self, path: Path) -> str:
        """Path below the package, with slashes."""
        return path.relative_to(self.package).as_posix()

    def is_data(self, path: Path) -> bool:
        """Whether the file is one of the tables."""
        return self.relative(path).startswith(f"{DATA}/")

    def dataset_of(self, path: Path) -> DatasetPlan | None:
        """The planned table a data file belongs to."""
        if self.plan is None or not self.is_data(path):
            return None
        return next((d for d in self.plan.datasets if d.name == path.parent.name), None)

    def columns_treated(self, path: Path, treatment: Treatment) -> frozenset[str]:
        """Columns of a data file that the plan treats so."""
        dataset = self.dataset_of(path)
        columns = dataset.released_columns if dataset else ()
        return frozenset(column.name for column in columns if column.treatment is treatment)

    def scrubbed_columns(self, path: Path) -> frozenset[str]:
        """Columns of a data file that hold narratives, as their cells or inside JSON."""
        dataset = self.dataset_of(path)
        columns = dataset.released_columns if dataset else ()
        return frozenset(column.name for column in columns if column.scrubs)

    def excepted_columns(self, path: Path) -> frozenset[str]:
        """Columns of a data file that an exception of § 1367(b) lets go as they are."""
        dataset = self.dataset_of(path)
        columns = dataset.released_columns if dataset else ()
        return frozenset(column.name for column in columns if column.excepted)

    def check_columns(self, path: Path, label: str, names: list[str]) -> None:
        """Nothing but the planned columns is in a data file."""
        if self.plan is None or not self.is_data(path):
            return
        if self.plan.tables is not None:
            table = self.plan.tables.tables.get(path.stem)
            if table is None or list(table.columns) != names:
                self.add("unplanned_columns", file=label)
            return
        dataset = self.dataset_of(path)
        if dataset is None or [column.name for column in dataset.released_columns] != names:
            self.add("unplanned_columns", file=label)

    def report(self, *, people: int, identifiers: int) -> AuditReport:
        """What was searched and found."""
        return AuditReport(
            files=self._files,
            cells=self.cells,
            characters=self.characters,
            people=people,
            identifiers_searched=identifiers,
            findings=tuple(self._findings),
            findings_total=self._tallies.total(),
            tallies=tuple(
                Tally(file=file, kind=kind, count=count)
                for (file, kind), count in sorted(self._tallies.items())
            ),
        )


def file_label(name: str, number: int) -> str:
    """A file's name where it is fit to be quoted, and its number where it is not."""
    return name if _QUOTABLE_FILE.match(name) else f"file {number}"


def column_label(name: str, number: int) -> str:
    """A column's name where it is fit to be quoted, and its number where it is not."""
    return name if _QUOTABLE_COLUMN.match(name) else f"column {number}"
