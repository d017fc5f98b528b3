"""The registry: what is known of whom, in a database. Encrypted, append-only, incremental."""
