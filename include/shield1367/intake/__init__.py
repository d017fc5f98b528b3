"""Landing zone → staged rows: formats, contract, manifest, quarantine."""
