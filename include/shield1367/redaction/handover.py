"""What a planned release hands over to whoever redacts it, sealed in its work folder.

Keys that make its pseudonyms, shifts and orders and those of no other release, the words that reviewers agreed on, and
which rows of a prohibited source have been verified. A worker needs no more than this, the sealed snapshot and the
staged files; it goes with the work folder when the release is out.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from pydantic import Field, ValidationError

from shield1367.canaries.person import PURPOSE as CANARY_PURPOSE
from shield1367.config.key_file import LimitedKeys
from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.terms import DeniedTerm, Terms
from shield1367.config.text import with_terms
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import NOTICE_COLUMN
from shield1367.errors import KeyMissingError, TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.safeguards.rows import RowPlace
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.redaction.classes.survey import classes_purpose
from shield1367.redaction.kept_out import kept_out_purpose
from shield1367.redaction.limited import HANDOVER_PURPOSE, RedactionKeys
from shield1367.redaction.planned import people_purpose
from shield1367.redaction.pseudonyms import pseudonym_purposes
from shield1367.storage import reported, write_bytes

HANDOVER = "handover.sealed"


class HandoverError(TerminalError):
    """Error raised when a release hands over nothing that opens to whoever shall redact it."""

    code = "E841"


@dataclass(frozen=True, slots=True)
class Handover:
    """What who redacts a release works with.

    Attributes:
        keys: for this release alone.
        terms: the words in force when it was planned, if there are any.
        verified: rows of a prohibited source whose information has been verified; none where no notice tells of it.
    """

    keys: RedactionKeys
    terms: Terms | None
    verified: frozenset[RowPlace]

    def in_force(self, project: Project) -> Project:
        """The project with the terms handed over."""
        return replace(project, text=with_terms(project.text, self.terms)) if self.terms else project


class _Content(ConfigModel):
    """The sealed file. Terms show their words to no other one."""

    recipient: str
    release_id: str
    purposes: dict[str, str] = Field(repr=False)
    terms: tuple[int, str] | None = None
    deny: tuple[DeniedTerm, ...] = Field(default=(), repr=False)
    allow: tuple[str, ...] = Field(default=(), repr=False)
    verified: tuple[tuple[str, str, str, str, int], ...] = ()


def write_handover(home: Home, keys: Keys, project: Project, plan: ReleasePlan) -> Path:
    """Hand a planned release over.

    Raises:
        VerificationsBrokenError: the record of verifications does not hold.
        StorageError: it cannot be written.
    """
    handed = _made(home, keys, project, plan)
    terms = handed.terms
    content = _Content(
        recipient=plan.recipient,
        release_id=plan.release_id,
        purposes={name: base64.b64encode(key).decode() for name, key in handed.keys.purposes.items()},
        terms=(terms.version, terms.mark) if terms else None,
        deny=terms.deny if terms else (),
        allow=terms.allow if terms else (),
        verified=tuple(sorted(astuple(place) for place in handed.verified)),
    )
    sealed = keys.cipher(HANDOVER_PURPOSE).encrypt(json.dumps(content.model_dump(mode="json")).encode())
    return write_bytes(_path(home, plan), sealed)


def handed_over(home: Home, keys: Keys, project: Project, plan: ReleasePlan) -> Handover:
    """What *plan* was handed over with; who has the master key makes it where there is nothing.

    Raises:
        HandoverError: there is nothing, it does not open with this key, or it is of another release.
        StorageError: it cannot be read.
    """
    path = _path(home, plan)
    if not path.exists():
        if isinstance(keys, LimitedKeys):
            raise HandoverError(
                f"release {plan.release_id} was planned without anything for who has a key for redaction alone.",
                mend="run the export again: it is planned anew.",
            )
        return _made(home, keys, project, plan)
    with reported(path, "read"):
        sealed = path.read_bytes()
    try:
        content = _Content.model_validate_json(keys.cipher(HANDOVER_PURPOSE).decrypt(sealed))
    except (KeyMissingError, ValidationError):
        # The validator's message may quote a key.
        content = None
    if content is None or (content.recipient, content.release_id) != (plan.recipient, plan.release_id):
        raise HandoverError(
            f"what release {plan.release_id} hands over does not open with this key, or is of another release.",
            mend="after `shield1367 keys rotate` make the key of the workers anew: `shield1367 keys redaction`;"
            " else run the export again.",
        )
    version, mark = content.terms or (0, "")
    return Handover(
        keys=RedactionKeys(
            b"", purposes={name: base64.b64decode(key) for name, key in content.purposes.items()}
        ),
        terms=Terms(version=version, mark=mark, deny=content.deny, allow=content.allow)
        if content.terms
        else None,
        verified=frozenset(RowPlace(*place) for place in content.verified),
    )


def _made(home: Home, keys: Keys, project: Project, plan: ReleasePlan) -> Handover:
    told = any(column.name == NOTICE_COLUMN for dataset in plan.datasets for column in dataset.columns)
    return Handover(
        keys=RedactionKeys(b"", purposes={name: keys.derive(name) for name in _purposes(project, plan)}),
        terms=project.text.terms_in_force,
        verified=frozenset(Verifications(home, keys).by_row() if told else ()),
    )


def _purposes(project: Project, plan: ReleasePlan) -> Iterator[str]:
    """Every purpose that redacting a release derives a key for."""
    yield from pseudonym_purposes(
        project.fields.kinds,
        recipient=plan.recipient,
        release_id=plan.release_id,
        series=plan.pseudonym_series,
    )
    yield kept_out_purpose(plan.recipient)
    yield classes_purpose(plan)
    yield people_purpose(plan.recipient, plan.release_id)
    if plan.canaries():
        yield CANARY_PURPOSE


def _path(home: Home, plan: ReleasePlan) -> Path:
    return home.work / plan.recipient / plan.release_id / HANDOVER
