"""Whole releases of generated exports, for the benchmarks that need some."""

from __future__ import annotations

from pathlib import Path

from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import ExportOutcome, Site, export, protect, stage, waiting_batches
from shield1367.testing.generate import generate


def releases(root: Path, *, people: int, seed: int) -> list[ExportOutcome]:
    """One export of every recipient, from landing to released."""
    site = protected(root, people=people, seed=seed)
    return [export(site, recipient) for recipient in site.project.recipients]


def protected(root: Path, *, people: int, seed: int) -> Site:
    """A site with generated exports taken in and looked through, before anything is released."""
    generate(people=people, seed=seed, out=root)
    home = Home(root=root)
    site = Site(home=home, keys=Keys.load(home), project=load_project())
    for source in site.project.contracts:
        for batch in waiting_batches(site, source)[0]:
            stage(site, source, batch.batch)
    protect(site)
    return site
