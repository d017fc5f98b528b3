"""The registry: people, evidence and protections, read and written in transactions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from shield1367.errors import KeyMissingError
from shield1367.home import Home
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection.decision.decide import Protection, order
from shield1367.protection.registry.database import (
    chunks,
    drop_overwritten,
    insert_new,
    open_engine,
    reading,
    select_in,
    writing,
)
from shield1367.protection.registry.migrate import upgrade
from shield1367.protection.registry.neighbours import Ids
from shield1367.protection.registry.tables import BATCH, IDENTIFIER, MERGE, PROTECTION, STATE, VALUE
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status

# Name, in the state, of what tells the right key from a wrong one.
_KEY = "key"
# By their names: to ask the enumeration itself takes longer than the rest of a row.
_STATUSES = {str(status): status for status in Status}
_RULES = {str(rule): rule for rule in Rule}
# Between the ids of a way.
_VIA = ","
# So many values are sealed anew in one transaction; others write in between.
_RESEALED_AT_ONCE = 5_000
# Rows of a query that is gone through once.
_ROWS_AT_ONCE = 10_000
# People whose values lie in memory while those of everybody are read.
_READ_AT_ONCE = 2_000
_VALUES = sa.select(VALUE.c.person_id, VALUE.c.kind, VALUE.c.fingerprint, VALUE.c.sealed)
# Of VALUE: person id, kind, fingerprint and what is sealed.
_Value = tuple[str, str, str, bytes]


class Resealed(NamedTuple):
    """How many values were sealed anew, and where to go on; *after* is empty at the end."""

    values: int
    after: tuple[str, ...]


class Registry:
    """Access to the registry of one home.

    Raises:
        TransientError: the database does not answer or is locked.
        StorageError: the home cannot be written.
        NewerRegistryError: a newer version of this project made it.
        KeyMissingError: it was made with another key.
    """

    def __init__(self, home: Home, keys: Keys) -> None:
        self._home = home
        self._engine = open_engine(home)
        self._keys = keys
        self._cipher = keys.cipher("registry")
        upgrade(self._engine)
        self._check(keys.fingerprint("registry").of("key"))

    def _check(self, fingerprint: str) -> None:
        """With another key nobody would be recognised, and everybody known before be taken for gone."""
        if (known := self.state(_KEY)) is None:
            with self.transaction() as connection:
                self.add(connection, STATE, [{"name": _KEY, "value": fingerprint}])
                known = self.state(_KEY, connection)
        if known != fingerprint:
            raise KeyMissingError(
                "the registry was made with another key.",
                mend="hand in the key it was made with or last rotated to; keys/ring.json belongs to it.",
            )

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One view of the registry that no evaluation disturbs."""
        with reading(self._engine) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction: all of it, or nothing; one process at a time."""
        with writing(self._engine) as connection:
            yield connection

    def seal(self, text: str) -> bytes:
        """Encrypt one value for storage."""
        return self._cipher.encrypt_value(text.encode())

    def unseal(self, content: bytes) -> str:
        """Decrypt one stored value.

        Raises:
            KeyMissingError: it was stored with another key.
        """
        try:
            return self._cipher.decrypt(content).decode()
        except KeyMissingError:
            # The keys may have been rotated while this process ran; the home knows the present ones.
            self._cipher = self._keys.reload(self._home).cipher("registry")
            return self._cipher.decrypt(content).decode()

    def reseal(
        self, connection: sa.Connection, column: sa.Column[Any], *, after: tuple[str, ...]
    ) -> Resealed:
        """Seal the next values of one column with the present key; call it until there is no next.

        Args:
            after: primary key that the last call ended with; empty to begin.

        Raises:
            KeyMissingError: a value was sealed with a key that is not in the ring.
        """
        table = column.table
        keys = list(table.primary_key)
        wanted = sa.select(*keys, column.label("sealed")).order_by(*keys).limit(_RESEALED_AT_ONCE)
        if after:
            wanted = wanted.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
        rows = connection.execute(wanted).all()
        older = [row for row in rows if row.sealed is not None and not self._cipher.is_present(row.sealed)]
        if older:
            connection.execute(
                sa.update(table)
                .where(*(key == sa.bindparam(f"of_{key.name}") for key in keys))
                .values({column: sa.bindparam("fresh")}),
                [
                    {f"of_{key.name}": row._mapping[key.name] for key in keys}
                    | {"fresh": self.seal(self.unseal(row.sealed))}
                    for row in older
                ],
            )
        last = tuple(rows[-1][: len(keys)]) if len(rows) == _RESEALED_AT_ONCE else ()
        return Resealed(len(older), last)

    def drop_overwritten(self) -> None:
        """Take what was overwritten out of the database's file, where the database leaves it in.

        Raises:
            TransientError: somebody else has it open for too long.
        """
        drop_overwritten(self._engine)

    def add(self, connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows; those that are there already stay as they are."""
        insert_new(connection, table, rows)

    def rows(self, statement: sa.Select[Any], connection: sa.Connection | None = None) -> list[Any]:
        """The result of one query.

        Args:
            connection: the transaction to look from; by default a view of its own.
        """
        if connection is not None:
            return list(connection.execute(statement).all())
        with self.reading() as own:
            return list(own.execute(statement).all())

    def stream(self, statement: sa.Select[Any]) -> Iterator[Any]:
        """The result of one query in a view of its own, a few thousand rows in memory at a time."""
        # A cursor of a server stays open until it is closed, whatever happens to the rows.
        with (
            self.reading() as own,
            closing(own.execution_options(yield_per=_ROWS_AT_ONCE).execute(statement)) as found,
        ):
            for some in found.partitions():
                yield from some

    def put(self, connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
        """Insert one row in the place of the one with the same primary key."""
        keys = [column.name for column in table.primary_key]
        connection.execute(sa.delete(table).where(*(table.c[key] == row[key] for key in keys)))
        connection.execute(sa.insert(table), row)

    def evaluated(self, connection: sa.Connection | None = None) -> dict[tuple[str, str], str]:
        """(source, batch) → hash of the policy its evidence was last read with."""
        return {(row.source, row.batch): row.policy for row in self.rows(sa.select(BATCH), connection)}

    def state(self, name: str, connection: sa.Connection | None = None) -> str | None:
        """One named value about the registry as a whole."""
        found = self.rows(sa.select(STATE.c.value).where(STATE.c.name == name), connection)
        return found[0].value if found else None

    def protections(self, *, known_at: datetime | None = None) -> dict[str, tuple[Protection, ...]]:
        """Protections of every person, by id.

        Args:
            known_at: as the registry had them at that time; by default as it has them now.
        """
        wanted = sa.select(PROTECTION).where(known(known_at))
        found: dict[str, list[Protection]] = defaultdict(list)
        for row in self.rows(wanted):
            found[row.person_id].append(_protection(row))
        return {person: tuple(sorted(some, key=order)) for person, some in found.items()}

    def replace_protections(
        self,
        connection: sa.Connection,
        protections: Mapping[str, tuple[Protection, ...]],
        *,
        of: Collection[str],
        now: datetime,
    ) -> set[str]:
        """Let newly decided protections hold from *now* on; those that held before and differ hold until then.

        Args:
            of: every id whose protections are decided; of people who have been merged, all of theirs.

        Returns:
            Ids of those whose protections differ from before.
        """
        new = {(person, p) for person, decided in protections.items() for p in decided}
        current = sa.select(PROTECTION).where(known(None))
        old = {
            (row.person_id, _protection(row))
            for row in select_in(connection, current, PROTECTION.c.person_id, of)
        }
        changed = {person for person, _ in old ^ new}
        for some in chunks(sorted(changed & {person for person, _ in old}), 2_000):
            held = PROTECTION.c.person_id.in_(some) & known(None)
            connection.execute(sa.update(PROTECTION).where(held).values(known_until=now))
        rows = [
            {
                "person_id": person,
                "status": p.status,
                "rule": p.rule,
                "begins": p.begins,
                "ends": p.ends,
                "via": _VIA.join(p.via),
                "known_from": now,
            }
            for person in sorted(changed & protections.keys())
            for p in protections[person]
        ]
        insert_new(connection, PROTECTION, rows)
        return changed

    def person_of(self, fingerprint: str) -> str | None:
        """Root id of whoever an identifier belongs to, by its fingerprint; ``None`` when nobody has it."""
        wanted = sa.select(IDENTIFIER.c.person_id).where(IDENTIFIER.c.fingerprint == fingerprint)
        with self.reading() as connection:
            person: str | None = connection.execute(wanted).scalar()
            return None if person is None else Ids(connection).roots({person}).pop()

    def merges(self) -> dict[str, str]:
        """Person id → id it was merged into."""
        return {row.person_id: row.into_id for row in self.rows(sa.select(MERGE))}

    def identities(self, statuses: Mapping[str, Status]) -> list[Identity]:
        """What :meth:`everybody` gives, where it is known to be little."""
        return list(self.everybody(statuses))

    def everybody(self, statuses: Mapping[str, Status], *, shielded: bool = False) -> Iterator[Identity]:
        """Everybody the registry knows, with the values seen for them, in the order of their ids.

        One after the other: a million people with their values take gigabytes.

        Args:
            statuses: root person id → status, as a snapshot gives them.
            shielded: leave out who is CLEAR.
        """
        merges = self.merges()
        merged = defaultdict[str, list[str]](list)
        for person in merges:
            merged[root_of(person, merges)].append(person)
        with self.reading() as connection:
            named = connection.execute(sa.select(VALUE.c.person_id).distinct()).scalars()
            people = {root_of(person, merges) for person in named}
            if shielded:
                people = {one for one in people if statuses.get(one, Status.INDETERMINATE).is_shielded}
            for some in chunks(sorted(people), _READ_AT_ONCE):
                # Whoever was merged is told of with whom they were merged into, wherever their values lie.
                roots = {one: root for root in some for one in (root, *merged.get(root, ()))}
                values = defaultdict[str, list[_Value]](list)
                for row in select_in(connection, _VALUES, VALUE.c.person_id, roots):
                    values[roots[row[0]]].append(tuple(row))
                for root in some:
                    protected = statuses.get(root, Status.INDETERMINATE).is_shielded
                    yield self._identity(root, values[root], protected=protected)

    def _identity(self, person: str, stored: Iterable[_Value], *, protected: bool) -> Identity:
        values = defaultdict[str, list[str]](list)
        for _, kind, _, sealed in sorted(stored):
            values[kind].append(self.unseal(sealed))
        told = {kind: tuple(dict.fromkeys(texts)) for kind, texts in sorted(values.items())}
        return Identity(person_id=person, values=told, protected=protected)


def _protection(row: Any) -> Protection:
    via = tuple(row.via.split(_VIA)) if row.via else ()
    return Protection(_STATUSES[row.status], _RULES[row.rule], row.begins, row.ends, via)


def known(at: datetime | None) -> sa.ColumnElement[bool]:
    """Rows of PROTECTION that the registry held to be so at a time; ``None`` is now."""
    until = PROTECTION.c.known_until
    if at is None:
        return until.is_(None)
    since = PROTECTION.c.known_from
    return (since.is_(None) | (since <= at)) & (until.is_(None) | (until > at))


def root_of(person_id: str, merges: dict[str, str]) -> str:
    """The id a person goes by after all merges."""
    while (into := merges.get(person_id)) is not None:
        person_id = into
    return person_id
