"""Identifiers by their shape, and by the words before them. Linear time: google-re2, no backtracking."""
# ruff: noqa: E501  (a regular expression is read in one piece)

from __future__ import annotations

import re
from typing import Final

import re2

from shield1367.redaction.text.batch import Batch, Hit

_STATE = "(?i:a[klrz]|c[aot]|d[ce]|fl|g[au]|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|p[ar]|ri|s[cd]|t[nx]|ut|v[ait]|w[aivy])"
_CITY_STATE = (
    r"(?:,? (?:in )?[A-Za-z][A-Za-z.'-]+(?: [A-Za-z][A-Za-z.'-]+){0,2},? "
    + _STATE
    + r"(?:,? \d{5}(?:-\d{4})?)?\b)?"
)
_UNIT = r"(?:,? ?(?:#|(?i:apt|apartment|unit|suite|ste|lot|rm|room|floor|fl|bldg|building|space|spc|trlr|depto|int)\b\.?) ?#?[A-Za-z0-9-]+|,? (?i:bsmt|basement|rear|front|upper|lower|upstairs|downstairs|penthouse|ph)\b)?"
_SUFFIX = (
    r"(?i:street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|circle|cir|place|pl|terrace|ter|terr"
    r"|parkway|pkwy|highway|hwy|way|trail|trl|square|sq|loop|plaza|plz|alley|aly|crescent|cres|pike|row|run|path|point|pt"
    r"|ridge|rdg|crossing|xing|concourse|turnpike|tpke|expressway|expy|calle|avenida|camino)"
)

# Tried in this order at each place; (entity, score, pattern). All are matched on folded, cased ASCII.
SHAPES: Final = {
    "url": ("URL", 1.0, r"(?i:\bhttps?://[^\s<>\"\]\x1e\x1f]+|\bwww\.[^\s<>\"\]\x1e\x1f]+)"),
    "email": ("EMAIL", 1.0, r"(?i:\b[a-z0-9._%+'-]+ ?(?:@|\[at\]|\(at\)) ?[a-z0-9-]+(?:\.[a-z0-9-]+)+)\b"),
    "ip": ("IP", 0.9, r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}\b"),
    "gps": ("GPS", 0.9, r"-?\b\d{1,3}\.\d{3,}[^\w\n\x1e\x1f]{0,3}[NS]?[ ,;]{1,3}-?\d{1,3}\.\d{3,}(?:[^\w\n\x1e\x1f]{0,2}[EW]\b)?"),
    "receipt": ("RECEIPT", 1.0, r"\b[A-Za-z]{3}[- #]{0,2}(?:\*\d{9}|\d{2}[- ]?\d{3}[- ]?\d{5}|[0-9OoIl]{2}\d{8})\b"),
    "a_number": (
        "A_NUMBER",
        1.0,
        r"\b[Aa][-#: .]{0,3}(?:(?i:no|num|number|file)\b[-#:. ]{0,3})?(?:\d{2,3}[- .]?\d{3}[- .]?\d{3}|[0-9OIl]{8,9})\b"
        r"|\b[Aa][-# ]?(?:[*Xx]{2,}[-*Xx ]*|\d[\d* Xx-]*[*Xx])[-*Xx\d ]*\d{2,}\b",
    ),
    "ssn": ("SSN", 1.0, r"\b\d{3}[- .]\d{2}[- .]\d{4}\b|(?:\*{3}|[Xx]{3})-?(?:\*\*|[Xx]{2})-?\d{4}\b"),
    "i94": ("ID", 1.0, r"\b\d{9}[A-Za-z]\d\b|\b\d{11}\b"),
    "sevis": ("ID", 1.0, r"\b[Nn][- ]?\d{10}\b"),
    "phone_us": (
        "PHONE",
        0.9,
        r"(?:\+?\b1[-. ]{0,2})?(?:\(\d{3}\)|\b\d{3})[-. /]{1,2}\d{3}[-. ]{1,2}\d{4}\b(?:,? ?(?i:x|ext\.?|extension) ?\d{1,6})?"
        r"|(?:\+1|\b1)?\(\d{3}\)\d{3}-?\d{4}\b|\b\d{3}[-. ]\d{7}\b|\b[2-9]\d{2}-\d{4}\b",
    ),
    "phone_world": ("PHONE", 0.9, r"(?:\+|\b00|\b011[- ])\d{1,3}(?:[-. /]{0,2}\(?\d{1,5}\)?){1,6}\d\b"),
    "phone_latin": ("PHONE", 0.8, r"\b(?:50\d|5[1-8]|59\d)[- ]\d{3,4}[- ]\d{3,4}(?:[- ]\d{2,4})?\b|\b\d{4}[- ]\d{4}\b"),
    "a_number_bare": ("A_NUMBER", 0.9, r"\b\d{3}[- .]\d{3}[- .]\d{3}\b"),
    "po_box": ("ADDRESS", 1.0, r"\b(?i:p\. ?o\.? ?box|po box|apartado(?: postal)?) #?\d{1,6}\b" + _CITY_STATE),
    "street_prefix": (
        "ADDRESS",
        0.95,
        r"\b\d{1,6} (?:(?i:[nsew]|north|south|east|west)\b\.? )?(?i:calle|avenida|avenue|av|via|camino|rue|county road|county rd|cr|fm|rm"
        r"|highway|hwy|route|rte|rt|state road|sr|state route|us)\b\.? (?:[A-Za-z0-9'-]+ ){0,2}?[A-Za-z0-9'-]+" + _UNIT + _CITY_STATE,
    ),
    "street": (
        "ADDRESS",
        0.95,
        r"\b\d{1,6}(?:-\d{1,4})?[A-Za-z]?(?: 1/2)?,? (?:(?i:[nsew]|ne|nw|se|sw|north|south|east|west)\b\.? )?"
        r"(?:[A-Za-z0-9.'-]+ ){1,4}?" + _SUFFIX + r"\b\.?(?: (?i:[nsew]|ne|nw|se|sw|north|south|east|west)\b\.?)?" + _UNIT + _CITY_STATE,
    ),
    "street_spanish": ("ADDRESS", 0.95, r"\b(?i:calle|avenida|av\.|colonia|barrio|carrera|pasaje) (?:[A-Z][\w'-]+ |de |la |los |el ){0,4}[\w'-]+,? (?i:no\.?|numero|num\.?|#) ?\d+[\w-]*"),
    "address_zip": ("ADDRESS", 0.9, r"\b\d{1,6} [A-Za-z0-9 '#-]{3,40}(?:, ?[A-Za-z0-9 '#-]{1,30}){0,2},? " + _STATE + r" \d{5}(?:-\d{4})?\b"),
    "zip": ("ADDRESS", 0.85, r"\b" + _STATE + r",? \d{5}(?:-\d{4})?\b|\b\d{5}-\d{4}\b"),
    "passport_shape": ("PASSPORT", 0.9, r"\b[A-Za-z]{1,2}[- ]?\d{6,9}\b"),
    "card": ("ACCOUNT", 0.9, r"\b(?:\d{4}[- ]){3}\d{1,7}\b"),
    "digits": ("ID", 0.8, r"\b[A-Za-z]{0,5}[-#]?\d{6,}[A-Za-z]{0,3}\d*\b|\b\d+(?:[- ]\d{2,}){2,}\b|\b\d{2,}-\d{5,}\b|\b[0-9A-Z]*\d[0-9A-Z]*[A-Z][0-9A-Z]*\d[0-9A-Z]{4,}\b"),
}  # fmt: skip

# Words that make an identifier of whatever follows them.
CONTEXTS: Final = {
    "PASSPORT": r"passport|pasaporte|travel document",
    "LICENSE": r"driver'?s? licen[cs]e|driving licen[cs]e|\bDL\b|licencia(?: de conducir)?|state id|matricula",
    "PLATE": r"licen[cs]e plate|plates?|placas?|\bVIN\b|tag number",
    "ACCOUNT": r"account|acct|routing|cuenta|iban|card",
    "SSN": r"\bSSN?\b|\bITIN\b|social security|seguro social",
    "A_NUMBER": r"a-?number|a-?file|alien (?:registration )?(?:number|no|#)|uscis ?#|numero de extranjero",
    "ID": r"\bFINS?\b|fingerprint|\bIDENT\b|\bEID\b|\bEARM\b|subject|case|docket|file|detainee|detention|booking|inmate|\bFBI\b|\bUCN\b"
    r"|\bSID\b|\bTCN\b|\bI-?94\b|admission|sevis|visa (?:foil|control)|foil|barcode|event|incident|report|idn\w*|online account"
    r"|receipt|recibo|control|reference|folio|\bCURP\b|\bDUI\b|\bDPI\b|cedula|\bID\b",
}  # fmt: skip
_LABEL = r"(?: ?(?:number|num|no|nbr|id|case|numero|is|was|es|#)\b\.?|[ \n]?[#:=])*[ \n]?[#:]? ?"

# One automaton each: joined, they outgrow re2's cache of states and run five times slower.
_SHAPES = tuple(
    (f"pattern.{name}", entity, score, re2.compile(pattern.encode()))
    for name, (entity, score, pattern) in SHAPES.items()
)
_CONTEXT = re2.compile(
    (
        "(?i)(?:"
        + "|".join(f"({words})" for words in CONTEXTS.values())
        + rf"){_LABEL}\b([a-z0-9*-]*\d[a-z0-9*-]*)\b"
    ).encode()
)
_CONTEXT_ENTITIES = tuple(CONTEXTS)
# Places that a vocabulary cannot see, being made of ordinary words.
_PLACE = re2.compile(
    rb"\b(?:San|Santa|Santo|Los|Las|Ciudad|Puerto|Port|Fort|Saint|Cap|Villa|Nueva|Nuevo|Mount|Lake|Palo|SAN|SANTA|SANTO|LOS|LAS|CIUDAD|PUERTO"
    rb"|san|santa|ciudad|puerto|port-au|Port-au|PORT-AU)[- ](?:[A-Z]|(?:de|del|la) [A-Z]|[a-z]{4})[A-Za-z-]+(?: (?:Sula|City|Beach|Springs|sula|SULA))?"
    rb"|\b(?:El Paso|EL PASO|el paso|La Paz)\b|\b[A-Z][a-z]+ City\b|\b[A-Z]+ CITY\b|\b(?:guatemala|mexico|dodge|kansas|oklahoma|panama) city\b"
)
_AGE = re2.compile(
    rb"(?i)\b(?:9\d|1[0-2]\d)[- ](?:years?|yrs?)[- ]?(?:old|of age)|\bage[sd]?:? (?:9\d|1[0-2]\d)\b|\b(?:9\d|1[0-2]\d) anos\b"
)
_OLD = re.compile(r"(?:9\d|1[0-2]\d)")
# A year, a section number, a form: short digits after "case" are a count, not an id.
_SHORTEST = 4
# Three letters before ten digits that are a word, not a service centre.
_NO_PREFIX = frozenset({"fin", "ssn", "tel", "the", "and", "was", "num", "nbr", "for", "fbi", "sid"})


def find_patterns(batch: Batch) -> None:
    """Add every identifier that has a shape of its own, or a telling word before it."""
    data = batch.ascii
    for rule, entity, score, shape in _SHAPES:
        for match in shape.finditer(data):
            start, end = match.span()
            _add_shape(batch, start, end, entity, rule, score)
    for match in _PLACE.finditer(data):
        first = batch.lower[match.start() : match.end()].split()
        if first[0] in ("port", "lake", "mount", "fort") and first[-1] in ("of", "entry"):
            continue
        batch.add(Hit(match.start(), match.end(), "PLACE", "pattern.place", 0.6))
    value_group = len(_CONTEXT_ENTITIES) + 1
    for match in _CONTEXT.finditer(data):
        start, end = match.span(value_group)
        value = batch.lower[start:end]
        digits = sum(map(str.isdigit, value))
        if (
            len(value) < _SHORTEST
            or digits < 3
            or (len(value) == 4 and value.isdigit() and value[:2] in ("19", "20"))
        ):
            continue
        group = next(i for i in range(1, value_group) if match.span(i)[0] >= 0)
        batch.add(Hit(start, end, _CONTEXT_ENTITIES[group - 1], "pattern.context", 0.85))
    for match in _AGE.finditer(data):
        start, end = match.span()
        number = _OLD.search(batch.lower, start, end)
        if number:
            batch.add(Hit(number.start(), number.end(), "AGE", "pattern.age_over_89", 1.0))


def _add_shape(batch: Batch, start: int, end: int, entity: str, rule: str, score: float) -> None:
    if batch.is_covered(start, end):
        # An earlier, narrower shape said what it is.
        return
    if entity == "ID" and sum(map(str.isdigit, batch.lower[start:end])) < 6:
        return
    if entity == "RECEIPT" and batch.lower[start : start + 3] in _NO_PREFIX:
        entity, start = "ID", start + 3
        start += len(batch.lower[start:end]) - len(batch.lower[start:end].lstrip(" -#"))
    batch.add(Hit(start, end, entity, rule, score))
