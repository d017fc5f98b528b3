"""Package, ledger, publication and delivery of a release."""
