"""What holds for any text at all; the fuzz tests ask it of the worst that can be thought of."""

from __future__ import annotations

from shield1367.redaction.text.scrub import Scrubber, replace_spans

# What must not be readable afterwards, wherever it was put.
SECRET = "A087654321"
NAME = "Hernandez"


def check(scrubber: Scrubber, text: str) -> None:
    """Spans lie in order inside the text; nothing known survives; a second run finds nothing more."""
    spans = scrubber.find([text], [["p1"]])[0]
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text), "spans are not disjoint and in order"
        position = span.end
    once = replace_spans(text, spans)
    assert SECRET not in once, "a known number survived"
    assert NAME not in once.split(), "a known name survived"
    again = scrubber.find([once], [["p1"]])[0]
    assert not again, "a second run changed what the first one left"
