"""What the pages read: the home, its configuration and keys, and the catalogue of its releases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from fastapi import Request

from shield1367.config.project import Project, load_project
from shield1367.desk.catalogue import Catalogue
from shield1367.desk.settings import DeskSettings, load_desk_settings
from shield1367.home import Home
from shield1367.keys import Keys


@dataclass(frozen=True, slots=True)
class DeskSite:
    """The site as the desk sees it.

    Attributes:
        load_keys: called by the pages that cannot do without the master key, and by no other.
        load_project: the configuration, read anew so that an edit shows at once.
    """

    home: Home
    load_keys: Callable[[Home], Keys] = Keys.load
    load_project: Callable[[], Project] = load_project
    load_settings: Callable[[], DeskSettings] = load_desk_settings
    catalogue: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "catalogue", Catalogue(self.home))


def site_of(request: Request) -> DeskSite:
    """The site of the application that answers a request."""
    return cast(DeskSite, request.app.state.site)
