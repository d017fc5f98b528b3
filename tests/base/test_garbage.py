from __future__ import annotations

import gc

import pytest

from shield1367.garbage import set_aside, uncollected


def test_nothing_is_collected_inside_and_what_was_before_holds_after() -> None:
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        # Whoever is inside another's does not end it.
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_inside_turns_it_on_again() -> None:
    with pytest.raises(ValueError, match="inside"), uncollected():
        raise ValueError("inside")
    assert gc.isenabled()


def test_what_lived_before_is_set_aside_and_comes_back() -> None:
    lived = [[number] for number in range(1000)]
    before = gc.get_freeze_count()
    with pytest.raises(ZeroDivisionError), set_aside():
        assert gc.get_freeze_count() > before + len(lived)
        raise ZeroDivisionError
    assert gc.get_freeze_count() == 0
