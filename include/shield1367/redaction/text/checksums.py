"""Check digits of bank and card numbers: what passes is one, whatever stands before it."""

from __future__ import annotations

from typing import Final

_ABA_WEIGHTS: Final = (3, 7, 1)
_CLABE_WEIGHTS: Final = (3, 7, 1)


def is_account(text: str) -> bool:
    """Whether the letters and digits of *text* are an IBAN, a card number or a CLABE with a right check digit.

    A routing number is too short to go by its check digit alone (one in ten of all numbers passes).
    """
    value = "".join(filter(str.isalnum, text)).upper()
    return is_iban(value) or is_card(value) or is_clabe(value)


def is_iban(value: str) -> bool:
    """ISO 13616: the country and check digits moved to the end, letters as numbers, modulo 97 is 1."""
    if not (15 <= len(value) <= 34 and value.isascii() and value.isalnum()):
        return False
    if not (value[:2].isalpha() and value[2:4].isdigit()):
        return False
    return int("".join(str(int(character, 36)) for character in value[4:] + value[:4])) % 97 == 1


def is_card(value: str) -> bool:
    """ISO/IEC 7812: Luhn's sum over 13 to 19 digits."""
    if not (13 <= len(value) <= 19 and value.isascii() and value.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(value)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0 and total > 0


def is_routing(value: str) -> bool:
    """American Bankers Association: nine digits weighted 3, 7, 1; first two a Federal Reserve district."""
    if not (len(value) == 9 and value.isascii() and value.isdigit()):
        return False
    district = int(value[:2])
    if not (1 <= district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80):
        return False
    return sum(int(digit) * _ABA_WEIGHTS[place % 3] for place, digit in enumerate(value)) % 10 == 0


def is_clabe(value: str) -> bool:
    """Banco de México: 17 digits weighted 3, 7, 1 modulo 10, and what is missing to ten as the 18th."""
    if not (len(value) == 18 and value.isascii() and value.isdigit()):
        return False
    total = sum(int(digit) * _CLABE_WEIGHTS[place % 3] % 10 for place, digit in enumerate(value[:17]))
    return (10 - total % 10) % 10 == int(value[17])
