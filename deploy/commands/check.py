"""`xueliang check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from deploy.site_file import load_site
from ingest.redact import redact

SiteArgument = Annotated[Path, typer.Argument(help="The site file.", show_default=False)]


def check(
    site: SiteArgument,
    effective: Annotated[
        bool, typer.Option("--effective", help="Print the site with all defaults and overrides.")
    ] = False,
) -> None:
    """Say every fault of a site file with key path and line; status 2 if there is any."""
    loaded = load_site(site)
    if effective:
        settings = loaded.model_dump(mode="json", by_alias=True)
        text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
        typer.echo(redact(text))  # a database's URL may hold a password
    else:
        typer.echo(f"{site}: {len(loaded.cameras)} cameras in {len(loaded.areas)} areas, no fault")
