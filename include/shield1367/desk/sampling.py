"""Quality samples: narratives of a release before and after, and what cleared reviewers marked in them.

A sample is drawn by a keyed order, so that nobody chooses what is looked at, and drawn again it begins with the same
narratives. Texts and marks are kept encrypted, ``quality/<release_id>.json`` of the home.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, ValidationError

from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.text import Strictness
from shield1367.desk.errors import NoNarrativesError, SampleBrokenError, SampleChangedError
from shield1367.desk.listing import ListedRelease
from shield1367.desk.stretches import Masked
from shield1367.disclosure.plan import PLAN, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.again import Again
from shield1367.redaction.cases import Case
from shield1367.redaction.terms import in_force
from shield1367.storage import locked, reported, write_bytes
from shield1367.validation.recall import lower_bound

MOST = 100
_PURPOSE = "quality"


class Sampled(ConfigModel):
    """One narrative: original, what the scrubber of today makes of it, what it masks, whom its row is linked to."""

    text: Annotated[str, Field(repr=False)]
    scrubbed: Annotated[str, Field(repr=False)]
    spans: tuple[Masked, ...]
    people: tuple[str, ...]


class Marks(ConfigModel):
    """What one reviewer found in a narrative.

    Attributes:
        missed: stretches that were left and should not have been; *over*: numbers of spans that need no mask.
    """

    by: str
    at: str
    missed: tuple[tuple[int, int], ...] = ()
    over: tuple[int, ...] = ()


class Sample(ConfigModel):
    """The sample of one release.

    Attributes:
        narratives: how many the release has; *texts* were drawn of them.
        marks: number of the text → the last marks in it.
    """

    release_id: str
    drawn_at: str
    drawn_by: str
    narratives: int
    texts: tuple[Sampled, ...]
    marks: dict[int, Marks] = Field(default_factory=dict)

    def marks_that_fit(self, texts: tuple[Sampled, ...]) -> dict[int, Marks]:
        """The marks in those of *texts* that are as they were."""
        return {n: marks for n, marks in self.marks.items() if self.texts[n : n + 1] == texts[n : n + 1]}

    def next_unmarked(self, after: int = -1) -> int | None:
        """The next text that nobody has marked, from *after* on and then from the beginning."""
        waiting = [number for number in range(len(self.texts)) if number not in self.marks]
        return next((number for number in waiting if number > after), waiting[0] if waiting else None)


@dataclass(frozen=True, slots=True)
class Share:
    """*right* of *trials*, and between what the true share lies: 95 % sure of each bound (Clopper and Pearson)."""

    right: int
    trials: int

    @property
    def lower(self) -> float:
        """The true share is at least this."""
        return lower_bound(self.right, self.trials)

    @property
    def upper(self) -> float:
        """And at most this."""
        return 1.0 - lower_bound(self.trials - self.right, self.trials)


def recall_of(sample: Sample) -> Share:
    """Of what had to be masked in the marked texts, how much was: in stretches."""
    masked, over, missed = _counts(sample)
    return Share(masked - over, masked - over + missed)


def precision_of(sample: Sample) -> Share:
    """Of what was masked in the marked texts, how much had to be."""
    masked, over, _ = _counts(sample)
    return Share(masked - over, masked)


class Samples:
    """The samples of one home."""

    def __init__(self, home: Home, keys: Keys) -> None:
        self._home, self._keys = home, keys
        self._cipher = keys.cipher(_PURPOSE)

    def get(self, release_id: str) -> Sample | None:
        """The sample of a release; ``None`` when none was drawn.

        Raises:
            KeyMissingError: it was kept under another key, or changed.
            SampleBrokenError: it is not of this version.
        """
        path = self._home.quality / f"{release_id}.json"
        with reported(path, "read"):
            if not path.exists():
                return None
            sealed = path.read_bytes()
        try:
            return Sample.model_validate_json(self._cipher.decrypt(sealed))
        except ValidationError:
            # The validator's own message may quote what it read.
            raise SampleBrokenError(release_id) from None

    def draw(self, project: Project, release: ListedRelease, size: int, *, by: str) -> Sample:
        """Draw the first *size* narratives in keyed order, and keep them; marks in a text that is as before stay.

        Raises:
            NoNarrativesError: there is nothing to draw from.
        """
        plan = plan_of(self._home, release)
        if plan is None:
            raise NoNarrativesError
        again = Again(self._home, self._keys, in_force(self._home, self._keys, project), plan)
        keyed = self._keys.fingerprint(_PURPOSE)
        found, count = again.sample(min(size, MOST), lambda place: keyed.of(plan.release_id, place))
        answers = again.scrubbed([narrative.text for narrative in found], found) if found else []
        texts = tuple(
            Sampled(
                text=narrative.text,
                scrubbed=answer.text,
                spans=tuple(
                    Masked(start=s.start, end=s.end, entity=s.entity, rule=s.rule) for s in answer.spans
                ),
                people=narrative.people,
            )
            for narrative, answer in zip(found, answers, strict=True)
        )
        with self._turn(plan.release_id):
            before = self.get(plan.release_id)
            marks = before.marks_that_fit(texts) if before else {}
            return self._keep(
                Sample(
                    release_id=plan.release_id, drawn_at=_now(), drawn_by=by, narratives=count, texts=texts, marks=marks
                )
            )  # fmt: skip

    def mark(self, shown: Sample, number: int, marks: Marks) -> Sample:
        """Keep what somebody marked in the text as it was *shown*; the later marks of a text replace the earlier.

        Raises:
            SampleChangedError: the sample was drawn again in between.
        """
        with self._turn(shown.release_id):
            sample = self.get(shown.release_id)
            if sample is None or sample.drawn_at != shown.drawn_at:
                raise SampleChangedError
            return self._keep(sample.model_copy(update={"marks": sample.marks | {number: marks}}))

    def all(self) -> list[Sample]:
        """Every sample, the last drawn first."""
        names = [path.stem for path in self._home.quality.glob("*.json") if path.name[0] != "."]
        found = [sample for name in names if (sample := self.get(name)) is not None]
        return sorted(found, key=lambda sample: sample.drawn_at, reverse=True)

    def _turn(self, release_id: str) -> AbstractContextManager[None]:
        return locked(self._home.quality / f"{release_id}.lock")

    def _keep(self, sample: Sample) -> Sample:
        content = self._cipher.encrypt(sample.model_dump_json().encode())
        write_bytes(self._home.quality / f"{sample.release_id}.json", content).chmod(0o600)
        return sample


def marks_now(by: str, missed: tuple[tuple[int, int], ...], over: Iterable[int]) -> Marks:
    """Marks made now."""
    return Marks(by=by, at=_now(), missed=missed, over=tuple(sorted(over)))


def case_of(sample: Sample, number: int, strictness: Strictness) -> Case:
    """What the marks in a text ask of the scrubber from now on."""
    text, marks = sample.texts[number], sample.marks[number]
    masked = [(span.start, span.end) for span in text.spans]
    return Case(
        release_id=sample.release_id,
        by=marks.by,
        at=marks.at,
        text=text.text,
        people=text.people,
        strictness=strictness,
        must=(*(s for n, s in enumerate(masked) if n not in marks.over), *marks.missed),
        need_not=tuple(masked[n] for n in marks.over),
    )


def plan_of(home: Home, release: ListedRelease) -> ReleasePlan | None:
    """The plan of a release with scrubbed narratives; ``None`` for any other, or when it is not kept."""
    folder = home.plans / release.recipient / release.release_id
    plan = ReleasePlan.read(folder) if (folder / PLAN).exists() else None
    return plan if plan is not None and plan.scrubs else None


def _counts(sample: Sample) -> tuple[int, int, int]:
    marked = [(sample.texts[number], marks) for number, marks in sample.marks.items()]
    return (
        sum(len(text.spans) for text, _ in marked),
        sum(len(marks.over) for _, marks in marked),
        sum(len(marks.missed) for _, marks in marked),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
