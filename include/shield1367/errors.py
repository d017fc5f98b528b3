"""The errors of the library: what happened, where, and what to do next; never a value.

Marker classes decide whether Airflow retries: a :class:`TerminalError` fails the task at once, a
:class:`TransientError` is tried again for hours, an :class:`UnsettledError` for a minute. Catch
foreign exceptions at the edge and raise one of these ``from None``: messages of pandas, pydantic and
``int()`` quote the value they choked on.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path


class Shield1367Error(Exception):
    """Base of every error this project raises on purpose.

    Args:
        message: what happened and where (file, key, row number). Never a cell value.
        mend: what to do next, in the imperative.
    """

    code = "E000"

    def __init__(self, message: str, *, mend: str) -> None:
        self.message = message
        self.mend = mend
        super().__init__(message, mend)

    def __str__(self) -> str:
        return f"{self.code} {self.message} Mend: {self.mend}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling between processes.
        return (_rebuild, (type(self), self.message, self.mend, self.__dict__))


def _rebuild(
    kind: type[Shield1367Error], message: str, mend: str, state: dict[str, object]
) -> Shield1367Error:
    error = kind.__new__(kind)
    Shield1367Error.__init__(error, message, mend=mend)
    error.__dict__.update(state)
    return error


class TerminalError(Shield1367Error):
    """Error raised when trying again cannot help: bad configuration, bad input, a refused release."""


class TransientError(Shield1367Error):
    """Error raised when the same call may succeed later: a store that does not answer, a busy lock."""


class UnsettledError(TransientError):
    """Error raised when another process may settle it within a minute, and nobody later than that."""


class StorageError(TransientError):
    """Error raised when a file cannot be read or written: full disk, missing mount, no permission."""

    code = "E101"


class KeyMissingError(TerminalError):
    """Error raised when key material is absent or unusable. Nothing is encrypted with a default."""

    code = "E102"


class UnexpectedError(Shield1367Error):
    """Error raised in the place of a foreign exception, whose text may quote case data."""

    code = "E901"

    @classmethod
    def of(cls, error: BaseException) -> UnexpectedError:
        """Type and place of *error*; never its message."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
        place = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "an unknown place"
        return cls(
            f"{type(error).__name__} in {place}.",
            mend="report this as a bug with the line above; it names no data.",
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration file.

    Attributes:
        file: path of the file as the user named it.
        key: dotted path inside the file, ``datasets.encounters.columns.dob``.
        message: what is wrong with it; configuration values may be named, data may not.
    """

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.message}"


class ConfigError(TerminalError):
    """Error raised when configuration does not hold; lists *all* problems found, not the first."""

    code = "E201"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(
            f"{len(self.problems)} problem(s) in the configuration:{lines}\n",
            mend="correct the keys named above, then run `shield1367 check`.",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (ConfigError, (list(self.problems),))
