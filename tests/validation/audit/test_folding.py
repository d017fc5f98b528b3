"""Texts are folded in one of three ways, by what characters they have; all of them come to the same."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from shield1367.validation.audit.folding import fold, fold_value
from shield1367.validation.audit.joined import CELL_END, FIRST_FOREIGN, Joined

LATIN = st.characters(max_codepoint=0xFF)
# Of more than one letter, dropped, with a mark, of another script, no letter at all, half of a pair.
ODD = st.sampled_from("ßÆ½…ﬁŁ§’“—İéñ\u00ad\u200b\u0301Ж中😀\ud83d\x7f\x1e")
CELLS = st.lists(
    st.one_of(st.text(LATIN, max_size=30), st.text(st.one_of(LATIN, ODD), max_size=30), st.text(max_size=30)),
    min_size=1,
    max_size=5,
)


@given(CELLS)
@example(["Peña", "O’Hara said “no”"])
def test_cells_together_are_folded_as_each_alone(cells: list[str]) -> None:
    alone = [fold_value(cell.replace(CELL_END, " ")) for cell in cells]
    assert fold(cells).content == CELL_END.join(alone)


@given(CELLS)
@example(["".join(map(chr, range(0x4E00, 0x4E80)))])
@example(["".join(map(chr, range(0x4E00, 0x4E81)))])
def test_a_byte_stands_for_each_character_or_there_are_too_many(cells: list[str]) -> None:
    joined = Joined.of(cells)
    different = {character for character in joined.text if not character.isascii()}
    if joined.coded is None:
        assert len(different) > 0x100 - FIRST_FOREIGN
        return
    ascii_and_foreign = "".join(map(chr, range(FIRST_FOREIGN))) + joined.coded.foreign
    assert "".join(ascii_and_foreign[code] for code in joined.coded.content) == joined.text
