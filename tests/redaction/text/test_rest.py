"""What is left of a batch is what reading its texts with tokens in place of the findings makes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shield1367.redaction.text.batch import SHADE, Batch
from shield1367.redaction.text.found import read_as_written
from shield1367.redaction.text.rest import Rest
from shield1367.redaction.text.scrub import Scrubber, replace_spans
from shield1367.redaction.text.settled import carried
from shield1367.redaction.text.spans import Span, merge, merge_found
from shield1367.redaction.text.tokens import TOKENS

PIECES = st.sampled_from(
    ["Maria Hernandez", "A087654321", "03/05/1984", "(206) 555-0142", "june banks", "Grace", "MARIA", "[PERSON]",
     "the officer said", "Judge Thapa", "[PERSON", "x@y.z", "Tegucigalpa", "Will", ".", ",", "\n", "-", "'s", "é", "&",
     "王小明", "He", "told", "Señora", "ZORVILLE, FL", ""]
)  # fmt: skip
TEXTS = st.lists(
    st.lists(PIECES, max_size=9).map(" ".join) | st.lists(PIECES, max_size=6).map("".join),
    min_size=1,
    max_size=4,
)
MANY = hypothesis_settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])


def short(gaps: Sequence[str]) -> list[str]:
    """Gaps with each token as one character: it is as long as what it stands for in the one, and not in the other."""
    return [re.sub(f"{SHADE}+", SHADE, gap) for gap in gaps]


def read(
    scrubber: Scrubber, texts: list[str], linked: list[frozenset[int]]
) -> tuple[Batch, list[list[Span]]]:
    batch = Batch(texts, linked, scrubber._kinds)
    return batch, scrubber._look(batch, texts, read_as_written(batch, texts))


@given(TEXTS)
@example(["Maria Hernandez"])
@example(["Maria Hernandez came", "", "[PERSON]Maria Hernandez"])
@example(["", "A087654321"])
@MANY
def test_it_is_what_the_tokens_make_of_it(balanced: Scrubber, texts: list[str]) -> None:
    linked = [frozenset([0])] * len(texts)
    batch, found = read(balanced, texts, linked)
    plain = read_as_written(batch, texts)
    found = [spans if as_is else [] for spans, as_is in zip(found, plain, strict=True)]
    rest = Rest(batch, found)
    once = [replace_spans(text, spans) for text, spans in zip(texts, found, strict=True)]
    real = Batch(once, linked, balanced._kinds)
    assert rest.words == real.words
    assert short(rest.gaps) == short(real.gaps)
    assert rest.texts == real.texts
    assert rest.cases == real.cases
    assert rest.kinds.tolist() == real.kinds.tolist()
    assert rest.between.tolist() == real.between.tolist()
    assert short(rest._cut.uneven_gaps) == short(real._cut.uneven_gaps)
    assert [TOKENS[entity] for *_, entity in rest.earlier] == [TOKENS[entity] for *_, entity in real.earlier]
    for ask in ("is_capital", "is_upper", "opens_sentence", "opens_clause", "beside_token"):
        asked = range(len(real.words))
        assert list(map(getattr(rest, ask), asked)) == list(map(getattr(real, ask), asked)), ask
    for i in range(len(real.words)):
        assert rest.lower[rest.starts[i] : rest.ends[i]] == rest.words[i]
        assert rest.word_at(rest.starts[i]) >= i
    assert rest.text_starts == batch.text_starts


@given(TEXTS)
@MANY
def test_and_so_is_what_is_found_in_it(strict: Scrubber, texts: list[str]) -> None:
    linked = [frozenset([0])] * len(texts)
    batch, found = read(strict, texts, linked)
    plain = read_as_written(batch, texts)
    rest = Rest(batch, [spans if as_is else [] for spans, as_is in zip(found, plain, strict=True)])
    more = strict._look(rest, texts, plain)
    once = [replace_spans(text, spans) for text, spans in zip(texts, found, strict=True)]
    _, again = read(strict, once, linked)
    for i, text in enumerate(texts):
        if plain[i]:
            by_tokens = merge_found(carried(again[i], found[i]), text)
            assert [s[:3] for s in merge([*found[i], *more[i]], text)] == [s[:3] for s in by_tokens]
