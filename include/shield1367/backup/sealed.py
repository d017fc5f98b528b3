"""An encrypted stream: AES-256-GCM in pieces, which cannot be changed, exchanged, left out or cut off unnoticed.

Each piece has its number and whether it is the last one in its nonce (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance",
2015); the key is drawn anew for each file by HKDF from the one given and a random salt. A file of any size is
written and read with the memory of one piece.
"""

from __future__ import annotations

import io
import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shield1367.errors import TerminalError
from shield1367.keyring import KEY_BYTES, derive

MAGIC = b"shield1367 backup 1\n"
PIECE = 1 << 20
_SALT_BYTES = 16
_TAG_BYTES = 16


class BackupKeyError(TerminalError):
    """Error raised when a backup does not open with the key given, or the key is none."""

    code = "E793"


class DamagedBackupError(TerminalError):
    """Error raised when a file is no backup, was cut off, or has been changed."""

    code = "E794"


class SealingWriter(io.RawIOBase):
    """Encrypts what is written to it into *target*; only what is closed can be opened again.

    Args:
        key: 32 bytes.
    """

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._target, self._cipher = target, AESGCM(_key_of(key, salt))
        self._header = MAGIC + salt
        self._number, self._waiting = 0, bytearray()
        target.write(self._header)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # mypy knows it as a Buffer
        """Take *content*; whole pieces of it go on."""
        self._waiting += content
        # The last piece is known only when it is closed, so one byte more than a piece has to be there.
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(content)

    def finish(self) -> None:
        """Write the last piece; without it the file counts as cut off."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._header))
        self._number += 1


class OpeningReader(io.RawIOBase):
    """Decrypts *source*, which :class:`SealingWriter` wrote.

    Raises:
        DamagedBackupError: it is no such file, was cut off or changed.
        BackupKeyError: it was made with another key.
    """

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        self._header = source.read(len(MAGIC) + _SALT_BYTES)
        if not self._header.startswith(MAGIC) or len(self._header) < len(MAGIC) + _SALT_BYTES:
            raise DamagedBackupError(
                "the file is no backup of this project.", mend="name the file that `shield1367 backup` wrote."
            )
        self._source, self._cipher = source, AESGCM(_key_of(key, self._header[len(MAGIC) :]))
        self._number, self._clear, self._over = 0, memoryview(b""), False
        self._ahead = source.read(PIECE + _TAG_BYTES)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # mypy knows it as a Buffer
        """Fill *buffer* with what comes next."""
        if not self._clear and not self._over:
            self._next()
        taken = min(len(buffer), len(self._clear))
        buffer[:taken] = self._clear[:taken]
        self._clear = self._clear[taken:]
        return taken

    def _next(self) -> None:
        piece, self._ahead = self._ahead, self._source.read(PIECE + _TAG_BYTES)
        last = not self._ahead
        try:
            self._clear = memoryview(
                self._cipher.decrypt(_nonce(self._number, last=last), piece, self._header)
            )
        except InvalidTag:
            raise self._refusal() from None
        self._number += 1
        self._over = last

    def _refusal(self) -> TerminalError:
        if self._number == 0:
            return BackupKeyError(
                "the backup does not open: the key is another one, or its beginning was changed.",
                mend="give the key file it was made with.",
            )
        return DamagedBackupError(
            f"the backup was cut off or changed in its piece {self._number + 1}.",
            mend="fetch it anew from where it is kept, or take an earlier one.",
        )


def _key_of(key: bytes, salt: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise BackupKeyError("the key has not 32 bytes.", mend="make one: openssl rand -base64 32")
    return derive(key, f"backup/{salt.hex()}")


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">7xIB", number, last)
