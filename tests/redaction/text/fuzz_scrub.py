"""The scrubber under atheris, which looks for texts that take new ways through the code.

``python -m tests.redaction.text.fuzz_scrub -max_total_time=600`` goes on for longer than the tests do. Whatever
breaks an invariant is written to a file ``crash-…``.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["shield1367.redaction.text"]):
    from shield1367.config.text import Strictness, load_text_settings
    from shield1367.redaction.text.scrub import Scrubber
    from tests.redaction.text.conftest import PEOPLE
    from tests.redaction.text.invariants import PLANTED, check

SETTINGS = load_text_settings().model_copy(update={"ner": "none"})
SCRUBBERS = [Scrubber(PEOPLE, settings=SETTINGS, strictness=strictness) for strictness in Strictness]


def one_input(data: bytes) -> None:
    """Some text, with something known somewhere in it."""
    provider = atheris.FuzzedDataProvider(data)
    scrubber, planted = provider.PickValueInList(SCRUBBERS), provider.PickValueInList(list(PLANTED))
    before, after = provider.ConsumeUnicode(200), provider.ConsumeUnicode(200)
    check(scrubber, f"{before} {planted} {after}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
