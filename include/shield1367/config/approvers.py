"""Who may sign policy: the public keys of the approvers, ``approvers.yaml``.

Whoever can change this file can approve anything: keep it where only compliance may write.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load

APPROVERS = "approvers.yaml"
_RAW_BYTES = 32


def _is_key(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _RAW_BYTES:
        raise ValueError("is not an Ed25519 public key: give base64 of 32 bytes, as `policy key` prints it")
    return text


class Approver(ConfigModel):
    """One person who may sign.

    Attributes:
        role: ``example`` for the keys that signed what is shipped: their private halves were thrown away,
            and they count only as long as nobody else is named here. ``cleared_reviewer`` signs nothing, but
            may ask for protected values.
        public_key: raw Ed25519 public key, base64.
        until: the last day a signature of theirs counts; set it when somebody leaves.
    """

    name: Annotated[str, Field(min_length=1)]
    role: Literal["compliance", "privacy", "counsel", "data_owner", "cleared_reviewer", "example"]
    public_key: Annotated[str, AfterValidator(_is_key)]
    until: date | None = None

    def is_cleared(self, on: date) -> bool:
        """Whether protected values may be shown to them on a day."""
        return self.role == "cleared_reviewer" and (self.until is None or on <= self.until)


class Approvers(ConfigModel):
    """``approvers.yaml``."""

    approvers: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)], Approver] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _are_different(self) -> Approvers:
        keys = [base64.b64decode(approver.public_key) for approver in self.approvers.values()]
        if len(set(keys)) < len(keys):
            raise ValueError(
                "approvers: two have the same public key; different approvers have different keys"
            )
        return self

    @property
    def are_examples(self) -> bool:
        """Whether nobody but the example keys is named."""
        signers = [a for a in self.approvers.values() if a.role != "cleared_reviewer"]
        return all(approver.role == "example" for approver in signers)

    def counted(self, on: date) -> dict[str, Approver]:
        """Whose signature counts on a day; an example's only as long as there is nobody else."""
        return {
            name: approver
            for name, approver in self.approvers.items()
            if approver.role != "cleared_reviewer"
            and (approver.role != "example" or self.are_examples)
            and (approver.until is None or on <= approver.until)
        }


def load_approvers(folder: Path | None = None) -> Approvers:
    """Read ``approvers.yaml``; without the file nobody may sign.

    Raises:
        ConfigError: the file does not hold.
    """
    path = (folder or config_folder()) / APPROVERS
    return load(Approvers, path) if path.exists() else Approvers()
