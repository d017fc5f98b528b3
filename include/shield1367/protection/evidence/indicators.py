"""Reason to believe: the sentences of a narrative that say somebody may be protected, as coordinates.

The law asks what staff have reason to believe, so a phrase counts unless its own sentence takes it back: there is
none, the person denies what only a person can deny, the question was answered no, or it is said of somebody whose
family the person is not. A negation reaches a phrase only over known words; a sentence that also says "but" or
"at first" takes nothing back. Time is linear in the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import re2

from shield1367.config.indicators import Context, Frame, Indicators
from shield1367.config.phrases import pattern
from shield1367.protection.evidence.plain import places, plain

_MEMORY = 64 << 20
# Characters from a negation to the last phrase it takes back; also what keeps the time linear.
_REACH = 400
# A full stop ends a sentence after a word, not after an initial or a title: half a sentence could lose its "but".
_END = rb"[a-z0-9]{3}[.!?]+[\")\]]*\s+|[0-9)\]\"][.!?]+[\")\]]*\s+|[!?]+[\")\]]*\s+|\n\s*\n"
_GAP = r"[\s/()\"-]*"
_NAME = r"(?:[\s\"(]+[a-z0-9.-]+){0,5}?"


class Indication(NamedTuple):
    """One sentence that gives reason to believe: ``text[start:stop]`` of the narrative."""

    start: int
    stop: int
    group: str


@dataclass(slots=True)
class _Cluster:
    """Phrases that overlap, of one or several groups: cancelled together or not at all."""

    start: int
    stop: int
    groups: set[str]
    cancelled_by: frozenset[Context]


class _CompiledFrame:
    """A turn of speech that gives the phrase behind it to another person, or to a place."""

    def __init__(self, frame: Frame) -> None:
        self._frame = _compile(rf"{pattern(frame.openings)}({_NAME})\s+{pattern(frame.closings)}")
        self.fillers = _compile(rf"{_GAP}(?:{pattern(frame.fillers)}{_GAP})*")
        self._stops = _compile(pattern(frame.stops))

    def ends(self, sentence: bytes) -> Iterator[int]:
        """Where the frame ends and its phrase would begin, unless the rest of the sentence says more."""
        for match in self._frame.finditer(sentence):
            if len(sentence) - match.end() <= _REACH and not self._stops.search(sentence, match.start(1)):
                yield match.end()


class IndicatorReader:
    """Reads narratives for the phrases of ``indicators.yaml``; compiled once."""

    def __init__(self, indicators: Indicators) -> None:
        groups, contexts = indicators.groups, indicators.contexts
        self._any = _compile(pattern(phrase for group in groups.values() for phrase in group.phrases))
        self._phrases = {name: _compile(pattern(group.phrases)) for name, group in groups.items()}
        self._traps = {name: _compile(pattern(group.traps)) for name, group in groups.items() if group.traps}
        self._cancelled_by = {name: frozenset(group.cancelled_by) for name, group in groups.items()}
        self._ends = re2.compile(_END, _options())
        self._openings = {
            Context.ABSENCE: _compile(pattern(contexts.absence)),
            Context.DENIAL: _compile(pattern(contexts.denial)),
        }
        self._revives = _compile(pattern(contexts.revives))
        bridges, alternatives = pattern(contexts.bridges), pattern(contexts.alternatives)
        self._bridge = _compile(rf"{_GAP}(?:{bridges}{_GAP})*")
        self._or = _compile(rf",?{_GAP}{alternatives}{_GAP}(?:{bridges}{_GAP})*")
        self._comma = _compile(rf"{_GAP},{_GAP}(?:{bridges}{_GAP})*")
        # An answer ends there: "Order No. 12" and "U visa: no decision" are none.
        self._answer = _compile(
            rf"(?:\s*[:?=-]+[\s\")]*{pattern(contexts.answers)}"
            rf"|[\s,]+(?:{pattern(('and', 'she', 'he', 'subject', 'y'))}\s+)*{pattern(contexts.replies)})"
            r"\s*(?:$|[;,|)\n]|\.\s*$|\.\s+[a-z(])"
        )
        self._frames = {
            Context.OTHER_PERSON: _CompiledFrame(contexts.other_person),
            Context.PLACE: _CompiledFrame(contexts.place),
        }

    def read(self, text: str) -> list[Indication]:
        """The sentences of *text* that give reason to believe, each once for every group of phrases in it."""
        folded = plain(text)
        if self._any.search(folded) is None:
            return []
        ends = [match.end() for match in self._ends.finditer(folded)]
        found = set()
        for start, stop, clusters in _by_sentence(folded, self._clusters(folded), ends):
            standing = self._standing(folded, start, stop, clusters)
            found |= {(start, stop, group) for cluster in standing for group in cluster.groups}
        if not found:
            return []
        place = places(text)
        return sorted(Indication(place[start], place[stop], group) for start, stop, group in found)

    def _clusters(self, folded: bytes) -> list[_Cluster]:
        hits = sorted(
            (match.start(), match.end(), name)
            for name, phrases in self._phrases.items()
            for match in self._outside_traps(name, folded, phrases)
        )
        clusters: list[_Cluster] = []
        for start, stop, name in hits:
            last = clusters[-1] if clusters else None
            if last is not None and start < last.stop:
                last.stop = max(last.stop, stop)
                last.groups.add(name)
                last.cancelled_by &= self._cancelled_by[name]
            else:
                clusters.append(_Cluster(start, stop, {name}, self._cancelled_by[name]))
        return clusters

    def _outside_traps(self, name: str, folded: bytes, phrases: re2._Regexp) -> Iterator[re2._Match]:
        traps = [m.span() for m in self._traps[name].finditer(folded)] if name in self._traps else []
        starts = [start for start, _ in traps]
        for match in phrases.finditer(folded):
            before = bisect_right(starts, match.start()) - 1
            if before < 0 or match.end() > traps[before][1]:
                yield match

    def _standing(self, folded: bytes, start: int, stop: int, clusters: list[_Cluster]) -> list[_Cluster]:
        """The clusters of one sentence that nothing takes back."""
        sentence = folded[start:stop]
        if self._revives.search(sentence) is not None:
            return clusters
        cancelled: set[int] = set()
        for context, openings in self._openings.items():
            for match in openings.finditer(sentence):
                cancelled |= self._reach(folded, start + match.end(), clusters, context)
        for context, frame in self._frames.items():
            for at in frame.ends(sentence):
                framed = _next(folded, start + at, clusters, frame.fillers)
                if framed is not None and context in clusters[framed].cancelled_by:
                    cancelled.add(framed)
        for index, cluster in enumerate(clusters):
            if Context.ANSWER in cluster.cancelled_by and self._answer.match(folded, cluster.stop):
                cancelled.add(index)
        return [cluster for index, cluster in enumerate(clusters) if index not in cancelled]

    def _reach(self, folded: bytes, at: int, clusters: Sequence[_Cluster], context: Context) -> set[int]:
        """The clusters that a negation ending at *at* takes back.

        From one phrase it goes on to the next over "or"; over a comma only when an "or" still follows and both
        can be taken back alike: behind a comma, "no abuse, U visa pending" says something new.
        """
        first = _next(folded, at, clusters, self._bridge)
        if first is None or context not in clusters[first].cancelled_by:
            return set()
        firm, waiting = {first}, set[int]()
        for index in range(first + 1, len(clusters)):
            last, cluster = clusters[index - 1], clusters[index]
            if context not in cluster.cancelled_by or cluster.start - at > _REACH:
                break
            between = folded[last.stop : cluster.start]
            waiting.add(index)
            if self._or.fullmatch(between):
                firm |= waiting
                waiting = set()
            elif not self._comma.fullmatch(between) or not _alike(cluster, last):
                break
        return firm


def reader_of(indicators: Indicators) -> IndicatorReader:
    """The reader for *indicators*; the one made before when they are equal, since compiling takes time."""
    return _reader_of(indicators.model_dump_json())


@lru_cache(maxsize=4)
def _reader_of(content: str) -> IndicatorReader:
    return IndicatorReader(Indicators.model_validate_json(content))


def _alike(one: _Cluster, other: _Cluster) -> bool:
    return (Context.DENIAL in one.cancelled_by) == (Context.DENIAL in other.cancelled_by)


def _next(folded: bytes, at: int, clusters: Sequence[_Cluster], between: re2._Regexp) -> int | None:
    """The first cluster behind *at* when nothing but *between* stands before it."""
    first = bisect_left(clusters, at, key=lambda cluster: cluster.start)
    if first == len(clusters) or clusters[first].start - at > _REACH:
        return None
    return first if between.fullmatch(folded[at : clusters[first].start]) else None


def _by_sentence(
    folded: bytes, clusters: Sequence[_Cluster], ends: Sequence[int]
) -> Iterator[tuple[int, int, list[_Cluster]]]:
    """Start and stop of every sentence that holds a cluster, with its clusters."""
    edges = [0, *(end for end in ends if end < len(folded)), len(folded)]
    grouped: dict[int, list[_Cluster]] = {}
    for cluster in clusters:
        grouped.setdefault(bisect_right(edges, cluster.start) - 1, []).append(cluster)
    for number, inside in grouped.items():
        # A phrase that a blank line cuts in two reaches into the next sentence.
        last = bisect_left(edges, max(cluster.stop for cluster in inside))
        sentence = folded[edges[number] : edges[last]]
        start = edges[number] + len(sentence) - len(sentence.lstrip())
        yield start, edges[number] + len(sentence.rstrip()), inside


def _compile(expression: str) -> re2._Regexp:
    return re2.compile(expression.encode(), _options())


def _options() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.longest_match = True
    options.max_mem = _MEMORY
    # A pattern that does not compile raises; RE2 need not also write it to the log.
    options.log_errors = False
    return options
