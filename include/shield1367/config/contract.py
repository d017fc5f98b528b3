"""Source contracts: what an export looks like, and the kind of field of every column."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from shield1367.config.cron import Cron
from shield1367.config.feeds import FeedLimits
from shield1367.config.fields import FieldVocabulary, load_fields
from shield1367.config.loading import ConfigModel, config_folder, read_yaml, validate
from shield1367.errors import ConfigError, Problem

# Columns that intake adds to staged rows.
RESERVED = frozenset({"_row", "_file", "_key", "_invalid"})

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]

_NOT_WORD = re.compile(r"[\W_]+")


class FileFormat(ConfigModel):
    """How the files of a source are encoded. ``.gz`` and ``.zip`` are seen by their names.

    Attributes:
        delimiter: one character, for ``csv``; ``tsv`` and ``pipe`` fix it.
        sheet: name of the sheet, for ``xlsx``; the first one when absent.
        skip_rows: lines or rows before the header.
        widths: column name to width in characters, in order, for ``fixed``.
        two_digit_years: the first of the hundred years that ``17`` in ``04/12/17`` may stand for; without it such a
            date is none, since nobody can tell its century.
    """

    type: Literal["csv", "tsv", "pipe", "json", "jsonl", "xlsx", "parquet", "fixed"]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str = "utf-8"
    quoting: bool = True
    sheet: str | None = None
    skip_rows: Annotated[int, Field(ge=0)] = 0
    widths: dict[str, Annotated[int, Field(gt=0)]] | None = None
    two_digit_years: Annotated[int, Field(ge=1850, le=2100)] | None = None

    @model_validator(mode="after")
    def _fits_type(self) -> FileFormat:
        if self.type == "fixed" and not self.widths:
            raise ValueError("a fixed-width format needs `widths: {column: characters, …}`")
        for key, type_ in (("delimiter", "csv"), ("sheet", "xlsx"), ("widths", "fixed")):
            if getattr(self, key) is not None and self.type != type_:
                raise ValueError(f"`{key}` belongs to {type_}, not to {self.type}")
        if self.delimiter and self.delimiter in '\r\n"':
            raise ValueError("`delimiter` cannot be a quote or the end of a line")
        try:
            "".encode(self.encoding)
        except LookupError:
            raise ValueError(f"encoding {self.encoding!r} is unknown to Python") from None
        return self

    @property
    def separator(self) -> str:
        """The character between two cells of a delimited file."""
        return {"tsv": "\t", "pipe": "|"}.get(self.type, self.delimiter or ",")


class Column(ConfigModel):
    """One column: a field kind, or JSON inside the cell with a kind for each of its keys.

    Attributes:
        json_keys: key → kind; ``contact.phone`` is ``phone`` of the object, or the list of objects, under ``contact``.
    """

    kind: str | None = None
    json_keys: dict[str, str] | None = Field(default=None, alias="json")

    @model_validator(mode="after")
    def _one_of_two(self) -> Column:
        if (self.kind is None) == (self.json_keys is None):
            raise ValueError("say either a field kind or `json: {key: field kind}`")
        keys = self.json_keys or {}
        if empty := sorted(key for key in keys if not all(key.split("."))):
            raise ValueError(f"JSON keys {empty} have an empty name between their dots")
        if both := sorted(key for key in keys if any(other.startswith(f"{key}.") for other in keys)):
            raise ValueError(f"JSON keys {both} are named as a value and as an object")
        return self

    def kinds(self) -> tuple[str, ...]:
        """The kind, or the kinds of all JSON keys."""
        return (self.kind,) if self.kind else tuple((self.json_keys or {}).values())


def _column(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Dataset(ConfigModel):
    """One table of a source.

    Attributes:
        files: glob over file names inside a batch folder.
        key: columns that identify a row; a repeated key is quarantined. ``[]`` when the source has
            no key: the row's place in its file identifies it.
        people: role → (field kind → column). ``subject`` is the person the row is about.
        about: the role that codes and statuses in the row speak of.
        family: roles whose protection is shared: principal and derivative, lead and rider.
        repeated: what becomes of a file that names a column twice: it is refused, or, where the sender cannot mend it,
            columns of one name are told apart by their places, see :func:`numbered`.
    """

    title: str = ""
    files: str
    key: tuple[str, ...]
    people: dict[Name, dict[str, str]] = Field(default_factory=dict)
    about: str = "subject"
    family: tuple[str, ...] = ()
    repeated: Literal["refused", "numbered"] = "refused"
    columns: dict[str, Annotated[Column, BeforeValidator(_column)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_exist(self) -> Dataset:
        wrong = [
            f"key column {column!r} is not under `columns`"
            for column in self.key
            if column not in self.columns
        ]
        wrong += [f"column {name!r} is intake's own" for name in self.columns if name in RESERVED]
        # A file's header would not tell which of them a third spelling means.
        wrong += [f"columns {alike} are one name in other spellings" for alike in _alike(self.columns)]
        for role, fields in self.people.items():
            for kind, column in fields.items():
                at = f"people.{role}.{kind} names column {column!r}"
                if column not in self.columns:
                    wrong.append(f"{at}, not under `columns`")
                elif self.columns[column].kind != kind:
                    # Read as another kind, one person's number would be taken for another's.
                    wrong.append(f"{at}, which is of another kind under `columns`")
        if self.people and self.about not in self.people:
            wrong.append(f"`about` names role {self.about!r}, not one of {sorted(self.people)}")
        wrong += [
            f"`family` names role {role!r}, not one of {sorted(self.people)}"
            for role in self.family
            if role not in self.people
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def columns_of_kind(self, *kinds: str) -> tuple[str, ...]:
        """Names of the plain columns of these kinds, in contract order."""
        return tuple(name for name, column in self.columns.items() if column.kind in kinds)


class SourceContract(ConfigModel):
    """One file of ``include/config/sources``.

    Attributes:
        origin_agency: the department the data belongs to (third-agency rule).
        schedule: cron expression of the intake DAG, or ``null`` when somebody triggers it.
        manifest: ``required`` when each batch folder holds a ``manifest.json`` of the sender,
            ``absent`` when files lie in the source's folder as published.
        feed: what its deliveries should be like; a release of others is held.
    """

    source: Name
    title: str = ""
    origin_agency: Literal["dhs", "doj", "dos"]
    schedule: Cron | None = None
    manifest: Literal["required", "absent"] = "required"
    format: FileFormat
    feed: FeedLimits = Field(default_factory=FeedLimits)
    datasets: dict[Name, Dataset] = Field(min_length=1)


def load_contract(path: Path, fields: FieldVocabulary) -> SourceContract:
    """Read one contract and hold it against the vocabulary.

    Raises:
        ConfigError: any key, kind or reference that does not hold; all are listed.
    """
    content = read_yaml(path)
    # Kinds are looked up in the file as it stands, so that they are reported beside whatever else is wrong.
    problems = [
        Problem(str(path), key, unknown_kind(kind, fields))
        for key, kind in _kinds_named(content)
        if kind not in fields.kinds
    ]
    try:
        contract = validate(SourceContract, content, path)
    except ConfigError as error:
        raise ConfigError([*error.problems, *problems]) from None
    if contract.source != path.stem:
        problems.append(Problem(str(path), "source", f"must equal the file's name, {path.stem!r}"))
    for name, dataset in contract.datasets.items():
        if contract.format.widths and set(contract.format.widths) != set(dataset.columns):
            problems.append(Problem(str(path), "format.widths", f"must name the columns of {name}"))
    if problems:
        raise ConfigError(problems)
    return contract


def _kinds_named(content: object) -> Iterator[tuple[str, str]]:
    """Every field kind a contract's file names, with its key; what has another shape is the model's to report."""
    for name, dataset in _mapping(_mapping(content).get("datasets")).items():
        for column, kind in _mapping(_mapping(dataset).get("columns")).items():
            at = f"datasets.{name}.columns.{column}"
            yield from _texts({at: kind})
            yield from _texts({f"{at}.kind": _mapping(kind).get("kind")})
            for key, inner in _mapping(_mapping(kind).get("json")).items():
                yield from _texts({f"{at}.json.{key}": inner})
        for role, person in _mapping(_mapping(dataset).get("people")).items():
            yield from ((f"datasets.{name}.people.{role}.{kind}", str(kind)) for kind in _mapping(person))


def spelling(name: str) -> str:
    """A column's name without case, spaces and punctuation: two of one spelling are taken for each other."""
    return _NOT_WORD.sub("_", unicodedata.normalize("NFKC", name).casefold()).strip("_")


def numbered(names: Iterable[str]) -> list[str]:
    """Headers of which no two are one name in other spellings: the second ``Where?`` is called ``Where? (2)``."""
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[spelling(name)] += 1
        count = seen[spelling(name)]
        made.append(name if count == 1 else f"{name} ({count})")
    return made


def _alike(names: Iterable[str]) -> list[str]:
    """Names that have their spelling in common with others, together."""
    groups = defaultdict(list)
    for name in names:
        groups[spelling(name)].append(repr(name))
    return [" and ".join(group) for group in groups.values() if len(group) > 1]


def _mapping(value: object) -> dict[object, object]:
    return value if isinstance(value, dict) else {}


def _texts(values: dict[str, object]) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in values.items() if isinstance(value, str))


def load_contracts(folder: Path | None = None) -> dict[str, SourceContract]:
    """Every contract under ``sources/``, by source name.

    Raises:
        ConfigError: the problems of all files together.
    """
    folder = folder or config_folder()
    fields = load_fields(folder)
    contracts: dict[str, SourceContract] = {}
    problems: list[Problem] = []
    for path in sorted((folder / "sources").glob("*.yaml")):
        try:
            contract = load_contract(path, fields)
        except ConfigError as error:
            problems += error.problems
        else:
            contracts[contract.source] = contract
    if problems:
        raise ConfigError(problems)
    return contracts


def unknown_kind(kind: str, fields: FieldVocabulary) -> str:
    """The message for a field kind that is not in the vocabulary."""
    return f"unknown field kind {kind!r}; known kinds: {', '.join(sorted(fields.kinds))}"
