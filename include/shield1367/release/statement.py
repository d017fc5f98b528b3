"""The signed statement of a package: in-toto Statement v1 in a DSSE envelope, ``release.dsse.json``.

Its one subject is the manifest, which lists every other file with its hash. It says nothing that the
manifest does not say, and no time: the same package and key give the same bytes.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from shield1367.release.manifest import MANIFEST, ReleaseManifest
from shield1367.release.signing import Signer
from shield1367.release.verify import (
    ENVELOPE,
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    STATEMENT_TYPE,
    pre_authentication,
)
from shield1367.storage import sha256, write_json


def write_statement(package: Path, manifest: ReleaseManifest, signer: Signer) -> Path:
    """Sign the manifest that lies in *package*."""
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": MANIFEST, "digest": {"sha256": sha256(package / MANIFEST)}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"release_id": manifest.release_id, "recipient": manifest.recipient},
    }
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
    signature = signer.sign(pre_authentication(PAYLOAD_TYPE, payload))
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode("ascii"),
        "signatures": [{"keyid": signer.key_id, "sig": base64.b64encode(signature).decode("ascii")}],
    }
    return write_json(package / ENVELOPE, envelope)
