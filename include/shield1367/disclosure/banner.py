"""The handling banner of rows about protected people; inside DHS, DOS and DOJ only."""

BANNER = (
    "CUI//BATT. Information protected by 8 U.S.C. § 1367. Use by or disclosure to anyone other than a sworn officer"
    " or employee of DHS, DOS or DOJ for a legitimate agency purpose is prohibited unless an exception in § 1367(b)"
    " applies and is documented."
)
