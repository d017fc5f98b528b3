"""Family groups: protection is shared within one, however far the links reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def groups(edges: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Connected groups of at least two people; cycles and repeated edges change nothing."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        if one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    found, seen = [], set[str]()
    for start in sorted(neighbours):
        if start in seen:
            continue
        group, todo = set[str](), [start]
        while todo:
            person = todo.pop()
            if person not in group:
                group.add(person)
                todo += neighbours[person]
        seen |= group
        found.append(group)
    return found
