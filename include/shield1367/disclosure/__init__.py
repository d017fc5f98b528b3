"""Who may receive what: recipients, plans, decisions per row."""
