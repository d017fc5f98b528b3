"""The findings of a batch, each in the offsets of the text that it lies in."""

from __future__ import annotations

from collections.abc import Sequence

from shield1367.redaction.text.batch import Batch
from shield1367.redaction.text.fold import fold, odd_characters
from shield1367.redaction.text.spans import Found, whole_words


def found_by_text(
    batch: Batch, texts: Sequence[str], ids: Sequence[str], *, plain: Sequence[bool]
) -> list[list[Found]]:
    """Per text its findings, grown to whole words, in the offsets of the original; none is empty.

    Args:
        batch: what was read, and what was found.
        texts: the originals of the batch.
        ids: of each known person that a finding names by index.
        plain: of each text, whether it is :func:`read_as_written`.
    """
    found: list[list[Found]] = [[] for _ in texts]
    offsets = batch.text_starts
    numbers, starts, ends = batch.whole_words()
    for order, hit in enumerate(batch.hits):
        number = numbers[order]
        offset = offsets[number]
        if plain[number]:
            # The words are those of the original, and so are the offsets in it.
            start, end = starts[order] - offset, ends[order] - offset
        else:
            start, end = hit.start - offset, hit.end - offset
            folded = batch.folded[number]
            if folded.atoms:
                start, end = folded.original(start, end)
            if start < end:
                start, end = whole_words(texts[number], start, end)
        if start < end:
            person = ids[hit.person] if hit.person >= 0 else None
            found[number].append((start, end, order, hit.entity, hit.rule, hit.score, person))
    return found


def read_as_written(batch: Batch, texts: Sequence[str]) -> list[bool]:
    """Of each text, whether it was folded character by character, and letters and digits are what they were."""
    odd = [character for character in odd_characters("".join(texts)) if not character.isascii()]
    turned = [c for c in odd if c.isalnum() != fold(c).text.isalnum()]
    return [
        not folded.atoms and not any(character in text for character in turned)
        for text, folded in zip(texts, batch.folded, strict=True)
    ]
