"""The registry's tables. Values are encrypted, fingerprints keyed, evidence append-only.

A copy of the database without the key tells nobody's number. A change comes with a migration, see
:mod:`shield1367.protection.registry.migrations`.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
# Without a row id, SQLite keeps a table in the order of its primary key and nowhere else: what is known of a person
# lies on a page or two, where a million people's rows would be as many pages as they were written at times.
MERGE = sa.Table(
    "merge",
    METADATA,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("into_id", sa.String(32), nullable=False, index=True),
    sqlite_with_rowid=False,
)
IDENTIFIER = sa.Table(
    "identifier",
    METADATA,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.String(32), nullable=False),
    sqlite_with_rowid=False,
)
# What tells people apart: `token` and `birth` marks, `exact`, `name`, `whole`, `short` and `loose` keys.
MARK = sa.Table(
    "mark",
    METADATA,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("sort", sa.String(8), primary_key=True),
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sqlite_with_rowid=False,
)
# Nobody is looked for by the other marks, which would be a third of the index. A query uses it that says the same.
LOOKED_FOR = MARK.c.sort.not_in([sa.literal_column("'token'"), sa.literal_column("'birth'")])
sa.Index("ix_mark_fingerprint", MARK.c.fingerprint, sqlite_where=LOOKED_FOR, postgresql_where=LOOKED_FOR)
VALUE = sa.Table(
    "value",
    METADATA,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
EVIDENCE = sa.Table(
    "evidence",
    METADATA,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("evidence_id", sa.String(32), primary_key=True),
    sa.Column("rule", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("sealed_code", sa.LargeBinary),
    sa.Column("application", sa.String(32)),
    sa.Column("on_date", sa.Date),
    sa.Column("ends", sa.Boolean, nullable=False),
    # Of an application's status, the state it says.
    sa.Column("state", sa.String(20), nullable=False, server_default="unknown"),
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("dataset", sa.String(60), nullable=False),
    sa.Column("batch", sa.String(80), nullable=False),
    sa.Column("file", sa.String(255), nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    # Of a narrative: which column, and from where to where in it the sentence stands; never its text.
    sa.Column("column", sa.String(120)),
    sa.Column("start", sa.Integer),
    sa.Column("stop", sa.Integer),
    # Hash of the tables and the contract it was read with: a changed table reads a batch again.
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_evidence_source_batch", "source", "batch"),
)
FAMILY = sa.Table(
    "family",
    METADATA,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("relative_id", sa.String(32), primary_key=True, index=True),
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("dataset", sa.String(60), nullable=False),
    sqlite_with_rowid=False,
)
# Identifiers, and birth dates with a name, in rows that wait in quarantine.
SUSPECT = sa.Table(
    "suspect",
    METADATA,
    sa.Column("fingerprint", sa.String(32), primary_key=True),
    sa.Column("source", sa.String(60), primary_key=True),
    sa.Column("batch", sa.String(80), primary_key=True),
)
# Two times: from when to when somebody is protected, and from when to when the registry said so. What is
# known no more stays, so that "as we knew it then" can be asked; `known_until` is empty for what holds now.
PROTECTION = sa.Table(
    "protection",
    METADATA,
    sa.Column("person_id", sa.String(32), nullable=False, index=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("rule", sa.String(32), nullable=False),
    sa.Column("begins", sa.Date),
    sa.Column("ends", sa.Date),
    sa.Column("via", sa.Text, nullable=False, server_default=""),
    sa.Column("known_from", sa.DateTime(timezone=True)),
    sa.Column("known_until", sa.DateTime(timezone=True)),
)
# Who may be one person by name and date of birth, as probabilistic linkage found; the smaller id first.
LIKENESS = sa.Table(
    "likeness",
    METADATA,
    sa.Column("one_id", sa.String(32), primary_key=True),
    sa.Column("other_id", sa.String(32), primary_key=True, index=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("reason", sa.String(120), nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sqlite_with_rowid=False,
)
# What two people's records must share for the two to be compared, as keyed fingerprints.
BLOCK = sa.Table(
    "block",
    METADATA,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("fingerprint", sa.String(32), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
# Who asked about whom. The person asked about is a keyed fingerprint, and there only if anybody was found.
QUESTION = sa.Table(
    "question",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("asked_by", sa.String(120), nullable=False),
    sa.Column("question", sa.String(40), nullable=False),
    sa.Column("about", sa.String(32)),
    sa.Column("as_of", sa.Date),
    sa.Column("known_at", sa.DateTime(timezone=True)),
)
# Whoever a batch touched since the last decision; those around them are decided anew with them.
UNDECIDED = sa.Table("undecided", METADATA, sa.Column("person_id", sa.String(32), primary_key=True))
BATCH = sa.Table(
    "batch",
    METADATA,
    sa.Column("source", sa.String(60), primary_key=True),
    sa.Column("batch", sa.String(80), primary_key=True),
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
)
# Of batches that are read in part only: what has been read, and with which policy.
READ_PART = sa.Table(
    "read_part",
    METADATA,
    sa.Column("source", sa.String(60), primary_key=True),
    sa.Column("batch", sa.String(80), primary_key=True),
    sa.Column("path", sa.String(255), primary_key=True),
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
)
STATE = sa.Table(
    "state",
    METADATA,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
