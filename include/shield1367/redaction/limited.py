"""The key of workers that redact: enough to open what a planned release hands over to them, and for nothing else.

They read narratives by the thousand. ``shield1367 keys redaction`` derives their key from the master key: whoever takes
it from them opens what lies in the work folders of releases in the making, that is, who is protected today; they open
no registry and no ledger, sign and seal nothing, and make no pseudonym of a release that is out.

It opens what was sealed before it was made. After a rotation the releases to come are sealed with a newer key, and it
is made anew: that shuts out one that was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from shield1367.config.key_file import KeyFile, LimitedKeys
from shield1367.errors import TerminalError
from shield1367.keys import Keys
from shield1367.protection.sealed_snapshot import SNAPSHOT_PURPOSE

HANDOVER_PURPOSE = "handover"


class NotForRedactionError(TerminalError):
    """Error raised when something needs a key that workers that redact do not have."""

    code = "E840"

    def __init__(self) -> None:
        super().__init__(
            "this worker redacts and has no key for anything else.",
            mend="run it on a worker of the queue io, which has the master key.",
        )


@dataclass(frozen=True, slots=True)
class RedactionKeys(LimitedKeys):
    """Keys for what redaction does, and for nothing else: those of the file, or those of one release."""

    NAME = "redaction"
    PURPOSES = (HANDOVER_PURPOSE, SNAPSHOT_PURPOSE)

    @classmethod
    def content(cls, keys: Keys) -> KeyFile:
        """What the file holds."""
        sealing = {key.id: cls.derived(key.secret) for key in keys.sealing}
        return KeyFile(purposes=cls.derived(keys.master), sealing=sealing)

    def refuse(self) -> NoReturn:
        """Refuse what needs another key."""
        raise NotForRedactionError
