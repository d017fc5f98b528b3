"""Identifiers by their shape, and by the words before them. Linear time: google-re2, no backtracking."""
# ruff: noqa: E501  (a regular expression is read in one piece)

from __future__ import annotations

from typing import Final

import re2

from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.checksums import is_account
from shield1367.redaction.text.seldom import Seldom

_STATE = "(?i:a[klrz]|c[aot]|d[ce]|fl|g[au]|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|p[ar]|ri|s[cd]|t[nx]|ut|v[ait]|w[aivy])"
_STATE_NAME = (
    "(?i:alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|district of columbia|florida|georgia|hawaii|idaho|illinois"
    "|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada"
    "|new (?:hampshire|jersey|mexico|york)|north (?:carolina|dakota)|ohio|oklahoma|oregon|pennsylvania|puerto rico|rhode island"
    "|south (?:carolina|dakota)|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming)"
)
# No bare number among the words of a street's name but the one before its kind: "2012, lives at 22 …" begins at 22.
_STREET_WORD = r"(?:[A-Za-z.'-]+|\d{1,3}(?i:st|nd|rd|th)|[A-Za-z]+\d{1,3}) "
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

# 29°45'37.5" as it reads when every mark that is not ASCII is a question mark.
_DEGREES = r"\d{1,3}[^\w\n\x1e\x1f]{1,2}\d{1,2}(?:\.\d+)?[^\w\n\x1e\x1f]{1,2}(?:\d{1,2}(?:\.\d+)?[^\w\n\x1e\x1f]{1,3})? ?"

# Tried in this order at each place; (entity, score, pattern). All are matched on folded, cased ASCII.
SHAPES: Final = {
    "account": (
        "ACCOUNT",
        1.0,
        r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b|\b\d{4}[ -]?\d{4,6}[ -]?\d{4,5}(?:[ -]?\d{1,6})?\b"
        r"|(?i:\b(?:swift|bic)\b(?: code)?[ :]{1,3})[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b",
    ),
    "url": ("URL", 1.0, r"(?i:\bhttps?://[^\s<>\"\]\x1e\x1f]+|\bwww\.[^\s<>\"\]\x1e\x1f]+"
        r"|(?:\b[a-z0-9][a-z0-9-]*\.)+(?:com|net|org|gov|edu|info|io)\b(?:/[^\s<>\"\]\x1e\x1f]*)?)"),
    # Names in social networks and payment services.
    "handle": ("ID", 0.85, r"\B@[A-Za-z0-9_][A-Za-z0-9_.]{2,30}\b|\B\$[A-Za-z][A-Za-z0-9_]{2,20}\b"),
    "email": ("EMAIL", 1.0, r"(?i:\b[a-z0-9._%+'-]+ ?(?:@|\[at\]|\(at\)) ?[a-z0-9-]+(?:\.[a-z0-9-]+)+)\b"),
    "ip": ("IP", 0.9, r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}\b"
        r"|\b[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6}::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?|::[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6}\b"),
    "gps": ("GPS", 0.9, r"-?\b\d{1,3}\.\d{3,}[^\w\n\x1e\x1f]{0,3}[NS]?[ ,;]{1,3}-?\d{1,3}\.\d{3,}(?:[^\w\n\x1e\x1f]{0,2}[EW]\b)?"
        r"|\b" + _DEGREES + r"[NS]\b[ ,;/]{0,3}" + _DEGREES + r"[EWO]\b"
        r"|\b(?i:lat(?:itude?|itud)?)\b[.:= ]{1,3}-?\d{1,3}\.\d+[NS ,;/]{1,5}(?i:y )?(?i:lon(?:g|gitude?|gitud)?)\b[.:= ]{1,3}-?\d{1,3}\.\d+"),
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
        r"(?:(?:" + _STREET_WORD + r"){1,4}?|(?:" + _STREET_WORD + r"){0,3}?\d{1,3} )" + _SUFFIX + r"\b\.?(?: (?i:[nsew]|ne|nw|se|sw|north|south|east|west)\b\.?)?" + _UNIT + _CITY_STATE,
    ),
    "street_spanish": ("ADDRESS", 0.95, r"\b(?i:calle|avenida|av\.|colonia|barrio|carrera|pasaje) (?:[A-Z][\w'-]+ |\d{1,2} |de |la |los |el ){0,4}[\w'-]+,? (?i:no\.?|numero|num\.?|#) ?\d+[\w-]*"
        r"(?:,? (?i:col\.?|colonia|barrio|fracc\.?|zona) [A-Z0-9][\w'-]*(?: [A-Z][\w'-]+)?)?"
        r"|\b(?i:km\.?|kilometro) ?\d+(?:\.\d+)?,? (?i:de la )?(?i:carretera|autopista|ruta)\b(?: (?i:a|al|de|hacia) [A-Z][\w'-]+)?"),
    "address_zip": ("ADDRESS", 0.9, r"\b\d{1,6} [A-Za-z0-9 '#-]{3,40}(?:, ?[A-Za-z0-9 '#-]{1,30}){0,2},? " + _STATE + r" \d{5}(?:-\d{4})?\b"),
    "zip": ("ADDRESS", 0.85, r"\b(?:" + _STATE + "|" + _STATE_NAME + r"),? \d{5}(?:-\d{4})?\b|\b\d{5}-\d{4}\b"),
    "passport_shape": ("PASSPORT", 0.9, r"\b[A-Za-z]{1,2}[- ]?\d{6,9}\b"),
    "card": ("ACCOUNT", 0.9, r"\b(?:\d{4}[- ]){3}\d{1,7}\b"),
    "digits": ("ID", 0.8, r"\b[A-Za-z]{0,5}[-#]?\d{6,}[A-Za-z]{0,3}\d*\b|\b\d+(?:[- ]\d{2,}){2,}\b|\b\d{2,}-\d{5,}\b|\b[0-9A-Z]*\d[0-9A-Z]*[A-Z][0-9A-Z]*\d[0-9A-Z]{4,}\b"
        r"|\b\d:\d{2}-[A-Za-z]{2}-\d{3,6}\b"),
}  # fmt: skip

# Words that make an identifier of whatever follows them.
CONTEXTS: Final = {
    "PASSPORT": r"passport|pasaporte|travel document",
    "LICENSE": r"driver'?s? licen[cs]e|driving licen[cs]e|\bDL\b|licencia(?: de conducir)?|state id|matricula",
    "PLATE": r"licen[cs]e plate|plates?|placas?|\bVIN\b|\btags?",
    "ACCOUNT": r"account|acct|routing|\bABA\b|cuenta|iban|clabe|swift|card|tarjeta",
    "PHONE": r"\b(?:tel(?:ephone|efono)?|phone|cell(?:ular|phone)?|celular|movil|mobile|whatsapp|fax)",
    "SSN": r"\bSSN?\b|\bITIN\b|social security|seguro social",
    "A_NUMBER": r"a-?number|a-?file|alien (?:registration )?(?:number|no|#)|uscis ?#|numero de extranjero",
    "ID": r"\bFINS?\b|fingerprint|\bIDENT\b|\bEID\b|\bEARM\b|subject|case|docket|file|detainee|detention|booking|inmate|\bFBI\b|\bUCN\b"
    r"|\bSID\b|\bTCN\b|\bI-?94\b|admission|sevis|visa (?:foil|control)|foil|barcode|event|incident|report|idn\w*|online account"
    r"|receipt|recibo|control|reference|folio|\bCURP\b|\bDUI\b|\bDPI\b|cedula|\bID\b",
}  # fmt: skip
_LABEL = r"(?: ?(?:number|num|no|nbr|id|case|numero|is|was|es|#|(?:ending|ends|terminad[oa]|termina)(?: in| with| en)?)\b\.?|[ \n]?[#:=])*[ \n]?[#:]? ?"

# One automaton each: all joined, they outgrow re2's cache of states and run ten times slower.
_SHAPES = tuple(
    (f"pattern.{name}", entity, score, re2.compile(pattern.encode()))
    for name, (entity, score, pattern) in SHAPES.items()
)
# Few texts have any of these.
_SELDOM: Final = frozenset(
    f"pattern.{name}"
    for name in (
        "account",
        "handle",
        "ip",
        "gps",
        "sevis",
        "po_box",
        "street_prefix",
        "street_spanish",
        "card",
    )
)
_ANY_SELDOM = Seldom(SHAPES[rule.removeprefix("pattern.")][2] for rule in sorted(_SELDOM))
_CONTEXT = re2.compile(
    (
        "(?i)(?:"
        + "|".join(f"({words})" for words in CONTEXTS.values())
        + rf"){_LABEL}\b((?:(?-i:[A-Z]{{1,3}}) )?[a-z0-9*-]*\d[a-z0-9*-]*(?:[./]\d{{2,}}[a-z0-9*-]*)*)\b"
    ).encode()
)
_CONTEXT_ENTITIES = tuple(CONTEXTS)
_PLATE_GROUP = 1 + _CONTEXT_ENTITIES.index("PLATE")
_NO_PLATE = frozenset({"of", "is", "was", "the", "no", "to", "in", "and", "on", "for", "de", "es", "en", "y"})
# Places that a vocabulary cannot see, being made of ordinary words.
_PLACE = re2.compile(
    rb"\b(?:San|Santa|Santo|Los|Las|Ciudad|Puerto|Port|Fort|Saint|Cap|Villa|Nueva|Nuevo|Mount|Lake|Palo|SAN|SANTA|SANTO|LOS|LAS|CIUDAD|PUERTO"
    rb"|san|santa|ciudad|puerto|port-au|Port-au|PORT-AU)[- ](?:[A-Z]|(?:de|del|la) [A-Z]|[a-z]{4})[A-Za-z-]+(?: (?:Sula|City|Beach|Springs|sula|SULA))?"
    rb"|\b(?:El Paso|EL PASO|el paso|La Paz)\b|\b[A-Z][a-z]+ City\b|\b[A-Z]+ CITY\b|\b(?:guatemala|mexico|dodge|kansas|oklahoma|panama) city\b"
)
# 45 C.F.R. § 164.514(b)(2)(i)(C): ages over 89.
_OVER_89 = (
    r"(?:9\d|1[0-2]\d|(?i:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one |a )?hundred(?: and)?(?: [a-z]{3,9})?"
    r"|noventa(?: y (?:un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))?|cien(?:to [a-z]{3,9})?))"
)
_AGE = re2.compile(
    (
        rf"\b({_OVER_89})[- ](?i:(?:years?|yrs?)[- ]?(?:old|of age)|yo\b|anos\b)"
        rf"|\b(?i:age[sd]?:?|edad:?|edad de)[ :]{{1,2}}({_OVER_89})\b"
    ).encode()
)
# A year, a section number, a form: short digits after "case" are a count, not an id.
_SHORTEST = 4
_SHORTEST_PHONE = 6
# A year, who it tells of, and all up to the capitals of a street.
_YEAR_AND_WHO = re2.compile(
    r"(?:19|20)\d\d,? (?:he|she|they|we|I|it|his|her|their|the|el|ella) (?:[a-z][A-Za-z'-]* )*"
)
_KIND = re2.compile(rf" {_SUFFIX}\b")
_LONGEST_KIND = 16
# Three letters before ten digits that are a word, not a service centre.
_NO_PREFIX = frozenset({"fin", "ssn", "tel", "the", "and", "was", "num", "nbr", "for", "fbi", "sid"})


def find_patterns(batch: Batch) -> None:
    """Add every identifier that has a shape of its own, or a telling word before it."""
    data = batch.ascii
    everywhere, seldom = [(0, len(data))], _ANY_SELDOM.stretches(batch)
    for rule, entity, score, shape in _SHAPES:
        for begin, finish in seldom if rule in _SELDOM else everywhere:
            for match in shape.finditer(data, begin, finish):
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
        if len(value) < _SHORTEST or digits < 3:
            continue
        if " " in value:
            # "plate ABC 1234"; after any other word, and in capitals, it is a word: "AN SSN OF 123 …".
            prefix = value.split(" ")[0]
            if match.span(_PLATE_GROUP)[0] < 0 or prefix in _NO_PLATE:
                start += len(prefix) + 1
                value = batch.lower[start:end]
        group = next(i for i in range(1, value_group) if match.span(i)[0] >= 0)
        entity = _CONTEXT_ENTITIES[group - 1]
        year = len(value) == 4 and value.isdigit() and value[:2] in ("19", "20")
        if (year and entity != "SSN") or (entity == "PHONE" and digits < _SHORTEST_PHONE):
            continue
        batch.add(Hit(start, end, entity, "pattern.context", 0.85))
    for match in _AGE.finditer(data):
        start, end = match.span(1) if match.span(1)[0] >= 0 else match.span(2)
        batch.add(Hit(start, end, "AGE", "pattern.age_over_89", 1.0))


def _add_shape(batch: Batch, start: int, end: int, entity: str, rule: str, score: float) -> None:
    if batch.is_covered(start, end):
        # An earlier, narrower shape said what it is.
        return
    if rule == "pattern.digits" and sum(map(str.isdigit, batch.lower[start:end])) < 6:
        return
    if rule == "pattern.account":
        end = _account_end(batch.lower, start, end)
        if end == start:
            # The shapes after it say what else it is.
            return
    if entity == "IP" and not any(map(str.isdigit, batch.lower[start:end])):
        return
    if rule == "pattern.street":
        start, end = _street(batch.cased, start, end)
    if entity == "RECEIPT" and batch.lower[start : start + 3] in _NO_PREFIX:
        entity, start = "ID", start + 3
        start += len(batch.lower[start:end]) - len(batch.lower[start:end].lstrip(" -#"))
    batch.add(Hit(start, end, entity, rule, score))


def _street(text: str, start: int, end: int) -> tuple[int, int]:
    """The street alone in "2019 she moved to Court Street": what stands behind the last small word after a year."""
    sentence = _YEAR_AND_WHO.match(text[start:end])
    if not sentence:
        return start, end
    # Its name may itself be a kind of street.
    kind = _KIND.match(text[end : end + _LONGEST_KIND])
    return start + sentence.end(), end + kind.end() if kind else end


def _account_end(text: str, start: int, end: int) -> int:
    """Where the account number that begins at *start* ends: its last groups may be words that follow it."""
    if text.startswith(("swift", "bic"), start):
        return end
    while end > start and not is_account(text[start:end]):
        end = max(text.rfind(" ", start, end), text.rfind("-", start, end), start)
    return end
