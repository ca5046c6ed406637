"""The command line `xueliang`: one file a command in `deploy/commands/`."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from alerts.errors import AlertError
from deploy.child_process import ChildStartError
from deploy.commands import (
    bench,
    check,
    demo,
    desk,
    models,
    officers,
    replay,
    run,
    schema,
    tokens,
    verify,
)
from deploy.errors import DeployError
from deploy.log import configure_logging
from deploy.site_file import SiteFileError
from deploy.video_probe import VideoImportError
from detectors.errors import DetectorError
from ingest.errors import IngestError
from models.errors import CatalogueError

EXIT_BAD_SITE = 2
EXPECTED = (
    AlertError,
    CatalogueError,
    ChildStartError,
    DeployError,
    DetectorError,
    IngestError,
    OSError,
    VideoImportError,
)
"""Errors that a person can mend: one line, no traceback."""

app = typer.Typer(
    name="xueliang",
    help="雪亮: RTSP in, open case out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("replay")(replay.replay)
app.command("verify")(verify.verify)
app.add_typer(desk.app, name="desk")
app.add_typer(officers.app, name="officers")
app.add_typer(tokens.app, name="tokens")
app.add_typer(models.app, name="models")
app.add_typer(bench.app, name="bench")
app.add_typer(schema.app, name="schema")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xueliang {version('xueliang')}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    configure_logging()


def main() -> None:
    """Run the command line; known faults end in one line on stderr and a status above 0."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except SiteFileError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_BAD_SITE)
    except EXPECTED as error:
        sys.stderr.write(f"xueliang: {error}\n")
        sys.exit(1)
