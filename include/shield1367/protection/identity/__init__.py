"""Identity: which mentions are of one person, surely or possibly. Pure."""
