"""The deny and allow terms of a home: proposed by one cleared reviewer, put in force by another, never forgotten.

``quality/terms.sealed`` holds every proposal and what was decided of it, encrypted. What is in force follows from it.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.terms import DeniedTerm, TermKind, Terms
from shield1367.config.text import with_terms
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.storage import locked, reported, write_bytes

Term = TypeVar("Term")

_TERMS = "terms.sealed"
_PURPOSE = "quality"
_LONGEST = 100
_LEAST = 2


class TermRefusedError(TerminalError):
    """Error raised for a proposal that cannot be, or a decision about one that this person cannot make."""

    code = "E719"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the term is refused: {why}.",
            mend="propose one or a few words; a cleared reviewer other than who proposed them decides.",
        )


class TermsBrokenError(TerminalError):
    """Error raised when the terms open with the key and are not of this version: half of them would mask half."""

    code = "E720"

    def __init__(self) -> None:
        super().__init__(
            "the terms of this home cannot be read.", mend="restore quality/terms.sealed from backup."
        )


class TermList(StrEnum):
    """Which list a proposal is about."""

    DENY = "deny"
    ALLOW = "allow"


class Change(StrEnum):
    """What is proposed: loosening needs two as well."""

    ADD = "add"
    REMOVE = "remove"


class Proposal(ConfigModel):
    """One proposed change.

    Attributes:
        release_id: of the sample it comes from, where it does.
        decided_by: who decided it, other than *by*; empty as long as nobody has.
        confirmed: whether it was put in force.
    """

    number: int
    change: Change
    list: TermList
    text: str = Field(repr=False)
    kind: TermKind = TermKind.PERSON
    by: str
    at: str
    release_id: str = ""
    decided_by: str = ""
    decided_at: str = ""
    confirmed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return not self.decided_by


class TermBook:
    """The proposals of one home, to be read and carried on."""

    def __init__(self, home: Home, keys: Keys) -> None:
        self._path = home.quality / _TERMS
        self._cipher = keys.cipher(_PURPOSE)
        self._mark = keys.fingerprint("terms")

    def all(self) -> tuple[Proposal, ...]:
        """Every proposal, oldest first.

        Raises:
            KeyMissingError: they were kept under another key.
            TermsBrokenError: they are not of this version.
        """
        with reported(self._path, "read"):
            if not self._path.exists():
                return ()
            sealed = self._path.read_bytes()
        try:
            content = json.loads(self._cipher.decrypt(sealed))
            return tuple(Proposal.model_validate(one) for one in content)
        except (ValueError, TypeError, ValidationError):
            # The validator's own message may quote what it read.
            raise TermsBrokenError from None

    def in_force(self) -> Terms:
        """The words that two reviewers agreed on."""
        deny: dict[str, DeniedTerm] = {}
        allow: dict[str, str] = {}
        decided = sorted((p for p in self.all() if p.confirmed), key=lambda p: (p.decided_at, p.number))
        for one in decided:
            key = _key(one.text)
            if one.list is TermList.DENY:
                _changed(deny, key, DeniedTerm(text=one.text, kind=one.kind), one.change)
            else:
                _changed(allow, key, one.text, one.change)
        words = json.dumps([sorted((t.text, t.kind) for t in deny.values()), sorted(allow.values())])
        return Terms(
            version=len(decided),
            mark=self._mark.of("terms", words),
            deny=tuple(deny.values()),
            # What is always masked is never left.
            allow=tuple(text for key, text in allow.items() if key not in deny),
        )

    def propose(
        self,
        change: Change,
        of: TermList,
        text: str,
        *,
        by: str,
        kind: TermKind = TermKind.PERSON,
        release_id: str = "",
    ) -> Proposal:
        """Propose a change; the same proposal that waits already is that one.

        Raises:
            TermRefusedError: it is no term, or the change changes nothing.
        """
        text = " ".join(text.split())
        if not (sum(map(str.isalnum, text)) >= _LEAST and len(text) <= _LONGEST and text.isprintable()):
            raise TermRefusedError(f"it has fewer than {_LEAST} letters, or more than {_LONGEST} characters")
        with self._turn():
            proposals, terms = self.all(), self.in_force()
            for one in proposals:
                if one.is_open and (one.change, one.list, _key(one.text)) == (change, of, _key(text)):
                    return one
            present = (
                {_key(t.text) for t in terms.deny} if of is TermList.DENY else set(map(_key, terms.allow))
            )
            if (_key(text) in present) is (change is Change.ADD):
                raise TermRefusedError("it is as proposed already")
            made = Proposal(
                number=len(proposals) + 1, change=change, list=of, text=text, kind=kind, by=by, at=_now(),
                release_id=release_id,
            )  # fmt: skip
            self._keep((*proposals, made))
            return made

    def decide(self, number: int, *, confirmed: bool, by: str) -> Proposal:
        """Put a proposal in force, or turn it down. Who proposed it may take it back, and not put it in force.

        Raises:
            TermRefusedError: there is none that waits, or this person may not.
        """
        with self._turn():
            proposals = list(self.all())
            found = next((p for p in proposals if p.number == number), None)
            if found is None or not found.is_open:
                raise TermRefusedError("no such proposal waits, or somebody has decided it")
            if confirmed and found.by == by:
                raise TermRefusedError("whoever proposed it does not put it in force: four eyes do")
            made = found.model_copy(update={"decided_by": by, "decided_at": _now(), "confirmed": confirmed})
            proposals[proposals.index(found)] = made
            self._keep(tuple(proposals))
            return made

    def _turn(self) -> AbstractContextManager[None]:
        return locked(self._path.with_suffix(".lock"))

    def _keep(self, proposals: tuple[Proposal, ...]) -> None:
        content = json.dumps([one.model_dump(mode="json") for one in proposals])
        write_bytes(self._path, self._cipher.encrypt(content.encode())).chmod(0o600)


def in_force(home: Home, keys: Keys, project: Project) -> Project:
    """The project with the terms of a home in force: its scrubber, and every hash of its settings, know of them."""
    if not (home.quality / _TERMS).exists():
        return project
    return replace(project, text=with_terms(project.text, TermBook(home, keys).in_force()))


def _changed(terms: dict[str, Term], key: str, term: Term, change: Change) -> None:
    if change is Change.ADD:
        terms[key] = term
    else:
        terms.pop(key, None)


def _key(text: str) -> str:
    return text.casefold()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
