"""AES-CMAC of whole columns of short texts at once.

A message authentication code is a pseudorandom function: without the key nobody can tell what it gives from random
bits. One call of the cipher works on the same block of all texts, so that a million of them cost no loop of Python.
(NIST SP 800-38B; RFC 4493, whose test vectors are in the tests. Keys are of 256 bits.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

Codes = npt.NDArray[np.uint8]
BLOCK = 16  # bytes
_REDUCTION = 0x87  # of the field with 2^128 elements, SP 800-38B § 5.3
_END = 0x80  # a one bit behind a text that does not fill its last block


class ColumnCmac:
    """The codes of texts under one key."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.AES(key)
        self._whole, self._filled_up = _subkeys(self._encryptor())

    def of(self, text: str) -> bytes:
        """16 bytes for one text, for who has but one."""
        code = CMAC(self._algorithm)
        code.update(text.encode())
        return code.finalize()

    def of_all(self, texts: pa.StringArray) -> Codes:
        """What :meth:`of` says of each: one row of 16 bytes a text. A null is taken for the empty text."""
        starts, lengths, content = _laid_out(texts)
        counts = np.maximum(-(-lengths // BLOCK), 1)
        codes = np.empty((len(texts), BLOCK), np.uint8)
        for count in np.unique(counts):
            chosen = np.flatnonzero(counts == count)
            codes[chosen] = self._codes(_padded(starts[chosen], lengths[chosen], content, int(count)))
        return codes

    def _codes(self, padded: tuple[Codes, npt.NDArray[np.bool_]]) -> Codes:
        """Of texts of as many blocks each."""
        blocks, is_whole = padded
        blocks[:, -1] ^= np.where(is_whole[:, None], self._whole, self._filled_up)
        encryptor = self._encryptor()
        state = np.zeros((len(blocks), BLOCK), np.uint8)
        for number in range(blocks.shape[1]):
            state ^= blocks[:, number]
            state = np.frombuffer(encryptor.update(state.tobytes()), np.uint8).reshape(-1, BLOCK).copy()
        return state

    def _encryptor(self) -> CipherContext:
        # Block by block is what CMAC is made of; chaining is done above, for all texts together.
        return Cipher(self._algorithm, modes.ECB()).encryptor()  # noqa: S305


def _subkeys(encryptor: CipherContext) -> tuple[Codes, Codes]:
    """What the last block is mixed with: one that is full, and one that was filled up."""
    first = _doubled(encryptor.update(bytes(BLOCK)))
    return np.frombuffer(first, np.uint8), np.frombuffer(_doubled(first), np.uint8)


def _doubled(block: bytes) -> bytes:
    number = int.from_bytes(block)
    doubled = (number << 1) ^ (_REDUCTION if number >> (8 * BLOCK - 1) else 0)
    return (doubled & ((1 << 8 * BLOCK) - 1)).to_bytes(BLOCK)


def _laid_out(texts: pa.StringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Codes]:
    """Where each text begins, how long it is, and the bytes they lie in."""
    _, offsets, content = texts.buffers()
    if not len(texts):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.zeros(1, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    lengths = np.diff(ends)
    if texts.null_count:
        lengths[texts.is_null().to_numpy(zero_copy_only=False)] = 0
    data = np.frombuffer(content, np.uint8) if content is not None and content.size else np.zeros(1, np.uint8)
    return ends[:-1], lengths, data


def _padded(
    starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], content: Codes, count: int
) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Texts of *count* blocks as blocks, and which of them fill the last one."""
    places = np.arange(count * BLOCK)
    inside = places < lengths[:, None]
    cells = content[np.minimum(starts[:, None] + places, len(content) - 1)] * inside
    is_whole = lengths == count * BLOCK
    short = np.flatnonzero(~is_whole)
    cells[short, lengths[short]] = _END
    return cells.reshape(len(starts), count, BLOCK), is_whole
