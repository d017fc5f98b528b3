"""What holds for any text at all; the fuzz tests ask it of the worst that can be thought of."""

from __future__ import annotations

from shield1367.redaction.text.scrub import Scrubber, replace_spans
from shield1367.redaction.text.tokens import TOKENS

# What must not be readable afterwards, wherever it was put.
SECRET = "A087654321"
NAME = "Hernandez"
PLANTED = (SECRET, NAME, "EAC2190012345", "mghernandez84@example.org", "G12345678")
_LONGEST = max(map(len, TOKENS.values()))


def check(scrubber: Scrubber, text: str) -> None:
    """Spans lie in order inside the text; nothing known survives; a second run finds nothing more."""
    spans = scrubber.find([text], [["p1"]])[0]
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text), "spans are not disjoint and in order"
        position = span.end
    assert all(span.rule != "budget.failed" for span in spans), "a rule failed on the text"
    once = replace_spans(text, spans)
    assert len(once) <= len(text) + _LONGEST * len(spans), "more was written than tokens"
    words = once.split()
    assert SECRET not in once, "a known number survived"
    assert all(planted not in words for planted in PLANTED), "something known survived"
    again = scrubber.find([once], [["p1"]])[0]
    assert not again, "a second run changed what the first one left"
