"""Who vouches for a table, since when, and until when: nobody is judged by one that nobody looks at (R-28)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError


class StaleTableError(TerminalError):
    """Error raised when a table is older than its maximum age, so that nobody vouches for it (R-28)."""

    code = "E410"


@dataclass(frozen=True, slots=True)
class Review:
    """When somebody last compared one table with its source.

    Attributes:
        file: such as ``benefits.yaml``.
        table: the table in that file; empty when the file is one.
    """

    file: str
    table: str
    owner: str
    source: str
    reviewed: date
    max_age_days: int

    @property
    def due(self) -> date:
        """The last day on which anybody may be judged by it."""
        return self.reviewed + timedelta(days=self.max_age_days)

    @property
    def name(self) -> str:
        """File and table, for a message."""
        return f"{self.file} {self.table}".rstrip()


class ReviewedTable(ConfigModel):
    """A file that is one table.

    Attributes:
        owner: who answers for it.
        source: where its content comes from.
        reviewed: the day on which *owner* last compared it with its source.
        max_age_days: days after that until it counts as nobody's (R-28).
    """

    file: ClassVar[str]

    owner: str = Field(min_length=1)
    source: str = Field(min_length=1)
    reviewed: date
    max_age_days: int = Field(default=180, ge=1)

    def reviews(self) -> tuple[Review, ...]:
        """The file's own."""
        return (Review(self.file, "", self.owner, self.source, self.reviewed, self.max_age_days),)


def require_fresh(reviews: Iterable[Review], today: date) -> None:
    """Refuse to judge anybody by tables that nobody has reviewed for too long.

    Raises:
        StaleTableError: naming every table whose last review is too long before *today*.
    """
    if stale := sorted(
        f"{review.name} (since {review.reviewed})" for review in reviews if review.due < today
    ):
        raise StaleTableError(
            f"not reviewed for longer than their maximum age: {', '.join(stale)}.",
            mend="compare them with their sources, then set `reviewed` to the day of that.",
        )
