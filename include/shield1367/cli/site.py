"""Opening the site a subcommand works on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", envvar="SHIELD1367_HOME", help="Folder of everything a run writes.  [default: ./var]"
    ),
]


def open_site(home: Path | None, landing: Path | None = None) -> Site:
    """The site of a home; its configuration comes from ``SHIELD1367_CONFIG`` or the project.

    Raises:
        ConfigError: the configuration does not hold.
        KeyMissingError: the home's key is not to be had.
    """
    folders = Home(
        root=(home or Path("var")).resolve(),
        landing_override=landing.resolve() if landing else Home.from_environment().landing_override,
    )
    return Site(home=folders, project=load_project(), keys=Keys.load(folders))
