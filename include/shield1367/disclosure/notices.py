"""The notice on rows whose information comes from a prohibited source; inside DHS, DOS and DOJ only.

Nothing derived solely from such a source goes to an inside recipient without it (8 U.S.C. § 1367(a)(1)).
"""

from __future__ import annotations

import hashlib

from shield1367.config.safeguards import Safeguards
from shield1367.protection.safeguards.rows import ItemState

_BAR = "must not be the ground of an adverse determination of admissibility or deportability, 8 U.S.C. § 1367(a)(1)."

NOTICES: dict[ItemState, str] = {
    ItemState.OPEN: f"Furnished solely by a prohibited source and not verified: {_BAR}",
    ItemState.REVIEW: f"May be furnished solely by a prohibited source; until somebody has looked, it {_BAR}",
    ItemState.VERIFIED: "Furnished by what is or may be a prohibited source; an independent source or verification"
    " is recorded, 8 U.S.C. § 1367(a)(1).",
}


def safeguards_hash(safeguards: Safeguards, recorded: str) -> str:
    """Hash of what decides about the notices: the words, and every verification that is recorded.

    Args:
        recorded: the digest of the verifications.
    """
    return hashlib.sha256(f"{safeguards.content_hash()}|{recorded}".encode()).hexdigest()
