from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.fields import Treatment
from shield1367.redaction.json_cells import JsonCells, passages_in
from shield1367.validation.engine import open_validator
from tests.redaction.test_columns import TREATER

KEYS = {
    "a_number": ("a_number", Treatment.TOKEN),
    "count": ("count", Treatment.KEEP),
    "code": ("operational_code", Treatment.KEEP),
    "contact.phone": ("phone", Treatment.DROP),
    "contact.since": ("event_date", Treatment.YEAR),
    "contact.home.state": ("state", Treatment.KEEP),
}
PLANNED = {
    "a_number": r"^\[A_NUMBER\]$",
    "count": r"^-?[0-9]+$",
    "code": "",
    "contact.since": r"^[0-9]{4}$",
    "contact.home.state": r"^[A-Z]{2}$",
}


def column() -> JsonCells:
    return JsonCells(KEYS, partial(TREATER.of_cell, personal=False))


@cache
def judge() -> Callable[[object, dict[str, re.Pattern[str]]], bool]:
    open_validator()  # loads what the validation is made of
    from shield1367.validation.expectations import holds_planned_json

    return holds_planned_json


def holds(cell: str) -> bool:
    """What the validation says of a released cell."""
    return judge()(cell, {key: re.compile(pattern) for key, pattern in PLANNED.items()})


def treat(content: Any) -> tuple[Any, int]:
    """What is left of a cell, and how many keys were removed."""
    cells = column()
    opened = cells.read(json.dumps(content), "somebody")
    return None if opened is None else json.loads(opened.written()), cells.removed


def test_keys_are_treated_where_they_stand() -> None:
    content = {
        "contact": {"home": {"state": "WA"}, "since": "2021-03-04", "phone": "555-0100"},
        "a_number": "A200000001",
    }
    assert treat(content) == (
        {"a_number": "[A_NUMBER]", "contact": {"since": 2021, "home": {"state": "WA"}}},
        0,
    )


def test_keys_come_in_the_contracts_order_and_values_in_their_own_type() -> None:
    opened = column().read('{"code": true, "count": 2.0, "a_number": "x"}', "")
    assert opened is not None
    assert opened.written() == '{"a_number": "[A_NUMBER]", "count": 2, "code": true}'
    assert treat([{"code": 1.5}, {"code": "1.5"}]) == ([{"code": 1.5}, {"code": "1.5"}], 0)


@pytest.mark.parametrize(
    ("content", "left", "removed"),
    [
        ({"notes": "VAWA", "count": 1}, {"count": 1}, 1),
        ({"contact": {"notes": "VAWA"}}, {"contact": {}}, 1),
        ({"contact": "VAWA"}, {}, 1),
        ({"contact": [{"since": "2020-01-01"}, "VAWA"]}, {"contact": [{"since": 2020}]}, 1),
        ({"contact.since": "2020-01-01"}, {}, 1),
        ({"code": {"VAWA": 1}}, {}, 1),
        ([{"count": 1}, ["VAWA"], None], [{"count": 1}], 2),
        ({"contact": {"home": {"state": "VAWA"}}}, {"contact": {"home": {"state": None}}}, 0),
        ({"contact": {"phone": "555-0100"}, "count": None}, {"contact": {}}, 0),
    ],
)
def test_what_no_contract_names_is_removed_and_counted(content: Any, left: Any, removed: int) -> None:
    assert treat(content) == (left, removed)


def test_a_key_that_comes_twice_is_no_object() -> None:
    """The second would hide the first from whoever reads only one."""
    assert column().read('{"count": 1, "count": 2}', "") is None


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=6))
names = st.one_of(
    st.sampled_from(["a_number", "count", "code", "contact", "since", "home", "state", "phone"]),
    st.text(max_size=4),
)
contents = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=5)),
    max_leaves=12,
)


@given(contents)
def test_whatever_stands_in_a_cell_the_release_holds_the_plan(content: Any) -> None:
    opened = column().read(json.dumps(content), "somebody")
    assert (opened is None) == (not isinstance(content, dict | list))
    if opened is not None:
        left = opened.written()
        assert type(json.loads(left)) is type(content)
        assert holds(left)


NOTES = {
    "NOTE": ("narrative", Treatment.SCRUB),
    "by.NOTE": ("narrative", Treatment.SCRUB),
    "n": KEYS["count"],
}


def notes() -> JsonCells:
    return JsonCells(NOTES, partial(TREATER.of_cell, personal=False))


@given(contents.map(lambda inner: [{"NOTE": "one", "by": [{"NOTE": "two", "x": inner}, inner]}, inner]))
def test_a_narrative_goes_only_as_it_was_scrubbed(content: Any) -> None:
    cell = json.dumps(content)
    opened = notes().read(cell, "somebody")
    assert opened is not None
    assert tuple(passage.text for passage in opened.passages) == passages_in(NOTES, cell)
    assert {"one", "two"} <= {passage.text for passage in opened.passages}
    assert not re.search(r'"NOTE": [^n]', opened.written())
    for number, passage in enumerate(opened.passages):
        passage.scrubbed = f"scrubbed {number}"
    found = re.findall(r'"NOTE": "(.*?)"', opened.written())
    assert found == [f"scrubbed {number}" for number in range(len(opened.passages))]


def test_neither_a_cell_nor_what_is_found_in_it_says_what_it_holds() -> None:
    opened = notes().read('{"NOTE": "secret"}', "somebody")
    assert opened is not None
    assert "secret" not in repr(opened) + repr(opened.passages)


@pytest.mark.parametrize(
    "cell",
    [
        '{"contact": {"phone": "555-0100"}}', '{"contact": "x"}', '{"contact.since": 2020}', '{"count": {"count": 1}}',
        '{"contact": ["x"]}', '{"other": {}}', '{"contact": {"home": {"state": "Washington"}}}',
    ],
)  # fmt: skip
def test_the_validation_sees_the_inside(cell: str) -> None:
    assert not holds(cell)
