"""A person as the rest of the library knows one: an opaque id and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What one person is known by.

    Attributes:
        person_id: opaque id, the same across sources; never an identifier of the person.
        values: field kind (``given_name``, ``a_number``, ``date_of_birth`` …) to the values seen
            for it, as written in the sources. Dates are ISO 8601.
        protected: ``False`` only for somebody known to be CLEAR.
    """

    person_id: str
    values: Mapping[str, tuple[str, ...]]
    protected: bool = True

    def __repr__(self) -> str:
        # The values must not reach a log through somebody's f-string or traceback.
        return f"Identity({self.person_id}, {sum(map(len, self.values.values()))} values)"
