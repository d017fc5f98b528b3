"""The search for the levels that lose least while k and l hold: global recoding over the lattice.

Every choice of one level a kind is a node. Nodes are tried in the order of what they lose, so the first that holds
loses least, whether or not levels lie within one another. As in Incognito, what two or three columns alone make too
rare rules out every node that has them at these levels; nothing is ruled out that could have held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from shield1367.config.recipient.generalisation import Levels
from shield1367.errors import TerminalError
from shield1367.redaction.classes.grouping import Grouper, Grouping
from shield1367.redaction.classes.observed import Observed


class UnreachableError(TerminalError):
    """Error raised when no choice of levels puts everybody among enough others."""

    code = "E509"


@dataclass(frozen=True, slots=True)
class Node:
    """A choice of levels: kind → number of its level, and what that loses (0 nothing, 1 everything)."""

    levels: Mapping[str, int]
    loss: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The node that was chosen, and what it makes of each table."""

    node: Node
    groupings: tuple[Grouping, ...]


def lattice(hierarchies: Mapping[str, Levels]) -> Iterator[Node]:
    """All nodes, by loss: the mean over the kinds of how far up its hierarchy each is."""
    heights = {kind: max(len(levels) - 1, 1) for kind, levels in hierarchies.items()}
    nodes = (
        dict(zip(hierarchies, steps, strict=True))
        for steps in product(*(range(len(levels)) for levels in hierarchies.values()))
    )
    losses = [
        Node(node, sum(step / heights[kind] for kind, step in node.items()) / max(len(node), 1))
        for node in nodes
    ]
    # Rounded: sums of the same steps in another order are the same loss.
    yield from sorted(losses, key=lambda node: (round(node.loss, 9), tuple(node.levels.values())))


def choose(
    tables: Sequence[Observed], hierarchies: Mapping[str, Levels], *, k: int, least: int, at_most: float
) -> Choice:
    """The levels that lose least.

    Args:
        least: l, different values of each telling column in every class.
        at_most: share of a table's rows that may be emptied.

    Raises:
        UnreachableError: not even with every quasi-identifier withheld.
    """
    groupers = [Grouper(table) for table in tables]
    for node in lattice(hierarchies):
        groupings: list[Grouping] = []
        for table, grouper in zip(tables, groupers, strict=True):
            levels = [node.levels[kind] for kind in table.columns.values()]
            if _is_hopeless(grouper, levels, k=k, least=least, at_most=at_most):
                break
            found = grouper.group(levels, k=k, least=least, at_most=at_most)
            if not found.reached or found.suppressed_rows > at_most * found.rows:
                break
            groupings.append(found)
        else:
            return Choice(node, tuple(groupings))
    why = "; ".join(why for grouper in groupers for why in grouper.shortfalls(k=k, least=least))
    raise UnreachableError(
        f"no generalisation puts everybody among {k} people with {least} different values of what is telling ({why}).",
        mend="wait until more is staged, which goes together with it, or take the table out of the profile's datasets;"
        " of a telling kind, withhold it or ask for a smaller l.",
    )


def _is_hopeless(grouper: Grouper, levels: Sequence[int], *, k: int, least: int, at_most: float) -> bool:
    """Whether a few of the columns alone make more rows too rare than may be emptied."""
    columns = list(enumerate(levels))
    return any(
        grouper.least_lost(some, k=k, least=least) > at_most * grouper.rows
        for size in range(1, min(len(columns), _WIDEST + 1))
        for some in combinations(columns, size)
    )


# Wider combinations cost as much to rule out as to try.
_WIDEST = 3
