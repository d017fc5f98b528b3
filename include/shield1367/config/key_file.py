"""A file with keys for some purposes alone, derived from the master key for who shall not have that."""

from __future__ import annotations

import base64
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel
from shield1367.keyring import KEY_BYTES
from shield1367.keys import Keys


class KeyFile(ConfigModel):
    """The file.

    Attributes:
        PURPOSES: those it is for: it has a key for each, and no other.
        purposes: purpose → derived key, in base64.
    """

    PURPOSES: ClassVar[tuple[str, ...]] = ()

    format: Annotated[int, Field(ge=1, le=1)] = 1
    purposes: dict[str, str] = Field(repr=False)

    @model_validator(mode="after")
    def _is_whole(self) -> KeyFile:
        if self.purposes.keys() != set(self.PURPOSES) or any(
            len(key) != KEY_BYTES for key in self.keys().values()
        ):
            raise ValueError("purposes: a key for each, and no other")
        return self

    def keys(self) -> dict[str, bytes]:
        """Purpose → key."""
        return {name: base64.b64decode(key, validate=True) for name, key in self.purposes.items()}

    @classmethod
    def derived(cls, keys: Keys) -> dict[str, str]:
        """What *purposes* are by the master key."""
        return {name: base64.b64encode(keys.derive(name)).decode() for name in cls.PURPOSES}
