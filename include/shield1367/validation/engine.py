"""The door to Great Expectations: loaded late, and silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shield1367.validation.silence import quiet

if TYPE_CHECKING:
    from shield1367.validation.expectations import Validator


def open_validator() -> Validator:
    """A validator; the first call of a process loads Great Expectations, which takes seconds."""
    with quiet():
        from shield1367.validation.expectations import Validator

        return Validator()
