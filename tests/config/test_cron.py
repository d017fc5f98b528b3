from __future__ import annotations

import pytest
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shield1367.config.cron import Cron

CRON: TypeAdapter[str] = TypeAdapter(Cron)


@pytest.mark.parametrize(
    "text",
    [
        "0 6 * * 1",
        "15 2 * * *",
        "*/10 * * * *",
        "0,30 8-18/2 1,15 jan-mar MON-FRI",
        "0 0 * * 7",
        "0 0 29 2 *",
        "0 0 31 1,2 *",
        "5/15 0 * * *",
    ],
)
def test_accepts(text: str) -> None:
    assert CRON.validate_python(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "five fields"),
        ("@daily", "five fields"),
        ("0 6 * *", "five fields"),
        ("0 6 * * * *", "five fields"),
        ("every now and then", "five fields"),
        ("60 6 * * *", "'minute'.*allowed: 0 to 59"),
        ("0 24 * * *", "'hour'.*allowed: 0 to 23"),
        ("0 6 0 * *", "'day of the month'.*allowed: 1 to 31"),
        ("0 6 * foo *", "'month'.*allowed: 1 to 12, JAN to DEC"),
        ("0 6 * * 8", "'day of the week'.*allowed: 0 to 7, SUN to SAT"),
        ("0 6 * * 5-1", "'day of the week'"),
        ("*-3 * * * *", "'minute'"),
        ("*/0 * * * *", "'minute'"),
        (", * * * *", "'minute'"),
        ("² * * * *", "'minute'"),
        ("007 * * * *", "'minute'"),
        ("0 0 30 2 *", "a day that none of its months has"),
        ("0 0 31 4,6,9,11 *", "a day that none of its months has"),
    ],
)
def test_refuses_and_names_the_field_and_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CRON.validate_python(text)


FIELD = st.one_of(
    st.text("0123456789*/,-", min_size=1, max_size=6), st.sampled_from(["*", "1-5", "mon", "jan", "31", "2"])
)
