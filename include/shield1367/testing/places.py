"""US places of synthetic cases: cities, streets, offices, courts, facilities, ports of entry."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from shield1367.testing.draws import pick

# city, state, first three digits of its ZIP codes
CITIES: tuple[tuple[str, str, str], ...] = tuple(
    (name, state, zip3)
    for name, state, zip3 in (
        row.rsplit(" ", 2)
        for row in [
            "Los Angeles CA 900",
            "Santa Ana CA 927",
            "San Diego CA 921",
            "Fresno CA 937",
            "Oakland CA 946",
            "Salinas CA 939",
            "Houston TX 770",
            "Dallas TX 752",
            "San Antonio TX 782",
            "El Paso TX 799",
            "McAllen TX 785",
            "Austin TX 787",
            "Miami FL 331",
            "Homestead FL 330",
            "Orlando FL 328",
            "Tampa FL 336",
            "Atlanta GA 303",
            "Dalton GA 307",
            "Charlotte NC 282",
            "Raleigh NC 276",
            "Siler City NC 273",
            "New York NY 100",
            "Bronx NY 104",
            "Brooklyn NY 112",
            "Hempstead NY 115",
            "Newark NJ 071",
            "Union City NJ 070",
            "Boston MA 021",
            "Chelsea MA 021",
            "Hartford CT 061",
            "Providence RI 029",
            "Philadelphia PA 191",
            "Reading PA 196",
            "Baltimore MD 212",
            "Langley Park MD 207",
            "Chicago IL 606",
            "Aurora IL 605",
            "Detroit MI 482",
            "Columbus OH 432",
            "Minneapolis MN 554",
            "Omaha NE 681",
            "Dodge City KS 678",
            "Denver CO 802",
            "Greeley CO 806",
            "Salt Lake City UT 841",
            "Phoenix AZ 850",
            "Tucson AZ 857",
            "Las Vegas NV 891",
            "Seattle WA 981",
            "Yakima WA 989",
            "Spokane WA 992",
            "Tacoma WA 984",
            "Portland OR 972",
            "Eugene OR 974",
            "Medford OR 975",
            "New Orleans LA 701",
            "Memphis TN 381",
            "Nashville TN 372",
            "Birmingham AL 352",
            "Louisville KY 402",
            "Indianapolis IN 462",
            "Milwaukee WI 532",
            "Des Moines IA 503",
        ]
    )
)
_STREETS = (
    "Oak", "Maple", "Cedar", "Main", "Washington", "Lincoln", "Jackson", "Park", "Church", "Mill",
    "Highland", "Broadway", "Center", "Prospect", "Sunset", "Valley", "Lake", "River", "Spring", "Willow",
    "Chestnut", "Walnut", "Madison", "Jefferson", "Franklin", "Grant", "Pine", "Elm", "Hillcrest",
    "Magnolia", "Cypress", "Harrison", "Monroe", "Euclid", "Alameda", "Mission", "Guadalupe", "Juniper",
    "Roosevelt", "Garfield", "Mulberry", "Railroad", "Orchard", "Vine", "Locust", "Division", "Campbell",
    "Fulton", "Central", "Liberty", "San Pedro", "Las Palmas", "Martin Luther King Jr", "De la Vina",
    "El Camino", "Santa Fe", "Avenue B",
)  # fmt: skip
_KINDS = ("St", "St", "St", "Ave", "Ave", "Rd", "Dr", "Blvd", "Ln", "Ct", "Way", "Pl", "Street", "Avenue")
_UNITS = ("Apt {}", "Apt. {}", "#{}", "Unit {}", "Trlr {}", "Bsmt", "Apt {}B", "Lot {}", "Rm {}")
_DIRECTIONS = ("", "", "", "", "N ", "S ", "E ", "W ", "NE ", "SW ")

# code, name, area code, area: offices as the I-213 export writes them
OFFICES: tuple[tuple[str, str, str, str], ...] = (
    ("SEA", "SEATTLE, WA, DOCKET CONTROL OFFICE", "SEA", "Seattle Area of Responsibility"),
    ("POO", "PORTLAND, OR, DOCKET CONTROL OFFICE", "SEA", "Seattle Area of Responsibility"),
    ("YAK", "ERO - Yakima, WA Sub-Office", "SEA", "Seattle Area of Responsibility"),
    ("HOU", "HOUSTON, TX, DOCKET CONTROL OFFICE", "HOU", "Houston Area of Responsibility"),
    ("ELP", "EL PASO, TX, DOCKET CONTROL OFFICE", "ELP", "El Paso Area of Responsibility"),
    ("MIA", "MIAMI, FL, DOCKET CONTROL OFFICE", "MIA", "Miami Area of Responsibility"),
    ("ATL", "ATLANTA, GA, DOCKET CONTROL OFFICE", "ATL", "Atlanta Area of Responsibility"),
    ("NYC", "NEW YORK, NY, DOCKET CONTROL OFFICE", "NYC", "New York City Area of Responsibility"),
    ("CHI", "CHICAGO, IL, DOCKET CONTROL OFFICE", "CHI", "Chicago Area of Responsibility"),
    ("LOS", "LOS ANGELES, CA, DOCKET CONTROL OFFICE", "LOS", "Los Angeles Area of Responsibility"),
)
SERVICE_CENTERS = (
    "Vermont Service Center", "Nebraska Service Center", "Texas Service Center", "California Service Center",
    "National Benefits Center", "Potomac Service Center", "HART Service Center",
)  # fmt: skip
COURT_CITIES = (
    "LOS",
    "NYC",
    "MIA",
    "HOU",
    "CHI",
    "SEA",
    "ATL",
    "DAL",
    "SFR",
    "NEW",
    "BAL",
    "CHL",
    "DEN",
    "PHO",
)
FACILITIES = (
    "NORTHWEST ICE PROCESSING CENTER", "STEWART DETENTION CENTER", "SOUTH TEXAS ICE PROCESSING CENTER",
    "ADELANTO ICE PROCESSING CENTER", "KARNES COUNTY RESIDENTIAL CENTER", "ELOY FEDERAL CONTRACT FACILITY",
    "BROWARD TRANSITIONAL CENTER", "MOSHANNON VALLEY PROCESSING CENTER", "FARMVILLE DETENTION CENTER",
    "OTAY MESA DETENTION CENTER", "PINE PRAIRIE ICE PROCESSING CENTER", "BUFFALO SERVICE PROCESSING CENTER",
)  # fmt: skip
PORTS = (
    ("HID", "HIDALGO, TX, POE"), ("EGP", "EAGLE PASS, TX, POE"), ("SLU", "SAN LUIS, AZ, POE"),
    ("PDN", "PASO DEL NORTE, TX, POE"), ("SYS", "SAN YSIDRO, CA, POE"), ("LAR", "LAREDO, TX, POE"),
    ("NOG", "NOGALES, AZ, POE"), ("MIA", "MIAMI, FL, POE"), ("NYC", "NEW YORK, NY, POE"),
    ("UNK", "UNKNOWN, POE"),
)  # fmt: skip
LANDMARKS = (
    "SEATTLE NON-DETAINED DOCKET", "COUNTY JAIL", "FEDERAL DETENTION CENTER (FDC)", "YAKIMA FUG OPS",
    "TRAFFIC STOP I-5", "COUNTY COURTHOUSE", "RESIDENCE", "WORKSITE", "BUS STATION", "PAROLE OFFICE",
    "PROBATION OFFICE", "STREET ARREST", "HOSPITAL", "FAMILY JUSTICE CENTER", "WOMENS SHELTER",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """A US address."""

    street: str
    city: str
    state: str
    zip: str

    @property
    def line(self) -> str:
        """The whole address in one line."""
        return f"{self.street}, {self.city}, {self.state} {self.zip}"


def draw_address(rng: Random, city: tuple[str, str, str] | None = None) -> Address:
    """An address, in *city* when one is given."""
    name, state, zip3 = city or pick(rng, CITIES)
    direction, street, kind = pick(rng, _DIRECTIONS), pick(rng, _STREETS), pick(rng, _KINDS)
    text = f"{int(rng.random() * 9800) + 100} {direction}{street} {kind}"
    if rng.random() < 0.4:
        text += " " + pick(rng, _UNITS).format(int(rng.random() * 400) + 1)
    return Address(text, name, state, f"{zip3}{int(rng.random() * 97) + 1:02d}")
