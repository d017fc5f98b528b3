"""The compliance desk in Airflow's UI.

Every Airflow process imports this file, and only the API server asks for the app: nothing of it is imported before.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/compliance"


class ComplianceDesk(AirflowPlugin):
    """The app, and its entry in the navigation."""

    name = "compliance_desk"
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Compliance desk",
            "href": f"{PREFIX}/",
            "destination": "nav",
            "url_route": "compliance-desk",
        }
    ]

    @cached_property
    def fastapi_apps(self) -> list[Any]:
        """The app under its address."""
        from shield1367_airflow.desk import create

        return [{"app": create(), "url_prefix": PREFIX, "name": "Compliance desk"}]
