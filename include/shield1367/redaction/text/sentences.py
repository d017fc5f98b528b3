"""Sentences of a batch that the model must read, with what is known already put as tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import re2

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.ner import Named, Recognizer
from shield1367.redaction.text.tokens import TOKEN, TOKENS

# Of a token one character is as good as all: it stands for a word, however short.
_END = re2.compile(rb"(?:\x1f|[A-Za-z0-9)\]\"'\x1f]{2})[.!?][\"')]*[ \t]+|[\n\r]+|\x1e")
_ROUNDS: Final = 4


class Model:
    """A recogniser with a memory of sentences, shared by all batches of a scrubber."""

    def __init__(self, recognizer: Recognizer, *, memo: int) -> None:
        self._recognizer = recognizer
        self._memo: OrderedDict[str, tuple[Named, ...]] = OrderedDict()
        self._size = memo

    def forgetful(self) -> Model:
        """The same recogniser without the sentences that were seen."""
        return Model(self._recognizer, memo=self._size)

    def find(self, sentences: Sequence[str]) -> list[tuple[Named, ...]]:
        """Findings per sentence, until the model finds nothing more in what is left."""
        unknown = list(dict.fromkeys(s for s in sentences if s not in self._memo))
        results = self._until_silent(unknown)
        answers = {s: self._memo[s] for s in sentences if s in self._memo} | results
        for sentence in dict.fromkeys(sentences):
            self._memo[sentence] = answers[sentence]
            self._memo.move_to_end(sentence)
        while len(self._memo) > self._size:
            self._memo.popitem(last=False)
        return [answers[sentence] for sentence in sentences]

    def _until_silent(self, sentences: list[str]) -> dict[str, tuple[Named, ...]]:
        found: dict[str, list[Named]] = {sentence: [] for sentence in sentences}
        open_ = sentences
        for _ in range(_ROUNDS):
            views = [View.of(sentence, found[sentence]) for sentence in open_]
            again = []
            for sentence, view, named in zip(
                open_, views, self._recognizer.find([v.text for v in views]), strict=True
            ):
                new = [part for n in named for part in view.back(n)]
                if new:
                    found[sentence] += new
                    again.append(sentence)
            open_ = again
            if not open_:
                break
        return {sentence: tuple(named) for sentence, named in found.items()}


class View:
    """A sentence with some stretches replaced by tokens, and the way back."""

    def __init__(self, text: str, pieces: list[tuple[int, int, int]]) -> None:
        self.text = text
        self._pieces = pieces

    @classmethod
    def of(cls, sentence: str, found: Sequence[Named]) -> View:
        """Put the token of each finding in its place; overlapping ones count once."""
        text, pieces, done = [], [], 0
        length = 0
        for named in sorted(found, key=lambda n: (n.start, -n.end)):
            if named.start < done:
                continue
            text.append(sentence[done : named.start])
            pieces.append((length, done, named.start - done))
            length += named.start - done + len(TOKENS[named.entity])
            text.append(TOKENS[named.entity])
            done = named.end
        text.append(sentence[done:])
        pieces.append((length, done, len(sentence) - done))
        return cls("".join(text), pieces)

    def back(self, named: Named) -> list[Named]:
        """The parts of a finding that lie outside tokens, in the sentence's own offsets."""
        parts = []
        for at, source, length in self._pieces:
            start, end = max(named.start, at), min(named.end, at + length)
            if start < end and any(map(str.isalnum, self.text[start:end])):
                inside = [m.span() for m in TOKEN.finditer(self.text) if m.start() < end and m.end() > start]
                if not inside:
                    parts.append(Named(start - at + source, end - at + source, named.entity, named.score))
        return parts


def find_by_model(batch: Batch, unexplained: Sequence[int], model: Model, lexicon: Lexicon) -> None:
    """Read the sentences around *unexplained* words and add what the model names in them."""
    if not unexplained:
        return
    ends = [match.end() for match in _END.finditer(batch.ascii)]
    chosen = sorted({bisect_right(ends, batch.starts[word]) for word in unexplained})
    cover = _cover(batch)
    stretches = []
    for number in chosen:
        start = ends[number - 1] if number else 0
        end = ends[number] if number < len(ends) else len(batch.cased)
        stretches.append((start, batch.cased[start:end].rstrip(" \t\n\r\x1e")))
    views = [View.of(sentence, _inside(cover, start, start + len(sentence))) for start, sentence in stretches]
    for (start, _), view, named in zip(stretches, views, model.find([v.text for v in views]), strict=True):
        for part in (part for n in named for part in view.back(n)):
            _accept(batch, Named(part.start + start, part.end + start, part.entity, part.score), lexicon)


def _cover(batch: Batch) -> list[tuple[int, int, str]]:
    stretches = sorted([*batch.earlier, *((hit.start, hit.end, hit.entity) for hit in batch.hits)])
    merged: list[tuple[int, int, str]] = []
    for start, end, entity in stretches:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        elif (
            merged
            and entity == merged[-1][2] == "PERSON"
            and batch.cased[merged[-1][1] : start] in (" ", "-")
        ):
            merged[-1] = (merged[-1][0], end, entity)
        else:
            merged.append((start, end, entity))
    return merged


def _inside(cover: list[tuple[int, int, str]], start: int, end: int) -> list[Named]:
    first = max(0, bisect_right(cover, (start, -1, "")) - 1)
    inside = []
    for begin, finish, entity in cover[first:]:
        if begin >= end:
            break
        if finish > start:
            inside.append(Named(max(begin, start) - start, min(finish, end) - start, entity, 1.0))
    return inside


def _accept(batch: Batch, named: Named, lexicon: Lexicon) -> None:
    """Add what the model found, less what stays readable: institutions, countries, plain words it doubts."""
    word = batch.word_at(named.start)
    words = []
    while word < len(batch.words) and batch.starts[word] < named.end:
        if batch.words[word]:
            words.append(word)
        word += 1
    if not words:
        return
    if named.entity != "ADDRESS":
        spoken = [batch.words[w] for w in words]
        if all(w in lexicon.institutional for w in spoken) and not (
            named.entity == "PERSON"
            and all(w in lexicon.function_words for w in spoken)
            and named.score >= 0.5
        ):
            return
        if all(w in lexicon.plain for w in spoken) and named.score < 0.5:
            return
    batch.add(Hit(named.start, named.end, named.entity, "model.ner", round(min(0.99, named.score), 3) * 0.8))
