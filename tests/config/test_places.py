from __future__ import annotations

from shield1367.config.places import AGE_BANDS, CENSUS_REGIONS, OTHER_REGION, REGIONS, STATES, SUBREGIONS


def test_every_state_and_territory_has_one_region() -> None:
    assert len(STATES) == 56  # 50 states, DC and five territories
    assert set(CENSUS_REGIONS) == STATES
    assert all(len(state) == 2 and state.isupper() for state in STATES)


def test_every_country_has_a_region_that_may_be_released() -> None:
    assert set(SUBREGIONS.values()) | set(CENSUS_REGIONS.values()) | {OTHER_REGION} == REGIONS
    assert all(name == name.strip().upper() and name for name in SUBREGIONS)
    assert SUBREGIONS["MEXICO"] == "Mexico"
    assert SUBREGIONS["VIET NAM"] == SUBREGIONS["VIETNAM"] == "South-eastern Asia"


def test_age_bands_join_without_gap_or_overlap() -> None:
    low = 0
    for upper, label in AGE_BANDS:
        assert label in {f"{low}-{upper}", f"{low}+"}
        low = upper + 1
    assert low == 126
