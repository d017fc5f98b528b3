from __future__ import annotations

import dataclasses

import pytest

from shield1367.identities import Identity

PERSON = Identity("p1", {"family_name": ("QUERALT", "ZABALETA"), "a_number": ("200000001",)})


def test_no_value_shows_in_what_python_prints() -> None:
    for shown in (repr(PERSON), str(PERSON), f"{[PERSON]}"):
        assert "Identity(p1, 3 values)" in shown
        assert "QUERALT" not in shown
        assert "200000001" not in shown


def test_a_person_is_protected_until_somebody_says_otherwise() -> None:
    assert PERSON.protected
    with pytest.raises(dataclasses.FrozenInstanceError):
        PERSON.protected = False  # type: ignore[misc]
