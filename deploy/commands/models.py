"""`xueliang models …`: the catalogue of detectors."""

from __future__ import annotations

import typer

app = typer.Typer(help="Detectors: list, build, verify, evaluate.", no_args_is_help=True)
