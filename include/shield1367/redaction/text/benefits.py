"""Phrases that tell of a protected benefit, and names of the places that help its applicants.

Sources: 8 U.S.C. § 1367; DHS Directive 002-02; the form, class and category tables of docs/architecture.md.
Form I-360, an order of protection or a shelter tell enough together with a name to be masked as well.
"""
# ruff: noqa: E501  (a regular expression is read in one piece)

from __future__ import annotations

from typing import Final

import re2

from shield1367.redaction.text.batch import Batch, Hit

_FORM = r"(?:form |forma |formulario )?"
PHRASES: Final = (
    _FORM + r"[il][- ]?914[- ]?[ab]?|" + _FORM + r"[il][- ]?918[- ]?[ab]?|" + _FORM + r"[il][- ]?929|" + _FORM + r"[il][- ]?360|"
    + _FORM + r"[il][- ]?765[- ]?v|(?:form|forma|formulario) (?:914|918|929|360)[ab]?",
    _FORM + r"i[- ]?751,? (?:with |based on )?(?:a |the )?(?:battery|abuse|extreme cruelty|cruelty|waiver|abuse waiver|battered spouse)[a-z /]{0,30}",
    r"eoir[- ]?42b,? (?:with |battered|vawa)[a-z ]{0,30}",
    r"supplement [ab]\b|suplemento [ab]\b",
    r"vawa\b(?: (?:unit|self[- ]petition\w*|cancellation|petition\w*|applica\w+|confidentiality))?",
    r"violence against women act|ley de violencia contra la(?:s)? mujer(?:es)?",
    r"self[- ]petition\w*|auto[- ]?peticion\w*",
    r"(?:battered|abused) (?:spouse|wife|husband|child|parent|alien|noncitizen|immigrant|woman|women)\w*|battery (?:or|and|/) extreme cruelty|extreme cruelty|crueldad extrema",
    r"prima facie(?: (?:determination|case|notice|finding|eligibility|approval))?|determinacion prima facie",
    r"bona fide determination|\bbfd\b",
    r"[tu][- ]?[1-6]?[- ](?:visas?|non-?immigrants?(?: status)?|certification|status|adjustment|petition\w*|applica\w+|derivatives?|principal)\b|(?:visas?|visados?) (?:tipo |clase )?[\"']?[tu]\b|(?:no inmigrante|estatus|estado|condicion|clasificacion) [\"']?[tu]\b",
    r"\b[tu][- ][1-6]\b",
    r"class(?: of admission)?:? (?:t[1-6]|u[1-5]|st[06-9]|su[0346-9]|ib[0-35-8]|b[123][0-9]|bx[1-8]|z1[34]|das|384)\b",
    r"\(a\) ?\((?:16|19|20)\)|\(c\) ?\((?:14|25|31|40)\)|\ba-?(?:16|19|20)\b|\bc-?(?:14|25|31|40)\b",
    r"\bua? visa|victims? of (?:severe )?(?:human )?traffick\w+|traffick\w+ victims?|(?:severe form of |human )traffick\w+|victima\w* de (?:la )?trata(?: de personas)?|trata de personas",
    r"continued presence|presencia continua(?:da)?",
    r"(?:law enforcement|u|t|helpfulness) certifica\w+|certificacion (?:de )?(?:ley|policial|de la policia|u|t)|hhs certification|otip|eligibility letter",
    r"(?:8 )?u\.? ?s\.? ?c\.? ?(?:section |sec\. |ss? )?\xa7? ?1367\b|(?:section|sec\.?|seccion|attn:?|\?) ?1367\b|\b1367[- ](?:protected|flag|banner|case|hit)|\b1367\b",
    r"(?:section|sec\.?|seccion|\?|code|coa|class) ?384\b|\b384 (?:flag|hit|banner|confidentiality)",
    r"(?:8 )?c\.? ?f\.? ?r\.? ?(?:\?|section)? ?(?:214\.(?:11|14|2\d\d)|204\.2\([ce]\))[\w()]*",
    r"101\(a\)\((?:15|51)\)(?:\([tu]\))?[\w()]*|204\(a\)\(1\)\([ab]\)[\w()]*|240a\(b\)\(2\)[\w()]*|245\([lm]\)[\w()]*|214\([op]\)",
    r"(?:vermont|nebraska|hart) service center|\bvsc\b|\bhart\b service center|safe address|direccion segura",
    r"protected person under|persona protegida|crime victims?|victims? of (?:a )?(?:qualifying )?(?:crime|domestic violence|violence|abuse)|victima\w* de (?:violencia domestica|un delito|un crimen|abuso)|qualifying crim\w+",
    r"survivors? of (?:domestic violence|(?:human )?traffick\w+|abuse|violence)|sobrevivientes? de (?:la )?(?:violencia|trata|abuso)\w*",
    r"(?:conyuge|espos[oa]|mujer|hij[oa]) (?:maltratad[oa]|abusad[oa]|golpead[oa])|victimas? de (?:crimen(?:es)?|delitos?|trafico|maltrato)",
    r"deferred action\b(?: (?:status|(?:based on|for|as) (?:an? )?(?:[tu]|vawa|victim\w*)\b))?|accion(?:es)? diferidas?\b(?: (?:por|bajo|de) (?:la )?(?:visa )?(?:[tu]|vawa)\b)?",
    r"domestic violence|violencia (?:domestica|intrafamiliar|de genero)",
    r"(?:restraining|protective|protection) order|order of protection|orden(?:es)? de (?:proteccion|restriccion|alejamiento)",
    r"(?:domestic violence |women'?s |battered women'?s |emergency )?shelters?\b|safe ?house|refugio para mujeres|casa de refugio|albergue",
    r"rape crisis(?: center)?|family justice center|supervised visitation(?: center)?|victim(?:s'?|'s)? (?:services?|advocate|assistance|witness)\w*(?: (?:center|program|unit|agency))?",
)  # fmt: skip
_ORGANIZATION = (
    r"\b(?:[A-Z][\w'&.-]+ ){1,3}(?:(?i:women'?s |crisis |family |domestic violence |emergency |safe )*)"
    r"(?:Shelter|SHELTER|Safe House|SAFE HOUSE|Family Justice Center|FAMILY JUSTICE CENTER|Rape Crisis Center|RAPE CRISIS CENTER|Crisis Center|CRISIS CENTER"
    r"|Women's Center|WOMEN'S CENTER|Advocacy Center|ADVOCACY CENTER|Refugio|REFUGIO)\b"
    r"|\b(?:[A-Z][\w'&.-]+ ){0,3}(?i:women'?s|woman'?s|battered women'?s) (?:(?i:resource|crisis|support) )?(?i:refuge|center|shelter|project|coalition)\b"
    r"|\b(?i:safe horizon|sanctuary for families|tahirih(?: justice center)?|polaris project|esperanza united|casa de esperanza|asista|freedom network usa"
    r"|futures without violence|rainn|my sister'?s place|sepa mujer|love146|covenant house|ayuda inc|coalition to abolish slavery(?: and trafficking)?"
    r"|(?:national )?(?:domestic violence|human trafficking|sexual assault) (?:hotline|coalition|program|unit|center)|linea (?:nacional )?contra la (?:violencia|trata)[a-z ]{0,20})\b"
    r"|\b(?:Casa de|CASA DE|Refugio|REFUGIO|Albergue|ALBERGUE|House of|HOUSE OF) (?:(?:la|las|los|el|LA|LAS|LOS|EL) )?(?:[A-Z][\w'-]+ ?){1,3}\b"
)
_SCAN = re2.compile(
    ("(?i)(?:" + "|".join(f"\\b(?:{p})" if p[0] != "\\" else f"(?:{p})" for p in PHRASES) + ")").encode(
        "latin-1"
    )
)
_PLACES = re2.compile(_ORGANIZATION.encode())


def find_benefits(batch: Batch) -> None:
    """Add benefit-revealing phrases and named shelters."""
    for match in _SCAN.finditer(batch.ascii):
        start = match.start()
        end = start + len(match[0].rstrip(b" -,"))
        if start < end:
            batch.add(Hit(start, end, "BENEFIT", "pattern.benefit", 0.95))
    for match in _PLACES.finditer(batch.ascii):
        end = match.start() + len(match[0].rstrip())
        batch.add(Hit(match.start(), end, "ORGANIZATION", "pattern.shelter", 0.97))
