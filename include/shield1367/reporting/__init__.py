"""What people read: dossier, validation report, data dictionary."""
