"""``README.md`` of a release: how to read, verify, cite and keep it, for somebody who has nothing but the folder.

It says what the manifest says, in words, and nothing of who was judged how: an analyst may show it around. The same
release gives the same bytes, so no time of writing stands in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.config.lookback import Office
from shield1367.release.manifest import ReleasedFile
from shield1367.release.package import DATA
from shield1367.reporting.dictionary import DICTIONARY
from shield1367.reporting.facts import ReleaseFacts
from shield1367.storage import write_text

if TYPE_CHECKING:
    from jinja2 import Environment

README = "README.md"
_TEMPLATES = Path(__file__).parent / "templates"
_MARKUP = re.compile(r"([\\`*<>|\[\]])")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the release, and the lines that load it.

    Attributes:
        files: paths below the release folder; never empty.
        columns: how many there are.
    """

    name: str
    rows: int
    columns: int
    files: tuple[str, ...]

    @property
    def is_csv(self) -> bool:
        """Whether its files are CSV; they are Parquet otherwise."""
        return self.files[0].endswith(".csv")

    @property
    def folder(self) -> str:
        """Where its files lie, below the release folder."""
        return self.files[0].rpartition("/")[0]

    @property
    def where(self) -> str:
        """Its only file, or a pattern that all of its files match and no other."""
        return self.files[0] if len(self.files) == 1 else f"{self.folder}/*.{self._suffix}"

    @property
    def pandas(self) -> str:
        """An expression of pandas that reads it."""
        if not self.is_csv:
            return f'pd.read_parquet("{self.files[0] if len(self.files) == 1 else self.folder}")'
        if len(self.files) == 1:
            return f'read("{self.where}")'
        return f'pd.concat([read(path) for path in sorted(glob("{self.where}"))], ignore_index=True)'

    @property
    def duckdb(self) -> str:
        """A table function of DuckDB that reads it."""
        if self.is_csv:
            return f"read_csv('{self.where}', header = true, all_varchar = true, delim = ',', quote = '\"')"
        return f"read_parquet('{self.where}')"

    @property
    def r(self) -> str:
        """An expression of R that reads it."""
        read = "read" if self.is_csv else "arrow::read_parquet"
        if len(self.files) == 1:
            return f'{read}("{self.where}")'
        return f'do.call(rbind, lapply(Sys.glob("{self.where}"), {read}))'

    @property
    def _suffix(self) -> str:
        return self.files[0].rpartition(".")[2]


def readme(facts: ReleaseFacts, office: Office) -> str:
    """The page, in Markdown that reads well as it is.

    Args:
        office: whom the reader tells of a suspected disclosure.
    """
    page = _environment().get_template("README.md.jinja")
    tables = list(_tables(facts))
    return page.render(
        plan=facts.plan,
        profile=facts.profile,
        office=office,
        tables=tables,
        csv=any(table.is_csv for table in tables),
        many=any(table.is_csv and len(table.files) > 1 for table in tables),
        digest=data_digest(facts.files),
        dictionary=DICTIONARY,
    )


def write_readme(package: Path, facts: ReleaseFacts, office: Office) -> Path:
    """Write the page into the package."""
    return write_text(package / README, readme(facts, office))


def data_digest(files: Sequence[ReleasedFile]) -> str:
    """Hex SHA-256 of what ``sha256sum`` prints of the data files in byte order: anybody can compute it again."""
    lines = sorted(
        (file.path, f"{file.sha256}  {file.path}\n") for file in files if file.path.startswith(f"{DATA}/")
    )
    return hashlib.sha256("".join(line for _, line in lines).encode()).hexdigest()


def _tables(facts: ReleaseFacts) -> Iterator[Table]:
    """The tables of a release of rows, or its tabulations; one without a file has failed by itself."""
    for table in facts.tables:
        if files := _files(facts, f"{DATA}/{table.name}."):
            columns = len(table.dimensions) + 1 + len(table.measures)
            yield Table(table.name, table.shown + table.suppressed, columns, tuple(f.path for f in files))
    for dataset in facts.plan.datasets if facts.plan.tables is None else ():
        if files := _files(facts, f"{DATA}/{dataset.name}/"):
            rows = sum(file.rows or 0 for file in files)
            columns = len(dataset.released_columns)
            yield Table(dataset.name, rows, columns, tuple(file.path for file in files))


def _files(facts: ReleaseFacts, prefix: str) -> list[ReleasedFile]:
    return [file for file in facts.files if file.path.startswith(prefix)]


def _plain(value: object) -> str:
    """A setting as one line of text in which no character is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(str(value).split()))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        # Escapes pages of HTML, which this is none of; the filter below is Markdown's.
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = _plain
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment
