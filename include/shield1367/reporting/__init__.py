"""Pages and tables about a release, for people: dossier, validation report, data dictionary."""
