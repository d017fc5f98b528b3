from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.protection.identity.sounds import sound


@pytest.mark.parametrize(
    "spellings",
    [
        ("gonzalez", "gonzales", "gonsalez"),
        ("hernandez", "ernandez", "hernandes"),
        ("ximena", "jimena", "gimena"),
        ("mohammed", "muhammad", "mohamad"),
        ("vasquez", "basques", "vazquez"),
        ("aleksandr", "alexander", "olexandr"),
        ("yusuf", "youssef"),
        ("yolanda", "llolanda"),
        ("sofia", "sophia"),
        ("wałęsa".replace("ę", "e"), "walesa"),
    ],
)
def test_spellings_of_one_name_sound_alike(spellings: tuple[str, ...]) -> None:
    assert len({sound(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("garcia", "lopez"), ("maria", "marta"), ("li", "lee"), ("jose", "ines")]
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@given(st.text(min_size=1, max_size=12))
def test_every_token_has_a_sound(token: str) -> None:
    assert sound(token)
