"""The token that stands for a masked stretch: one form per type, the same whoever is meant."""

from __future__ import annotations

import re

# What a reader must not tell apart: a token of their own for benefit phrases and shelters would say that the
# narrative speaks of one, which is itself protected. They hide among the commonest numbers.
REDACTED = "[REDACTED]"

# The type of a span → what the reader sees.
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
    "ID": REDACTED,
    "PHONE": "[PHONE]",
    "EMAIL": "[EMAIL]",
    "URL": "[URL]",
    "IP": "[IP]",
    "GPS": "[GPS]",
    "LICENSE": REDACTED,
    "PLATE": REDACTED,
    "ACCOUNT": REDACTED,
    "ORGANIZATION": REDACTED,
    "BENEFIT": REDACTED,
    "WITHHELD": "[WITHHELD]",
}
LONGEST_TOKEN = max(map(len, TOKENS.values()))
TOKEN = re.compile("|".join(re.escape(token) for token in dict.fromkeys(TOKENS.values())))
# The text of a narrative that is withheld whole.
WITHHELD = TOKENS["WITHHELD"]
# Of a shared token the first type: a text that was scrubbed before does not say more.
ENTITY_OF_TOKEN = {token: entity for entity, token in reversed(TOKENS.items())}
