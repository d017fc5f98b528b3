"""Recipient profiles: who receives what, under which authority, when and how."""

from shield1367.config.organizations import OrganizationType
from shield1367.config.purposes import Purpose
from shield1367.config.recipient.membership import Membership
from shield1367.config.recipient.organization import Determination, Employment, Organization
from shield1367.config.recipient.profile import RecipientProfile
from shield1367.config.recipient.reading import load_recipient, load_recipients
from shield1367.config.recipient.terms import (
    Agreement,
    Approval,
    Delivery,
    Effective,
    Recall,
    Retention,
    Schedule,
)

__all__ = [
    "Agreement",
    "Approval",
    "Delivery",
    "Determination",
    "Effective",
    "Employment",
    "Membership",
    "Organization",
    "OrganizationType",
    "Purpose",
    "Recall",
    "RecipientProfile",
    "Retention",
    "Schedule",
    "load_recipient",
    "load_recipients",
]
