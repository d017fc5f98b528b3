from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.validation.engine import open_validator
from shield1367.validation.outcomes import Severity
from shield1367.validation.projection import RAISED, Verdict, outcome_of, project
from shield1367.validation.suites import IN_SET, MATCH, NOT_MATCH, Check

CANARY = "Zyxwvquist"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(CANARY) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.just(CANARY) | st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


def result(**changes: Any) -> dict[str, Any]:
    plain = {
        "success": True,
        "expectation_config": {"meta": {"check": 0}, "kwargs": {"column": CANARY}},
        "result": {"element_count": 5, "unexpected_count": 0, "observed_value": CANARY},
        "exception_info": {"raised_exception": False, "exception_message": None, "exception_traceback": None},
    }
    return plain | changes


def test_counts_and_booleans_pass_and_nothing_else() -> None:
    assert project([result()], checks=1) == (Verdict(True, False, 0, 5),)


@given(
    st.fixed_dictionaries(
        {
            "result": st.dictionaries(
                st.sampled_from(["element_count", "unexpected_count", "observed_value"]), json_values
            ),
            "exception_info": json_values,
            "success": json_values,
        }
    )
)
def test_no_value_gets_through_whatever_the_result_holds(changes: dict[str, Any]) -> None:
    if not isinstance(changes["exception_info"], dict):
        changes["exception_info"] = {"metric": changes["exception_info"]}
    (verdict,) = project([result(**changes)], checks=1)
    outcome = outcome_of("d", Check(MATCH, "m", "c"), [verdict])
    assert CANARY not in outcome.model_dump_json()
    assert type(verdict.unexpected) is int and type(verdict.elements) is int


@pytest.mark.parametrize(
    "info",
    [
        {"raised_exception": True, "exception_message": CANARY},
        {"('metric', 'id')": {"raised_exception": True, "exception_message": CANARY}},
        {"a": {"raised_exception": False}, "b": {"raised_exception": True}},
        "something else",
        {"raised_exception": None},
    ],
)
def test_what_raised_has_failed_even_when_it_says_success(info: Any) -> None:
    (verdict,) = project([result(exception_info=info)], checks=1)
    assert verdict.raised
    assert not verdict.success
    outcome = outcome_of("d", Check(MATCH, "m", "c", Severity.INFO), [verdict])
    assert outcome.blocks
    assert CANARY not in outcome.model_dump_json()


def test_an_expectation_that_vanished_or_answered_twice_has_failed() -> None:
    assert project([], checks=2) == (RAISED, RAISED)
    assert project([result(), result()], checks=1) == (RAISED,)
    assert project([result(expectation_config={"meta": {"check": True}})], checks=1) == (RAISED,)


def test_a_success_that_is_no_boolean_has_failed() -> None:
    (verdict,) = project([result(success="true")], checks=1)
    assert verdict.raised and not verdict.success


def test_partitions_add_up() -> None:
    check = Check(NOT_MATCH, "m", "c")
    outcome = outcome_of("d", check, [Verdict(True, False, 0, 5), Verdict(False, False, 2, 7)])
    assert (outcome.success, outcome.unexpected, outcome.elements) == (False, 2, 12)
    assert not outcome_of("d", check, []).success
    assert outcome_of("d", check, []).raised


def test_a_real_exception_inside_great_expectations_carries_no_value(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    checks = (
        Check(MATCH, "a regex that does not compile", "c", arguments={"regex": "("}),
        Check(IN_SET, "a column that is not there", "absent", arguments={"value_set": ["x"]}),
        Check(MATCH, "a sound one", "c", arguments={"regex": CANARY}),
    )
    verdicts = open_validator().run("s", checks, pd.DataFrame({"c": [CANARY, CANARY]}))
    assert [verdict.raised for verdict in verdicts] == [True, True, False]
    assert verdicts[2] == Verdict(True, False, 0, 2)
    streams = capfd.readouterr()
    assert CANARY not in repr(verdicts) + caplog.text + streams.out + streams.err


def test_a_failure_of_the_whole_run_fails_every_check() -> None:
    nonsense: Any = "no frame"
    assert open_validator().run("s", (Check(MATCH, "m", "c", arguments={"regex": "x"}),), nonsense) == (
        RAISED,
    )
