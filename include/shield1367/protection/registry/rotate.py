"""Key rotation: a new key for everything that is kept sealed. A rotation that was killed is simply run again.

The new key is in the ring before anything is sealed with it, and old ones stay in it: whatever was sealed
when, it opens. Fingerprints keep the key they have, so that everybody is recognised as before.
"""

from __future__ import annotations

from shield1367.config.loading import ConfigModel
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.intake.quarantine import reseal_rows
from shield1367.keyring import open_keyring
from shield1367.keys import Keys, read_key
from shield1367.protection.registry import tables
from shield1367.protection.registry.store import Registry
from shield1367.storage import locked, reported, write_bytes

# Files of the home that are one sealed content each, and its purpose. What lies in `work/` goes with its release.
_FILES = (
    ("quality/*.json", "quality"),
    ("quality/*.sealed", "quality"),
    ("ledger/tables/*.sealed", "tables"),
)
_SEALED = (tables.VALUE.c.sealed, tables.EVIDENCE.c.sealed_code)


class SameKeyError(TerminalError):
    """Error raised when the new key to be handed in is the one that is handed in already."""

    code = "E422"


class RotationResult(ConfigModel):
    """What a rotation did: counts only.

    Attributes:
        key: id of the key that everything is sealed with now.
        values: values of the registry that were sealed anew, codes of evidence among them.
        quarantined: refused rows that were.
        files: quality samples, test cases and terms, and records of tabulations that were.
        keys_that_open: how many different keys may be handed in for this home now.
    """

    key: str
    values: int
    quarantined: int
    files: int
    keys_that_open: int


def rotate(home: Home, *, new_key: bytes | None = None) -> RotationResult:
    """Seal everything in the registry, in quarantine and in sealed files with a new key.

    Args:
        new_key: 32 bytes that shall be handed in from now on. Until the next rotation with it, the present
            key opens the home as well, so that processes can be moved over one by one.

    Raises:
        KeyMissingError: the key handed in does not open the home, or something was sealed with a lost one.
        SameKeyError: *new_key* is the key handed in.
        TransientError: the registry does not answer.
    """
    handed_in = read_key(home)
    if new_key == handed_in:
        raise SameKeyError(
            "the new key is the one in use.",
            mend="make another, such as `openssl rand -base64 32` prints, or leave it out.",
        )
    registry = Registry(home, Keys.load(home))
    # One rotation at a time: the second adds to the ring that the first has written.
    with registry.transaction():
        ring = open_keyring(home.keys, handed_in).with_new_key()
        if new_key is not None:
            ring = ring.held_by(new_key)
        elif ring.is_newest(handed_in):
            ring = ring.held_by_alone(handed_in)
        ring.write(home.keys)
    keys = Keys.load(home)
    return RotationResult(
        key=ring.sealing[-1].id,
        values=_reseal(Registry(home, keys)),
        quarantined=reseal_rows(home, keys),
        files=_reseal_files(home, keys),
        keys_that_open=len(ring.holders),
    )


def _reseal(registry: Registry) -> int:
    resealed = 0
    for column in _SEALED:
        after: tuple[str, ...] = ()
        while True:
            with registry.transaction() as connection:
                values, after = registry.reseal(connection, column, after=after)
            resealed += values
            if not after:
                break
    registry.drop_overwritten()
    return resealed


def _reseal_files(home: Home, keys: Keys) -> int:
    resealed = 0
    for pattern, purpose in _FILES:
        cipher = keys.cipher(purpose)
        for path in sorted(home.root.glob(pattern)):
            # Under the lock of whoever keeps it: a mark that is made meanwhile is not lost.
            with locked(path.with_suffix(".lock")):
                with reported(path, "read"):
                    content = path.read_bytes()
                    mode = path.stat().st_mode & 0o777
                if not cipher.is_present(content):
                    write_bytes(path, cipher.encrypt(cipher.decrypt(content))).chmod(mode)
                    resealed += 1
    return resealed
