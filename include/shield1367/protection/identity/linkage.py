"""Possible matches: records that may be of one person although no identifier says so.

Probabilistic linkage by splink on DuckDB, in memory, with fixed weights: nothing is learned from the
people compared, and equal input gives equal output. A possible match is a reason for doubt, never
for taking two people for one (R-07).
"""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from sys import intern
from typing import Any

from shield1367.config.linkage import LinkageSettings
from shield1367.errors import TerminalError
from shield1367.intake.values import parse_date
from shield1367.protection.identity.linkage_model import PARTS, agreement_of, splink_settings
from shield1367.protection.identity.names import name_letters, name_words
from shield1367.protection.identity.sounds import sound

_COLUMNS: dict[str, str] = {
    "key": "int64",
    "born": "string", "born_swapped": "string",
    "blocks": "list",
    "family": "string", "family_1": "string", "given_1": "string",
    "family_tokens": "list", "family_sounds": "list",
    "given_tokens": "list", "given_sounds": "list", "given_forms": "list",
}  # fmt: skip
_WORDS = {"family": "family name", "given": "given name", "birth": "date of birth"}


Blocks = Callable[["NameRecord"], set[str]]


class LinkageError(TerminalError):
    """Error raised when the engine that compares records fails: nobody may be taken for told apart."""

    code = "E409"


@dataclass(frozen=True, slots=True)
class NameRecord:
    """What one spelling of a person's name and one date of birth say.

    Attributes:
        record_id: whose record it is; several spellings of one person share it.
        given: all given and middle names.
        family: all surnames.
    """

    record_id: str
    given: str
    family: str
    born: date | None

    def __repr__(self) -> str:
        return f"NameRecord({self.record_id})"


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """Two people who may be one.

    Attributes:
        left: record id on the left.
        right: record id on the right.
        score: probability by the model, between the settings' threshold and 1.
        reason: how far names and date of birth agree; no value.
    """

    left: str
    right: str
    score: float
    reason: str


def possible_matches(
    left: Iterable[NameRecord],
    right: Iterable[NameRecord],
    settings: LinkageSettings,
    *,
    blocks: Blocks | None = None,
) -> Iterator[PossibleMatch]:
    """Pairs from *left* and *right* at or above the threshold, each once with its best score, in order of ids.

    A record without a date of birth matches nobody: names alone are compared for equality elsewhere, and
    by likeness would put half a country in doubt. Nobody is matched with him- or herself.

    Args:
        blocks: the keys of which two records must share one to be compared; by default all of them.

    Raises:
        LinkageError: the engine failed.
    """
    tables = [record_table(records, settings, blocks=blocks or blocks_of) for records in (left, right)]
    if not all(ids for ids, _ in tables) or not _may_agree(*(table for _, table in tables)):
        return
    best: dict[tuple[str, str], PossibleMatch] = {}
    (left_ids, left_table), (right_ids, right_table) = tables
    for pair in _scored(left_table, right_table, settings):
        one, other = left_ids[pair["key_l"]], right_ids[pair["key_r"]]
        match = PossibleMatch(one, other, round(pair["match_probability"], 6), _reason(pair))
        known = best.get((one, other))
        if one != other and (known is None or (match.score, match.reason) > (known.score, known.reason)):
            best[one, other] = match
    yield from (best[pair] for pair in sorted(best))


def _may_agree(left: Any, right: Any) -> bool:
    """Whether any pair is to be compared.

    The engine takes a second to start, and most small batches hold nobody who is like anybody.
    """

    def of(table: Any) -> set[str]:
        return {block for blocks in table["blocks"].to_pylist() for block in blocks}

    return bool(of(left) & of(right))


def name_records(record_id: str, values: Mapping[str, Sequence[str]]) -> Iterator[NameRecord]:
    """The records of somebody given as field kind → texts; every spelling with every date of birth.

    ``SURNAMES, GIVEN`` in one cell is split at the comma; without one the first or the last word is
    taken for the given name. A date that cannot be read is left out.
    """
    middle = " ".join(values.get("middle_name", ()))
    names = set(product(values.get("given_name", ()) or ("",), values.get("family_name", ()) or ("",)))
    names.discard(("", ""))
    for full in values.get("full_name", ()):
        names.update(_halves(full))
    births = {_day(text) for text in values.get("date_of_birth", ())} - {None} or {None}
    for (given, family), born in product(sorted(names), sorted(births, key=str)):
        # Shared, as the day, with everybody who has the same: there may be a million records.
        yield NameRecord(record_id, intern(f"{given} {middle}".strip()), intern(family), born)


_day = lru_cache(maxsize=2**16)(parse_date)


def _halves(full: str) -> Iterator[tuple[str, str]]:
    """(given names, surnames) that one cell may mean."""
    family, comma, given = full.partition(",")
    if comma:
        yield given, family
        return
    words = full.split()
    yield " ".join(words[:1]), " ".join(words[1:])
    yield " ".join(words[-1:]), " ".join(words[:-1])


def record_table(
    records: Iterable[NameRecord], settings: LinkageSettings, *, blocks: Blocks
) -> tuple[list[str], Any]:
    """Ids of all records that differ in what is compared, and their Arrow table; ``key`` is the index."""
    features = _Features(settings)
    ids: list[str] = []
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    seen: set[tuple[str, ...]] = set()
    for record in records:
        given, family = name_words(record.given), name_words(record.family)
        what = (record.record_id, " ".join(given), " ".join(family), str(record.born))
        if what in seen or record.born is None or not (given or family):
            continue
        seen.add(what)
        row = {
            "key": len(ids),
            **_born(record.born),
            **features.of_given(given),
            **features.of_family(family),
        }
        row["family"] = name_letters(record.family) or None
        row["blocks"] = sorted(blocks(record))
        ids.append(record.record_id)
        for name, column in columns.items():
            column.append(row[name])
    return ids, _arrow(columns)


def blocks_of(record: NameRecord) -> set[str]:
    """The keys of which two records must share one to be compared; none without a date of birth.

    A date of birth, also with day and month swapped; and two of its three parts with the sound of the
    first given name or the first surname: one part may be wrong then, and the names change places.
    Records whose dates of birth agree in no way are below the threshold whatever their names.
    """
    return blocks_of_year(record) | blocks_of_day(record)


def blocks_of_year(record: NameRecord) -> set[str]:
    """Those that name the year of birth."""
    if (born := record.born) is None:
        return set()
    day = born.isoformat()
    dates = {one.isoformat() for one in (born, _swapped(born)) if one}
    return dates | _heard(record, day[:7], f"{day[:4]}-{day[7:]}")


def blocks_of_day(record: NameRecord) -> set[str]:
    """The others, which name the day of the year alone."""
    return _heard(record, record.born.isoformat()[4:]) if record.born else set()


def _heard(record: NameRecord, *parts: str) -> set[str]:
    firsts = (name_words(record.given)[:1], name_words(record.family)[:1])
    return {f"{sound(word)} {part}" for words in firsts for word in words for part in parts}


def _swapped(born: date) -> date | None:
    """The date with day and month changing places, where that is one."""
    return born.replace(month=born.day, day=born.month) if born.day <= 12 else None


def _arrow(columns: Mapping[str, list[Any]]) -> Any:
    """The columns with their types, also where a column holds nothing."""
    import pyarrow as pa

    types = {"int64": pa.int64(), "string": pa.string(), "list": pa.list_(pa.string())}
    return pa.table({name: pa.array(columns[name], types[kind]) for name, kind in _COLUMNS.items()})


def _born(born: date) -> dict[str, str | None]:
    swapped = _swapped(born)
    return {"born": born.isoformat(), "born_swapped": swapped.isoformat() if swapped else None}


class _Features:
    """What is compared of names, each taken apart once: of a million people most have one that comes again."""

    def __init__(self, settings: LinkageSettings) -> None:
        self._roots: dict[str, set[str]] = defaultdict(set)
        for name, forms in settings.nicknames.items():
            for form in forms:
                self._roots[form].add(name)
        self._given: dict[tuple[str, ...], dict[str, Any]] = {}
        self._family: dict[tuple[str, ...], dict[str, Any]] = {}

    def of_given(self, words: tuple[str, ...]) -> dict[str, Any]:
        """Of given names."""
        known = self._given.get(words)
        if known is None:
            forms = {*words}.union(*(self._roots[word] for word in words if word in self._roots))
            known = self._given[words] = {**_parts("given", words), "given_forms": sorted(forms)}
        return known

    def of_family(self, words: tuple[str, ...]) -> dict[str, Any]:
        """Of surnames."""
        known = self._family.get(words)
        if known is None:
            known = self._family[words] = _parts("family", words)
        return known


def _parts(of: str, words: tuple[str, ...]) -> dict[str, Any]:
    return {
        f"{of}_1": next(iter(words), None),
        f"{of}_tokens": sorted({*words}),
        f"{of}_sounds": sorted({sound(word) for word in words}),
    }


def _scored(left: Any, right: Any, settings: LinkageSettings) -> list[dict[str, Any]]:
    from splink import Linker

    with quiet_engine() as api:
        tables = [
            api.register(table, table_name=f"{side}_records")
            for side, table in (("left", left), ("right", right))
        ]
        linker = Linker(tables, splink_settings(settings, link_type="link_only"), log_level=None)
        found = linker.inference.predict(threshold_match_probability=settings.threshold)
        wanted = "key_l, key_r, match_probability, gamma_family, gamma_given, gamma_birth"
        pairs = api.duckdb_con.sql(f"select {wanted} from {found.physical_name}")  # noqa: S608  # no value
        return [dict(zip(wanted.split(", "), row, strict=True)) for row in pairs.fetchall()]


@contextmanager
def quiet_engine() -> Iterator[Any]:
    """Splink's DuckDB in memory: no file, no network, no log line, no warning, no value in an exception.

    Raises:
        LinkageError: the engine failed.
    """
    import duckdb
    from splink import DuckDBAPI

    # Without a temporary directory nothing is spilled: names would lie on the disk in the clear.
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "temp_directory": "",
        "autoinstall_known_extensions": False,
    }
    logger = logging.getLogger("splink")
    level, connection = logger.level, duckdb.connect(":memory:", config=config)
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield DuckDBAPI(connection)
    except Exception as error:  # noqa: BLE001  # whatever it is, its message may quote a name
        raise LinkageError(
            f"records could not be compared ({type(error).__name__}).",
            mend="give the task more memory; when that does not help, report this as a bug.",
        ) from None
    finally:
        logger.setLevel(level)
        connection.close()


def _reason(pair: Mapping[str, Any]) -> str:
    told = []
    for name, part in PARTS.items():
        agreement = agreement_of(part, pair[f"gamma_{name}"])
        if agreement is not None:
            told.append(f"{_WORDS[name]}: {str(agreement).replace('_', ' ')}")
    return ", ".join(told)
