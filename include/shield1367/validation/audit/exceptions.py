"""What an audit refuses a file for; each becomes a finding."""

from __future__ import annotations

from shield1367.errors import TerminalError


class UnreadableFileError(TerminalError):
    """Error raised when a file cannot be opened as what its name says, or holds less than it says.

    Attributes:
        kind: of the finding that is made of it.
    """

    code = "E652"
    kind = "unreadable_file"

    def __init__(self) -> None:
        super().__init__("a file of the package cannot be read.", mend="make the release again.")


class HiddenBytesError(UnreadableFileError):
    """Error raised when a file holds more than its rows say."""

    code = "E800"
    kind = "hidden_bytes"
