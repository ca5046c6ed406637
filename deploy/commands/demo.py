"""`xueliang demo`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from deploy.log import configure_logging


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="End after so long; default: at Ctrl-C.")
    ] = None,
    video: Annotated[
        list[Path] | None, typer.Option(help="Your own recording; may be repeated.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Keep everything here; default: a temporary folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Broker, cameras, node and desk on recorded streams, with one command."""
    from deploy.demo.run import run_demo

    configure_logging(logging.WARNING)  # its own lines say what goes on
    figures = run_demo(
        tuple(video or ()),
        data=data and data.absolute(),
        seconds=seconds,
        is_headless=headless,
        wants_figures=as_json,
        say=lambda line: typer.echo(line, err=True),
    )
    if figures is not None:
        typer.echo(json.dumps(asdict(figures), ensure_ascii=False))
