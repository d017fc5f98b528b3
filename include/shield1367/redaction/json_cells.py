"""JSON inside the cells of one column, treated key by key.

The contract names the keys that are known, ``contact.phone`` for one inside an object. An object stays an object and
a list a list; keys come in the contract's order, whatever theirs was, so that no order tells rows apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from shield1367.config.fields import Treatment
from shield1367.intake.objects import parse_json
from shield1367.intake.rows import cell

# What becomes of a value under a key, given its text and the person; ``None`` for a key that does not go.
Leaf = Callable[[str | None, str], Any]
Tree = dict[str, Any]
Keys = Mapping[str, tuple[str, Treatment]]


class JsonCells:
    """Treats the cells of one column, one after the other.

    Attributes:
        removed: keys and items that no plan names, or of another shape than it names, which are removed: drift.
    """

    def __init__(self, keys: Keys, of_cell: Callable[[str, Treatment], Leaf]) -> None:
        self.removed = 0
        self._tree: Tree = {}
        for path, (kind, treatment) in keys.items():
            goes = treatment not in (Treatment.DROP, Treatment.WITHHOLD)
            put(self._tree, path, (of_cell(kind, treatment) if goes else None, treatment))

    def treat(self, text: str | None, who: str) -> str | None:
        """A cell with what may go of it; ``None`` for one that is neither an object nor a list."""
        if text is None:
            return None
        try:
            content = parse_json(text)
        except (ValueError, RecursionError):
            return None  # it cannot be treated key by key
        if not isinstance(content, dict | list):
            return None
        return json.dumps(self._branch(content, self._tree, who), ensure_ascii=False)

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
