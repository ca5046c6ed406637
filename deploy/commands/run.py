"""`xueliang run`."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.commands.check import SiteArgument
from deploy.site_file import SiteFile, load_site


def run(
    site: SiteArgument,
    node: Annotated[
        str | None, typer.Option(help="Which of the site's nodes; default: the first.")
    ] = None,
    shards: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=64,
            help="Processes to divide the cameras over; default: one for each 30, at most one a "
            "core.",
        ),
    ] = None,
) -> None:
    """Run a node until SIGTERM or Ctrl-C."""
    from deploy.node import run_node
    from deploy.shards.assignment import fitting_shards
    from deploy.site_change import cameras_of

    loaded = load_site(site)
    ids = [entry.id for entry in loaded.nodes]
    if node is not None and node not in ids:
        raise typer.BadParameter(f"{node!r} is none of {', '.join(ids)}", param_hint="--node")
    chosen = node or ids[0]
    number = shards or fitting_shards(len(cameras_of(loaded, chosen)))
    run_node(loaded, chosen, shards=number, file=SiteFile(site))
