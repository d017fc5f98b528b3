"""Papers that something rests on: a reference, a date of signature, an end, and whether it was taken back."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from shield1367.config.loading import ConfigModel

Reference = Annotated[str, Field(min_length=1, max_length=200)]


class Document(ConfigModel):
    """A signed paper, known here by its reference in the record system; never by its content.

    Attributes:
        reference: where the paper is filed.
        signed: the day it was signed.
        expires: the last day it holds; without one it holds until it is revoked.
        revoked: the day it was taken back; from that day on it carries nothing.
    """

    reference: Reference
    signed: date
    expires: date | None = None
    revoked: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Document:
        if self.expires is not None and self.expires < self.signed:
            raise ValueError("expires before it was signed")
        return self

    def fault(self, on: date) -> str | None:
        """Why the paper does not carry a release on a day; ``None`` when it does."""
        if self.signed > on:
            return f"is signed on {self.signed} only"
        if self.revoked is not None and self.revoked <= on:
            return f"was revoked on {self.revoked}"
        if self.expires is not None and self.expires < on:
            return f"expired on {self.expires}"
        return None
