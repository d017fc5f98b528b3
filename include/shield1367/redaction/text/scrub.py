"""The bulk scrubber: thousands of texts in, spans or scrubbed texts out. Nothing it cannot read passes."""

from __future__ import annotations

import atexit
import gc
import hashlib
import json
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from shield1367.config.text import Strictness, TextSettings
from shield1367.garbage import uncollected
from shield1367.identities import Identity
from shield1367.redaction.text.adjacent import find_adjacent
from shield1367.redaction.text.batch import Batch
from shield1367.redaction.text.benefits import find_benefits
from shield1367.redaction.text.complete import complete_names
from shield1367.redaction.text.dates import find_dates
from shield1367.redaction.text.found import found_by_text, read_as_written
from shield1367.redaction.text.frames import find_framed
from shield1367.redaction.text.house import House
from shield1367.redaction.text.kinds import Kinds, Meanings
from shield1367.redaction.text.known import Known
from shield1367.redaction.text.lexicon import load_lexicon
from shield1367.redaction.text.near import find_near
from shield1367.redaction.text.ner import load_model, verified_folder
from shield1367.redaction.text.patterns import find_patterns
from shield1367.redaction.text.people import People
from shield1367.redaction.text.rare import Rare
from shield1367.redaction.text.rest import Rest
from shield1367.redaction.text.run_together import RunTogether
from shield1367.redaction.text.scripts import find_unread
from shield1367.redaction.text.sentences import Model, find_by_model
from shield1367.redaction.text.settled import carried
from shield1367.redaction.text.spans import Span, merge, merge_found, merge_whole
from shield1367.redaction.text.surroundings import complete_firms, find_surrounded, find_towns
from shield1367.redaction.text.tokens import LONGEST_TOKEN, TOKENS
from shield1367.redaction.text.unknown import Unknown

__all__ = ["Scrubbed", "Scrubber", "Strictness"]

# What shapes the result besides our own code; their versions are part of the policy hash.
_LIBRARIES = ("google-re2", "ahocorasick-rs", "rapidfuzz", "english-words", "pyspellchecker", "names")
# So often a text is read until nothing more is found in it; two are nearly always enough.
_LOOKS = 6


# Extension modules report what a frozen heap keeps from them as leaks.
atexit.register(gc.unfreeze)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text as it may go out, and what was masked in it (offsets of the original)."""

    text: str
    spans: tuple[Span, ...]


class Scrubber:
    """Everything needed to scrub narratives for one set of known people.

    Args:
        identities: all people to know, or an index of them; protected ones are searched everywhere by every word
            of their names.
        settings: ``text.yaml``.
        strictness: how much evidence an unknown name needs.

    Raises:
        ConfigError: a word list or the pinned model is missing or not the one that was pinned.
    """

    def __init__(
        self, identities: Iterable[Identity] | People, *, settings: TextSettings, strictness: Strictness
    ) -> None:
        self._settings = settings
        self._strictness = strictness
        self._lexicon = load_lexicon()
        with uncollected():
            self._people = identities if isinstance(identities, People) else People(identities, self._lexicon)
        self._meanings = Meanings(self._lexicon)
        self._kinds = Kinds(self._people, self._meanings)
        self._known = Known(self._people, self._lexicon)
        self._rare = Rare(self._people, self._lexicon)
        self._run_together = RunTogether(self._people, self._lexicon)
        self._unknown = Unknown(self._lexicon, strictness)
        self._house = House(settings.terms_in_force)
        self._model: Model | None = None
        if settings.model is not None:
            # Fail before the first text, not after a thousand.
            verified_folder(settings.model)
        # The index stays as long as the process: no collection walks it before the end.
        gc.freeze()

    def knowing(self, more: Iterable[Identity]) -> Scrubber:
        """A scrubber that knows *more* people besides, and finds what one made for all of them would.

        The index of everybody else is shared: it is built once for all partitions of a release, whereas whom
        only a row names is other people in each. What was seen of texts before is not: what a text becomes
        must not depend on which texts a process has had.
        """
        other = copy(self)
        with uncollected():
            other._people = People(more, self._lexicon, over=self._people)
        other._kinds = Kinds(other._people, self._meanings)
        other._known = Known(other._people, self._lexicon)
        other._run_together = RunTogether(other._people, self._lexicon)
        other._rare = self._rare.among(other._people, self._lexicon)
        other._model = self._loaded_model()
        if other._model is not None:
            other._model = other._model.forgetful()
        return other

    @property
    def policy_hash(self) -> str:
        """Hex SHA-256 over settings, strictness, rules, word lists, model and libraries; not the people."""
        content = {
            "settings": self._settings.content_hash(),
            "strictness": self._strictness.value,
            "rules": _rules_digest(),
            "lexicon": self._lexicon.digest,
            "libraries": {name: version(name) for name in _LIBRARIES},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def find(self, texts: Sequence[str], people: Sequence[Sequence[str]]) -> list[list[Span]]:
        """The spans to mask in each text, disjoint and in order.

        Args:
            texts: the narratives.
            people: per text, ids of the people linked to its row; unknown ids count as nobody.

        A text beyond the budget, or one that a rule fails on, gets one span ``WITHHELD`` over all of it.
        """
        if len(texts) != len(people):
            raise ValueError("`people` must have one entry per text")
        with uncollected():
            return self._find(texts, people)

    def _find(self, texts: Sequence[str], people: Sequence[Sequence[str]]) -> list[list[Span]]:
        index = self._people.index
        linked = [frozenset(index[person] for person in ids if person in index) for ids in people]
        found: list[list[Span]] = [[] for _ in texts]
        group: list[int] = []
        size = 0
        for number, text in enumerate(texts):
            if len(text) > self._settings.budget.characters:
                found[number] = [_withheld(text, "budget.characters")]
                continue
            if group and size + len(text) > self._settings.batch_characters:
                self._group(group, texts, linked, found)
                group, size = [], 0
            if text:
                group.append(number)
                size += len(text)
        if group:
            self._group(group, texts, linked, found)
        return found

    def scrub(self, texts: Sequence[str], people: Sequence[Sequence[str]]) -> list[Scrubbed]:
        """The texts with each span replaced by the token of its type."""
        return [
            Scrubbed(replace_spans(text, spans), tuple(spans))
            for text, spans in zip(texts, self.find(texts, people), strict=True)
        ]

    def _group(
        self, group: list[int], texts: Sequence[str], linked: list[frozenset[int]], found: list[list[Span]]
    ) -> None:
        try:
            spans = self._spans([texts[i] for i in group], [linked[i] for i in group])
        except Exception:  # noqa: BLE001  # whatever failed, no text of the batch may pass unread
            if len(group) == 1:
                found[group[0]] = [_withheld(texts[group[0]], "budget.failed")]
                return
            for number in group:
                self._group([number], texts, linked, found)
            return
        for number, of_text in zip(group, spans, strict=True):
            found[number] = of_text

    def _spans(self, texts: list[str], linked: list[frozenset[int]]) -> list[list[Span]]:
        """What is to be masked, so that a second scrub of what comes out finds nothing.

        That is not argued but looked at: the very text that will go out is read until nothing is found in it.
        """
        batch = Batch(texts, linked, self._kinds)
        plain = read_as_written(batch, texts)
        found = self._look(batch, texts, plain)
        moving = self._look_at_rest(batch, texts, plain, found)
        for _ in range(_LOOKS - 2):
            moving = self._look_again(moving, texts, linked, found)
        for i in moving:
            found[i] = [_withheld(texts[i], "budget.looks")]
        self._bound(texts, found)
        return found

    def _look_at_rest(
        self, batch: Batch, texts: list[str], plain: list[bool], found: list[list[Span]]
    ) -> list[int]:
        """The first second look, at what is left of a batch; those that are to be read by themselves from now on.

        They are the texts that showed more, and those in which something was found but that are not *plain*.
        """
        if not any(found):
            return []
        rest = Rest(batch, [spans if as_is else [] for spans, as_is in zip(found, plain, strict=True)])
        moving = []
        for i, more in enumerate(self._look(rest, texts, plain)):
            if found[i] and not plain[i]:
                moving.append(i)
            elif found[i] and more:
                found[i] = merge([*found[i], *more], texts[i])
                moving.append(i)
        return moving

    def _look_again(
        self, which: list[int], texts: list[str], linked: list[frozenset[int]], found: list[list[Span]]
    ) -> list[int]:
        """Add what texts show only with their tokens; those that did show something, and so are not at rest."""
        if not which:
            return []
        once = [replace_spans(texts[i], found[i]) for i in which]
        batch = Batch(once, [linked[i] for i in which], self._kinds)
        moved = []
        for i, more in zip(which, self._look(batch, once, read_as_written(batch, once)), strict=True):
            if more:
                found[i] = merge_found(carried(more, found[i]), texts[i])
                moved.append(i)
        return moved

    def _bound(self, texts: list[str], found: list[list[Span]]) -> None:
        """Withhold what tokens, longer than what they stand for, made too long to be read again."""
        most = self._settings.budget.characters
        for i, (text, spans) in enumerate(zip(texts, found, strict=True)):
            if len(text) + LONGEST_TOKEN * len(spans) > most and len(replace_spans(text, spans)) > most:
                found[i] = [_withheld(text, "budget.characters")]

    def _look(self, batch: Batch, texts: list[str], plain: list[bool]) -> list[list[Span]]:
        """What is found when a batch is read once."""
        find_dates(batch, self._people.births)
        find_patterns(batch)
        find_benefits(batch)
        find_surrounded(batch, self._lexicon)
        self._known.find(batch)
        find_towns(batch, self._people, self._lexicon)
        self._run_together.find(batch)
        find_near(batch, self._people, self._lexicon)
        self._rare.find(batch)
        find_unread(batch)
        suspects = self._unknown.find(batch)
        model = self._loaded_model()
        if model is not None:
            seen = len(batch.hits)
            find_by_model(batch, self._unknown.unexplained(batch, suspects), model, self._lexicon)
            complete_names(batch, self._lexicon, self._strictness, since=seen)
        find_adjacent(batch, self._people, self._lexicon)
        find_framed(batch, self._people, self._lexicon)
        complete_firms(batch, self._lexicon)
        self._house.leave(batch)
        self._house.find(batch)
        most = self._settings.budget.spans
        return [
            merge_whole(of_text, text) if len(of_text) <= most else [_withheld(text, "budget.spans")]
            for text, of_text in zip(
                texts, found_by_text(batch, texts, self._people.ids, plain=plain), strict=True
            )
        ]

    def _loaded_model(self) -> Model | None:
        settings = self._settings
        if self._model is None and settings.model is not None:
            threshold = settings.model.threshold[self._strictness]
            recognizer = load_model(settings.model, threshold, settings.ner_batch)
            self._model = Model(recognizer, memo=settings.sentence_memo)
        return self._model


def replace_spans(text: str, spans: Sequence[Span]) -> str:
    """*text* with the token of its type in place of each span."""
    pieces: list[str] = []
    done = 0
    for span in spans:
        pieces += (text[done : span.start], TOKENS[span.entity])
        done = span.end
    pieces.append(text[done:])
    return "".join(pieces)


def _withheld(text: str, rule: str) -> Span:
    return Span(0, len(text), "WITHHELD", rule, 1.0)


@lru_cache(maxsize=1)
def _rules_digest() -> str:
    """Hash of this package's own sources and data: every rule is one of them."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *folder.glob("data/*")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
