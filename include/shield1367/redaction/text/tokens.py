"""The token that stands for a masked stretch: one form per type, the same whoever is meant."""

from __future__ import annotations

import re

# The type of a span → what the reader sees. Narrower types share a token where the type itself would tell.
TOKENS: dict[str, str] = {
    "PERSON": "[PERSON]",
    "PLACE": "[PLACE]",
    "ADDRESS": "[ADDRESS]",
    "DATE": "[DATE]",
    "AGE": "[AGE]",
    "A_NUMBER": "[A_NUMBER]",
    "RECEIPT": "[RECEIPT]",
    "SSN": "[SSN]",
    "PASSPORT": "[PASSPORT]",
    "ID": "[ID]",
    "PHONE": "[PHONE]",
    "EMAIL": "[EMAIL]",
    "URL": "[URL]",
    "IP": "[IP]",
    "GPS": "[GPS]",
    "LICENSE": "[LICENSE]",
    "PLATE": "[PLATE]",
    "ACCOUNT": "[ACCOUNT]",
    "ORGANIZATION": "[ORGANIZATION]",
    "BENEFIT": "[BENEFIT]",
    "WITHHELD": "[WITHHELD]",
}
TOKEN = re.compile("|".join(re.escape(token) for token in TOKENS.values()))
# The text of a narrative that is withheld whole.
WITHHELD = TOKENS["WITHHELD"]
ENTITY_OF_TOKEN = {token: entity for entity, token in TOKENS.items()}
