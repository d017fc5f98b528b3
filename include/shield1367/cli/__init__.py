"""The command ``shield1367``: without Airflow what the DAGs do with it, for one-off work and questions."""

from shield1367.cli.app import main

__all__ = ["main"]
