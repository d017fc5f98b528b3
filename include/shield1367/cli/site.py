"""Opening the site a subcommand works on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.storage import location

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", envvar="SHIELD1367_HOME", help="Folder of everything a run writes.  [default: ./var]"
    ),
]


def existing_folder(text: str | None) -> str | None:
    """What an option names, when it is a folder that is there, or a URL."""
    if text and isinstance(place := location(text), Path) and not place.is_dir():
        raise typer.BadParameter(f"{text!r} is no folder.")
    return text


ReleaseArgument = Annotated[
    str, typer.Argument(callback=existing_folder, help="Folder or URL of a release.", metavar="FOLDER")
]


def open_site(home: Path | None, landing: str | None = None) -> Site:
    """The site of a home; its configuration comes from ``SHIELD1367_CONFIG`` or the project.

    Args:
        landing: folder or URL of the landing zone.

    Raises:
        StoreAddressError: a URL cannot be used.
        ConfigError: the configuration does not hold.
        KeyMissingError: the home's key is not to be had.
    """
    folders = Home.at(home or "var")
    if landing:
        folders = replace(folders, landing_override=location(landing))
    return Site(home=folders, project=load_project(), keys=Keys.load(folders))
