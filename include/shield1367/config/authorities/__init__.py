"""Authorities: each exception of 8 U.S.C. § 1367(b) with the evidence it needs and what it permits."""

from shield1367.config.authorities.exception import Consequence, Exception1367
from shield1367.config.authorities.reading import Authorities, Authority, load_authorities
from shield1367.config.authorities.refusals import Refusal, refusals
from shield1367.config.authorities.statistics import ClosedWhen, Oversight

__all__ = [
    "Authorities",
    "Authority",
    "ClosedWhen",
    "Consequence",
    "Exception1367",
    "Oversight",
    "Refusal",
    "load_authorities",
    "refusals",
]
