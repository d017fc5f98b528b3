"""The guard: ids, paths and counts pass; whatever could carry case data is refused without being quoted."""

from __future__ import annotations

import datetime
import string
from collections import deque
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from airflow.sdk import BaseXCom
from airflow.sdk.serde import deserialize
from hypothesis import given
from hypothesis import strategies as st

from shield1367.errors import TerminalError
from shield1367_airflow.environment import XCOM_BACKEND
from shield1367_airflow.xcom import MAX_BYTES, MAX_TEXT, GuardedXCom, XComRefusedError, check


@dataclass
class Record:
    name: str


PASSES = [
    None,
    True,
    0,
    -3,
    2.5,
    1_234_567,
    "",
    "success",
    "work/state-university-research/r-0123456789abcdef0123",
    "s3://shield1367-releases/county-analytics/r-00000000000000000001",
    "b34791b0273a7",
    "2026-03-01",
    "export-20260301",
    "20260301T101500",
    "a" * MAX_TEXT,
    [],
    ["b1", "b2"],
    ("b1", 2),
    {"work": "work/x/r-1", "index": 0},
    {"batch": "b1", "rows": 10, "changed": True, "reasons": {"duplicate_key": 2}},
]
REFUSED = {
    "a frame": pd.DataFrame({"name": ["x"]}),
    "a series": pd.Series(["x"]),
    "an Arrow table": pa.table({"name": ["x"]}),
    "an array": np.array([1]),
    "a NumPy integer": np.int64(3),
    "bytes": b"abc",
    "a set": {"a"},
    "a queue": deque(["a"]),
    "a date": datetime.date(1990, 1, 2),
    "an object": Record("x"),
    "an exception": ValueError("x"),
    "a name": "Maria Lopez",
    "a name the other way round": "LOPEZ, MARIA",
    "a name with marks": "José",
    "a sentence": "The subject stated that she fears her husband.",
    "lines": "a\nb",
    "an id with a line's end": "abc\n",
    "a tab": "a\tb",
    "a zero-width character": "a\u200bb",
    "an A-Number": "A098765431",
    "a small one": "a098765431",
    "a bare one": "098765431",
    "an eight-digit one": "98765431",
    "a seven-digit one": "A8765431",
    "a dashed one": "A098-765-431",
    "a dashed one without its letter": "098-765-431",
    "a dotted one": "A-098.765.431",
    "one in a path": "staged/A098765431/part",
    "one in a path, bare": "staged/098765431.parquet",
    "one after an underscore": "person_098765431",
    "a receipt": "EAC2190012345",
    "a small receipt": "eac2190012345",
    "a dashed receipt": "EAC-21-900-12345",
    "an SSN": "123-45-6789",
    "an SSN, dotted": "123.45.6789",
    "an SSN, bare": "123456789",
    "a phone": "202-555-0147",
    "an e-mail": "maria.lopez@example.org",
    "long text": "a" * (MAX_TEXT + 1),
}
VALUES = st.text(string.ascii_letters + string.digits + " -.@áñ", min_size=4, max_size=30).filter(
    lambda value: not set(value) <= set(string.ascii_letters)
)


@pytest.mark.parametrize("value", PASSES, ids=lambda value: str(value)[:40] or "empty")
def test_names_paths_counts_and_ids_pass_unchanged(value: object) -> None:
    stored = GuardedXCom.serialize_value(value, key="k", task_id="t", dag_id="d", run_id="r", map_index=-1)
    returned = deserialize(stored)
    assert returned == value


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: value,
        lambda value: ["b1", value],
        lambda value: {"rows": 1, "deep": [{"deeper": (value,)}]},
    ],
    ids=["itself", "in a list", "deep inside"],
)
def test_what_could_carry_data_is_refused(what: str, wrap: object) -> None:
    with pytest.raises(XComRefusedError):
        GuardedXCom.serialize_value(wrap(REFUSED[what]))


@pytest.mark.parametrize("what", [what for what, value in REFUSED.items() if isinstance(value, str)])
def test_a_name_of_an_entry_is_looked_at_too(what: str) -> None:
    with pytest.raises(XComRefusedError):
        check({REFUSED[what]: 1})


@given(VALUES)
def test_a_refusal_never_quotes_the_value(value: str) -> None:
    secret = f"{value} Canary"
    with pytest.raises(XComRefusedError) as caught:
        check({"row": [secret]})
    said = f"{caught.value} {caught.value!r} {caught.value.args}"
    assert secret not in said
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@given(
    st.integers(0, 999_999_999), st.sampled_from(["", "A", "a", "A-", "A#"]), st.sampled_from(["", "-", "."])
)
def test_no_form_of_an_a_number_passes(number: int, letter: str, separator: str) -> None:
    digits = f"{number:09}"
    text = letter + separator.join((digits[:3], digits[3:6], digits[6:]))
    for place in ("{}", "staged/{}/part.parquet", "batch_{}", "{}.csv"):
        with pytest.raises(XComRefusedError):
            check(place.format(text))


@given(st.binary(min_size=10, max_size=10))
def test_our_own_ids_always_pass(digest: bytes) -> None:
    ids = [
        f"r-{digest.hex()}",
        f"work/county/r-{digest.hex()}",
        f"b{digest.hex()[:12]}",
        f"part-{digest.hex()[:12]}",
    ]
    assert GuardedXCom.serialize_value(ids) == BaseXCom.serialize_value(ids)


def test_much_of_what_passes_is_refused_together() -> None:
    with pytest.raises(XComRefusedError, match=str(MAX_BYTES)):
        GuardedXCom.serialize_value(["b"] * MAX_BYTES)


def test_a_refusal_is_not_tried_again_and_says_how_to_mend_it() -> None:
    with pytest.raises(TerminalError, match=r"E902 a task handed on a DataFrame.*Mend: "):
        check(REFUSED["a frame"])


def test_the_embedded_default_uses_the_guard() -> None:
    assert f"{GuardedXCom.__module__}.{GuardedXCom.__qualname__}" == XCOM_BACKEND
