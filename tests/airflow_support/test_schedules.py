from __future__ import annotations

import pytest
from airflow.sdk import CronTriggerTimetable
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shield1367.config.cron import Cron
from shield1367.config.project import load_project
from shield1367_airflow.schedules import export_schedule, intake_schedule

CRON = TypeAdapter(Cron)
NUMBER = st.one_of(st.integers(0, 61).map(str), st.sampled_from(["mon", "sun", "jan", "DEC"]))
ITEM = st.one_of(
    st.just("*"),
    NUMBER,
    st.tuples(NUMBER, NUMBER).map("-".join),
    st.tuples(NUMBER, NUMBER, st.integers(0, 100).map(str)).map(
        lambda item: f"{item[0]}-{item[1]}/{item[2]}"
    ),
    st.integers(0, 100).map(lambda step: f"*/{step}"),
    st.text("0123456789*/,-L#?", max_size=4),
)
FIELD = st.lists(ITEM, min_size=1, max_size=3).map(",".join)


@given(FIELD, st.integers(0, 4))
def test_what_the_configuration_accepts_airflow_accepts(field: str, position: int) -> None:
    text = " ".join(field if number == position else "*" for number in range(5))
    try:
        CRON.validate_python(text)
    except ValidationError:
        return
    timetable = CronTriggerTimetable(text, timezone="UTC")
    # Airflow raises where it does not accept; what it keeps is the very expression.
    assert timetable.validate() is None
    assert timetable.expression == text


@pytest.mark.parametrize("source", sorted(load_project().contracts))
def test_intake_runs_when_its_contract_says(source: str) -> None:
    assert intake_schedule(source) == load_project().contracts[source].schedule


def test_a_source_or_recipient_that_is_not_there_has_no_schedule() -> None:
    assert intake_schedule("nobody") is None
    assert export_schedule("nobody") is None
