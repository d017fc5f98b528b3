"""How a release keeps the fact that somebody is protected to itself."""

from __future__ import annotations

from enum import StrEnum


class Membership(StrEnum):
    """How a release keeps "this person is protected" from being readable in it.

    ``HIDDEN``: every row is treated alike. ``WITHHELD``: protected rows are left out and the others
    go as the profile says. ``MARKED``: protected rows stay, with the § 1367 banner; inside only, or where
    an exception of § 1367(b) covers the people in them.
    """

    HIDDEN = "hidden"
    WITHHELD = "withheld"
    MARKED = "marked"
