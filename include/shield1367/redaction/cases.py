"""Test cases for the scrubber out of quality samples: what reviewers marked has to be masked from now on, and stay so.

``quality/cases.sealed`` of the home holds the narratives, encrypted: a case is real data, and in no repository. The
last marks of a narrative are its case. ``shield1367 check --home`` scrubs them all again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.text import Strictness
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.counts import statuses_on
from shield1367.protection.registry.store import Registry
from shield1367.storage import locked, reported, write_bytes

_CASES = "cases.sealed"
_PURPOSE = "quality"
Stretch = tuple[int, int]


class CasesBrokenError(TerminalError):
    """Error raised when the cases open with the key and are not of this version."""

    code = "E721"

    def __init__(self) -> None:
        super().__init__(
            "the test cases of this home cannot be read.", mend="restore quality/cases.sealed from backup."
        )


class Case(ConfigModel):
    """One narrative, and what of it has to be masked.

    Attributes:
        people: ids of those linked to its row.
        must: stretches that have to be masked; *need_not* those that need no mask.
        strictness: of the profile its release was made under.
    """

    release_id: str
    by: str
    at: str
    text: str = Field(repr=False)
    people: tuple[str, ...]
    strictness: Strictness
    must: tuple[Stretch, ...]
    need_not: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """How the cases came out.

    Attributes:
        cases: how many there are; in *leaking* of them something is left that has to be masked.
        needless: stretches that are masked without need.
        where: of each leaking case its number, from 1, and the release it comes from.
    """

    cases: int
    leaking: int
    needless: int
    where: tuple[tuple[int, str], ...]


class QualityCases:
    """The cases of one home."""

    def __init__(self, home: Home, keys: Keys) -> None:
        self._home, self._keys = home, keys
        self._path = home.quality / _CASES
        self._cipher = keys.cipher(_PURPOSE)

    def all(self) -> tuple[Case, ...]:
        """Every case, oldest first.

        Raises:
            KeyMissingError: they were kept under another key.
            CasesBrokenError: they are not of this version.
        """
        with reported(self._path, "read"):
            if not self._path.exists():
                return ()
            sealed = self._path.read_bytes()
        try:
            return tuple(Case.model_validate(one) for one in json.loads(self._cipher.decrypt(sealed)))
        except (ValueError, TypeError, ValidationError):
            # The validator's own message may quote what it read.
            raise CasesBrokenError from None

    def keep(self, case: Case) -> None:
        """Keep a case; of one narrative the last marks count."""
        with locked(self._path.with_suffix(".lock")):
            others = [one for one in self.all() if (one.text, one.people) != (case.text, case.people)]
            content = json.dumps([one.model_dump(mode="json") for one in (*others, case)])
            write_bytes(self._path, self._cipher.encrypt(content.encode())).chmod(0o600)

    def run(self, project: Project) -> Tried:
        """Scrub every case by the rules, terms and people of today.

        Raises:
            TransientError: the registry does not answer.
        """
        from shield1367.redaction.text.scrub import Scrubber

        cases = self.all()
        if not cases:
            return Tried(0, 0, 0, ())
        registry = Registry(self._home, self._keys)
        identities = registry.identities(statuses_on(registry, datetime.now(UTC).date()))
        by_strictness: dict[Strictness, list[int]] = defaultdict(list)
        for number, case in enumerate(cases):
            by_strictness[case.strictness].append(number)
        leaking: list[tuple[int, str]] = []
        needless = 0
        for strictness, numbers in by_strictness.items():
            scrubber = Scrubber(identities, settings=project.text, strictness=strictness)
            some = [cases[number] for number in numbers]
            found = scrubber.find([case.text for case in some], [case.people for case in some])
            for number, case, spans in zip(numbers, some, found, strict=True):
                masked = [(span.start, span.end) for span in spans]
                if not all(_covered(stretch, case.text, masked) for stretch in case.must):
                    leaking.append((number + 1, case.release_id))
                needless += sum(_covered(stretch, case.text, masked) for stretch in case.need_not)
        return Tried(len(cases), len(leaking), needless, tuple(sorted(leaking)))


def _covered(stretch: Stretch, text: str, masked: Sequence[Stretch]) -> bool:
    """Whether every letter and digit of a stretch lies in what is masked; blanks between two masks tell nothing."""
    start, end = stretch
    return all(
        any(begin <= position < finish for begin, finish in masked)
        for position in range(start, end)
        if text[position].isalnum()
    )
