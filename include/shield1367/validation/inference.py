"""What the reader of tables could work out: by adding up, and by subtracting an earlier release from a later one."""

from __future__ import annotations

from collections.abc import Iterator

from shield1367.validation.published import Key, Published


def exposed(tables: Published, smallest: int) -> int:
    """Hidden cells whose rows follow from what is shown, exactly or to within less than *smallest*.

    An interval audit: the least and the greatest value of every hidden cell under everything published. Tables that
    contradict themselves expose everything.
    """
    hidden = tables.hidden
    if not hidden:
        return 0
    # Loaded when there is something to solve.
    import numpy as np
    from scipy.optimize import linprog

    place = {key: number for number, key in enumerate(hidden)}
    equations, right = [], []
    for (total, _), parts in tables.lines.items():
        if total not in tables.known:
            continue
        row = np.zeros(len(hidden))
        value = 0.0
        for key, sign in [(total, -1.0), *((part, 1.0) for part in parts)]:
            rows = tables.known[key][0]
            if rows is None:
                row[place[key]] += sign
            else:
                value -= sign * rows
        if row.any():
            equations.append(row)
            right.append(value)
        elif value:
            return len(hidden)
    if not equations:
        return 0
    found = 0
    for number in range(len(hidden)):
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(hidden))
            aim[number] = sign
            solved = linprog(aim, A_eq=np.array(equations), b_eq=right, bounds=(1, None), method="highs")
            if solved.status == _NO_LIMIT:
                ends.append(float("inf") if sign < 0 else 1.0)
            elif solved.status == 0:
                ends.append(sign * solved.fun)
            else:
                return len(hidden)
        # Rounded: the solver works in floating point, the counts are whole.
        found += round(ends[1], 6) < smallest or round(ends[1] - ends[0], 6) < smallest - 1
    return found


_NO_LIMIT = 3


def few_people(tables: Published, smallest: int) -> int:
    """Lines whose total of people, minus those shown, leaves a count of 1 to *smallest* - 1 for what is hidden."""
    found = 0
    for (total, _), parts in tables.lines.items():
        people = [tables.known[part][1] for part in parts]
        whole = tables.known.get(total, (None, None))[1]
        if whole is not None and None in people:
            found += 0 < whole - sum(count or 0 for count in people) < smallest
    return found


def differing(now: Published, before: Published, smallest: int) -> int:
    """Cells and lines where the later release minus the earlier one is a count of 1 to *smallest* - 1."""
    changes = {key: change for key in now.known if (change := _change(now, before, key)) is not None}
    small = sum(any(0 < abs(number) < smallest for number in change) for change in changes.values())
    return small + sum(0 < abs(rest) < smallest for rest in _rests(now, before, changes))


def _change(now: Published, before: Published, key: Key) -> tuple[int, ...] | None:
    """How rows and people of a cell have changed; ``None`` unless it is shown in both."""
    later, earlier = now.known[key], before.known.get(key)
    if earlier is None and before.was_empty(key):
        earlier = (0, 0)
    if earlier is None or later[0] is None or earlier[0] is None:
        return None
    pairs = [(later[0], earlier[0])]
    if later[1] is not None and earlier[1] is not None:
        pairs.append((later[1], earlier[1]))
    return tuple(new - old for new, old in pairs)


def _rests(now: Published, before: Published, changes: dict[Key, tuple[int, ...]]) -> Iterator[int]:
    """For each line shown in both: how much those of its cells have changed that are not shown in both."""
    for (total, along), parts in now.lines.items():
        if total not in changes:
            continue
        rest = changes[total][0] - sum(changes[part][0] for part in parts if part in changes)
        for part in before.lines.get((total, along), set()) - parts:
            # Shown then and empty now: in no table, so its change is known.
            rest += before.known[part][0] or 0
        yield rest
