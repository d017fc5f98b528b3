"""JSON inside the cells of one column, treated key by key.

The contract names the keys that are known, ``contact.phone`` for one inside an object. An object stays an object and
a list a list; keys come in the contract's order, whatever theirs was, so that no order tells rows apart.

Narratives inside are scrubbed together with those of other rows: a cell is read, what was found in it is scrubbed,
and the cell is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shield1367.config.fields import Treatment
from shield1367.intake.objects import parse_json
from shield1367.intake.rows import cell

# What becomes of a value under a key, given its text and the person; ``None`` for a key that does not go.
Leaf = Callable[[str | None, str], Any]
Tree = dict[str, Any]
Keys = Mapping[str, tuple[str, Treatment]]


@dataclass(slots=True, repr=False, eq=False)
class Passage:
    """A narrative inside a cell; *scrubbed* is what goes in its place, nothing until somebody has set it."""

    text: str
    scrubbed: str | None = None

    def __repr__(self) -> str:
        # The text must not reach a log by way of a traceback.
        return "Passage()"


@dataclass(frozen=True, slots=True, repr=False)
class OpenCell:
    """A cell with what may go of it, but for its *passages*, which wait to be scrubbed."""

    content: Any
    passages: tuple[Passage, ...] = ()

    def written(self) -> str:
        """The cell as it is released."""
        return json.dumps(self.content, ensure_ascii=False, default=_scrubbed)

    def __repr__(self) -> str:
        return f"OpenCell({len(self.passages)} passages)"


class JsonCells:
    """Treats the cells of one column, one after the other.

    Attributes:
        removed: keys and items that no plan names, or of another shape than it names, which are removed: drift.
    """

    def __init__(self, keys: Keys, of_cell: Callable[[str, Treatment], Leaf]) -> None:
        self.removed = 0
        self._tree: Tree = {}
        self._passages: list[Passage] = []
        for path, (kind, treatment) in keys.items():
            leaf: Leaf | None = None
            if treatment is Treatment.SCRUB:
                leaf = self._passage
            elif treatment not in (Treatment.DROP, Treatment.WITHHOLD):
                leaf = of_cell(kind, treatment)
            put(self._tree, path, (leaf, treatment))

    def read(self, text: str | None, who: str) -> OpenCell | None:
        """A cell with what may go of it; ``None`` for one that is neither an object nor a list."""
        if text is None:
            return None
        try:
            content = parse_json(text)
        except (ValueError, RecursionError):
            return None  # it cannot be treated key by key
        if not isinstance(content, dict | list):
            return None
        self._passages = []
        treated = self._branch(content, self._tree, who)
        return OpenCell(treated, tuple(self._passages))

    def _passage(self, text: str | None, who: str) -> Passage | None:
        if not text:
            return None
        self._passages.append(Passage(text))
        return self._passages[-1]

    def _branch(self, content: dict[str, Any] | list[Any], tree: Tree, who: str) -> Any:
        if isinstance(content, list):
            items = [item for item in content if isinstance(item, dict)]
            self.removed += len(content) - len(items)
            return [self._branch(item, tree, who) for item in items]
        self.removed += sum(key not in tree for key in content)
        treated = {}
        for key, inner in tree.items():
            value = content.get(key)
            if value is None:
                continue
            nested = isinstance(value, dict | list)
            if nested != isinstance(inner, dict):
                self.removed += 1
            elif nested:
                treated[key] = self._branch(value, inner, who)
            elif inner[0] is not None:
                use, treatment = inner
                treated[key] = _scalar(value, use, treatment, who)
        return treated


def passages_in(keys: Keys, text: str | None) -> tuple[str, ...]:
    """The narratives inside a cell, in the order in which they are scrubbed."""
    found = JsonCells({path: how for path, how in keys.items() if how[1] is Treatment.SCRUB}, _no_leaf)
    opened = found.read(text, "")
    return tuple(passage.text for passage in opened.passages) if opened else ()


def put(tree: Tree, path: str, value: Any) -> None:
    """Set what stands under a dotted *path*."""
    *above, last = path.split(".")
    for key in above:
        tree = tree.setdefault(key, {})
    tree[last] = value


def _scalar(value: Any, use: Leaf, treatment: Treatment, who: str) -> Any:
    result = use(cell(value), who)
    if isinstance(result, date):
        return result.isoformat()
    # What is kept as text is kept as it was: a number as a number, `true` as `true`.
    return value if treatment is Treatment.KEEP and isinstance(result, str) else result


def _scrubbed(passage: Passage) -> str | None:
    return passage.scrubbed


def _no_leaf(kind: str, treatment: Treatment) -> Leaf:
    raise AssertionError("only narratives are asked for")
