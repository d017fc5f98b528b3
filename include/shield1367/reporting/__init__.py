"""What people read: validation report and dossier."""
