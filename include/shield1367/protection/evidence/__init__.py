"""Evidence: what rows and narratives say of somebody. Pure."""
