"""The order rows are released in: keyed to where each came from, and saying nothing about it.

The source's order may follow the filing of cases. A row's place here depends on its file and line and on a key
of the release, not on where it lies in the staged partition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shield1367.redaction.encoding import Encoded

_BLOCK = 16


def sort_keys(key: str, files: Encoded, rows: pa.ChunkedArray) -> npt.NDArray[np.void]:
    """16 bytes for each row, no two alike; without the key nobody can tell them from random ones.

    Args:
        key: 32 hex digits, for one partition of one release.
        files: the file each row is from; *rows* its number there.
    """
    blocks = np.empty((len(files), 2), np.uint64)
    blocks[:, 0] = _digests(files.values)[files.indices.to_numpy(zero_copy_only=False)]
    blocks[:, 1] = rows.to_numpy()
    # One block each and no two the same: AES is used as what it is, a keyed permutation of blocks.
    permutation = Cipher(algorithms.AES(bytes.fromhex(key)), modes.ECB()).encryptor()  # noqa: S305
    return np.frombuffer(permutation.update(blocks.tobytes()), np.dtype((np.void, _BLOCK)))


def ranked(keys: npt.NDArray[np.void]) -> npt.NDArray[np.int64]:
    """Positions by their keys."""
    halves = keys.view(">u8").reshape(-1, 2)
    return np.lexsort((halves[:, 1], halves[:, 0]))


def _digests(files: Sequence[str | None]) -> npt.NDArray[np.uint64]:
    first = [hashlib.sha256(repr(name).encode()).digest()[:8] for name in files]
    return np.frombuffer(b"".join(first), np.uint64)
