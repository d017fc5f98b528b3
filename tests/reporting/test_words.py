"""Every treatment and membership has words."""

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership
from shield1367.reporting.words import MEMBERSHIPS, TREATMENTS


def test_every_treatment_and_membership_is_explained() -> None:
    assert set(TREATMENTS) == set(Treatment)
    assert set(MEMBERSHIPS) == set(Membership)
