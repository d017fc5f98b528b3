"""``shield1367 metrics``."""

from __future__ import annotations

import sys

from shield1367.cli.output import JsonOption, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.lookback import load_lookback
from shield1367.metrics.figures import PREFIX, exposition
from shield1367.metrics.standing import standing


def metrics(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """How the site stands: age of the queue, freshness of the registry, what waits, what was refused.

    Prints Prometheus' text format: put it into a file that a node exporter collects. docs/runbook.md says what to
    do about each figure.

    Example: shield1367 metrics
    """
    site = open_site(home)
    figures = standing(site.home, site.keys, site.project, load_lookback())
    if as_json:
        print_json([{"name": PREFIX + f.name, "value": f.value, **f.labels} for f in figures])
    else:
        sys.stdout.write(exposition(figures))
