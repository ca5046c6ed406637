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
        int, typer.Option(min=1, max=64, help="Processes to divide the cameras over.")
    ] = 1,
) -> None:
    """Run a node until SIGTERM or Ctrl-C."""
    from deploy.node import run_node

    loaded = load_site(site)
    ids = [entry.id for entry in loaded.nodes]
    if node is not None and node not in ids:
        raise typer.BadParameter(f"{node!r} is none of {', '.join(ids)}", param_hint="--node")
    run_node(loaded, node or ids[0], shards=shards, file=SiteFile(site))
