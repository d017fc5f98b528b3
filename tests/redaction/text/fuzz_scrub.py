"""The scrubber under atheris, which looks for texts that take new ways through the code.

``python -m tests.redaction.text.fuzz_scrub -max_total_time=60`` (``pip install atheris`` first; it is not one
of the project's packages). Whatever breaks an invariant is written to a file ``crash-…``.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["shield1367.redaction.text"]):
    from shield1367.config.text import Strictness, load_text_settings
    from shield1367.redaction.text.scrub import Scrubber
    from tests.redaction.text.conftest import PEOPLE
    from tests.redaction.text.invariants import SECRET, check

SETTINGS = load_text_settings().model_copy(update={"ner": "none"})
SCRUBBER = Scrubber(PEOPLE, settings=SETTINGS, strictness=Strictness.BALANCED)


def one_input(data: bytes) -> None:
    """Some text, with a known number somewhere in it."""
    provider = atheris.FuzzedDataProvider(data)
    before = provider.ConsumeUnicode(200)
    check(SCRUBBER, f"{before} {SECRET} {provider.ConsumeUnicode(200)}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
