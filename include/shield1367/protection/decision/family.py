"""Family groups: protection is shared within one, however far the links reach."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping


def neighbours_of(edges: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Who stands beside whom; an edge to oneself is none."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        if one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    return dict(neighbours)


def ways_from(person: str, neighbours: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Everybody reached from *person* → the shortest way there, from *person* to the last one before.

    Cycles change nothing. Of ways of equal length the first by id, so that the same family always
    gives the same ways.
    """
    ways: dict[str, tuple[str, ...]] = {person: ()}
    todo = deque([person])
    while todo:
        at = todo.popleft()
        for other in sorted(neighbours.get(at, ())):
            if other not in ways:
                ways[other] = (*ways[at], at)
                todo.append(other)
    del ways[person]
    return ways
