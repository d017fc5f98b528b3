"""The directive's two other safeguards: prohibited sources (§ 1367(a)(1)), protected locations (8 U.S.C. § 1229(e))."""
