from __future__ import annotations

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from presidio_anonymizer.entities import OperatorConfig

from shield1367.redaction.text.presidio import build_analyzer, build_anonymizer
from shield1367.redaction.text.scrub import Scrubber

PARTS = st.sampled_from(
    [
        "Maria Hernandez",
        "A087654321",
        "03/05/1984",
        "Judge Thapa",
        "visa U",
        "the officer said",
        "\n",
        "called (206) 555-0142",
        "Grace",
        "x\u0301",
    ]
)
TEXTS = st.lists(PARTS, min_size=1, max_size=10).map(" ".join)
_CACHE: dict[int, object] = {}


@given(TEXTS)
@hypothesis_settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_the_analyzer_gives_the_spans_of_the_bulk_path(balanced: Scrubber, text: str) -> None:
    analyzer = _CACHE.setdefault(id(balanced), build_analyzer(balanced, people=["p1"]))
    results = sorted(analyzer.analyze(text, language="en"), key=lambda r: r.start)  # type: ignore[attr-defined]
    spans = balanced.find([text], [["p1"]])[0]
    assert [(r.start, r.end, r.entity_type, r.score) for r in results] == [
        (s.start, s.end, s.entity, s.score) for s in spans
    ]


def test_the_operator_gives_the_text_of_the_bulk_path(balanced: Scrubber) -> None:
    text = "Maria Hernandez (A087654321), born 03/05/1984, asked about a U visa."
    results = build_analyzer(balanced).analyze(text, language="en")
    anonymized = build_anonymizer().anonymize(
        text, results, {"DEFAULT": OperatorConfig("shield1367_token", {})}
    )
    assert anonymized.text == balanced.scrub([text], [[]])[0].text
