"""A small generative grammar: rules of weighted alternatives, expanded with exact spans.

The productions lie in ``grammar/*.txt``; the head of ``shared.txt`` explains the notation.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

_FOLDER = Path(__file__).with_name("grammar")
_TOKEN = re.compile(r"<([a-z0-9_.]+)>|\{([A-Za-z0-9_.]+)\}")
_WEIGHT = re.compile(r"^(\d+)\* ")


class Span(NamedTuple):
    """One identifier in a text, ``text[start:end]``. ``person_id`` is ``None`` for a stranger."""

    start: int
    end: int
    kind: str
    person_id: str | None


class Piece(NamedTuple):
    """What a slot writes: ``prefix`` is prose (``Ms. ``), ``text`` the identifier when it has a kind."""

    prefix: str
    text: str
    kind: str | None = None
    person_id: str | None = None


Slots = Callable[[str], Piece]


@dataclass(slots=True)
class Draft:
    """A text in the making."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[Span] = field(default_factory=list)

    def prose(self, text: str) -> None:
        """Append plain text."""
        if text:
            self.parts.append(text)
            self.length += len(text)

    def piece(self, piece: Piece) -> None:
        """Append what a slot wrote, with its span."""
        if piece.prefix:
            self.prose(piece.prefix)
        if piece.kind is not None and piece.text:
            self.spans.append(Span(self.length, self.length + len(piece.text), piece.kind, piece.person_id))
        self.prose(piece.text)

    @property
    def ends_in_blank(self) -> bool:
        """Whether nothing is there yet, or a blank or line break is last."""
        return not self.parts or self.parts[-1][-1].isspace()

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.parts)


class _Slot(str):
    """The name of a slot; a type of its own so that a production is a flat tuple."""

    __slots__ = ()


class _Rule:
    __slots__ = ("alternatives", "cumulative")

    def __init__(self) -> None:
        self.alternatives: list[tuple[str | _Slot | _Rule, ...]] = []
        self.cumulative: list[int] = []


class Grammar:
    """All rules, linked. ``productions`` counts the alternatives."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Parse the files' *texts*, by file name.

        Raises:
            ValueError: a rule is used but not written, written twice, or a line stands before any rule.
        """
        self._rules: dict[str, _Rule] = {}
        self.slots: set[str] = set()
        lines: list[tuple[str, int, str]] = []
        for name, text in texts.items():
            rule = ""
            for raw in text.splitlines():
                line = raw.strip()
                if line.startswith("@"):
                    rule = line[1:]
                    if rule in self._rules:
                        raise ValueError(f"{name}: rule @{rule} is written twice")
                    self._rules[rule] = _Rule()
                elif line and not line.startswith("#"):
                    if not rule:
                        raise ValueError(f"{name}: a line stands before the first rule")
                    weight = _WEIGHT.match(line)
                    lines.append(
                        (rule, int(weight[1]) if weight else 1, line[weight.end() :] if weight else line)
                    )
        self.productions = len(lines)
        weights: dict[str, list[int]] = {}
        for rule, number, line in lines:
            weights.setdefault(rule, []).append(number)
            self._rules[rule].alternatives.append(self._parse(line))
        for rule, numbers in weights.items():
            self._rules[rule].cumulative = list(accumulate(numbers))
        if empty := sorted(name for name, rule in self._rules.items() if not rule.alternatives):
            raise ValueError(f"rules without a line: {', '.join(empty)}")

    def rules(self) -> frozenset[str]:
        """Names of all rules."""
        return frozenset(self._rules)

    def expand(self, rule: str, slots: Slots, rng: Random, draft: Draft) -> None:
        """Write one expansion of *rule* at the end of *draft*."""
        _expand(self._rules[rule], slots, rng, draft)

    def _parse(self, line: str) -> tuple[str | _Slot | _Rule, ...]:
        parts: list[str | _Slot | _Rule] = []
        at = 0
        line = "" if line == "-" else line.replace("\\n", "\n")
        for match in _TOKEN.finditer(line):
            if match.start() > at:
                parts.append(line[at : match.start()])
            if match[1]:
                if match[1] not in self._rules:
                    raise ValueError(f"rule <{match[1]}> is used but not written")
                parts.append(self._rules[match[1]])
            else:
                self.slots.add(match[2])
                parts.append(_Slot(match[2]))
            at = match.end()
        if at < len(line):
            parts.append(line[at:])
        return tuple(parts)


def _expand(rule: _Rule, slots: Slots, rng: Random, draft: Draft) -> None:
    cumulative = rule.cumulative
    written = draft.parts
    for part in rule.alternatives[bisect(cumulative, rng.random() * cumulative[-1])]:
        if isinstance(part, _Rule):
            _expand(part, slots, rng, draft)
        elif isinstance(part, _Slot):
            draft.piece(slots(part))
        else:
            # An empty expansion leaves its blanks; no text begins with a blank or doubles one.
            if part[0] == " " and (not written or written[-1][-1] in " \n"):
                part = part[1:]
            if part:
                written.append(part)
                draft.length += len(part)


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The grammar of all narratives."""
    return Grammar({path.name: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.txt"))})
