"""`xueliang replay`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.check import SiteArgument
from deploy.settings import Site
from deploy.site_file import load_site

DEFAULT_START = "2026-01-01T00:00:00+08:00"


def replay(
    site: SiteArgument,
    video: Annotated[list[str], typer.Option(help="CAMERA=FILE; may be repeated.")],
    out: Annotated[Path | None, typer.Option(help="Messages go here; default: stdout.")] = None,
    tracks: Annotated[Path | None, typer.Option(help="Folder for CAMERA.txt.")] = None,
    start: Annotated[str, typer.Option(help="Aware time of the first frame.")] = DEFAULT_START,
) -> None:
    """Run recorded files through the pipeline; no broker, no desk."""
    from deploy.composer import build_composer
    from deploy.replay import Replay
    from deploy.replay_output import ReplayOutput

    loaded = load_site(site)
    began, videos = _start(start), _videos(loaded, video)
    with ExitStack() as stack:
        file = stack.enter_context(out.open("w", encoding="utf-8")) if out else sys.stdout
        output = stack.enter_context(ReplayOutput(videos, file, tracks))
        replaying = stack.enter_context(Replay(loaded, videos))
        replaying.run(began, output.take)
        output.write(build_composer(loaded), loaded.site)


def _start(text: str) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not an ISO 8601 time", param_hint="--start"
        ) from error
    if start.utcoffset() is None:
        raise typer.BadParameter(f"{text!r} has no time zone", param_hint="--start")
    return start


def _videos(site: Site, pairs: list[str]) -> dict[str, Path]:
    known = {camera.id for camera in site.cameras}
    videos: dict[str, Path] = {}
    for pair in pairs:
        camera, equals, file = pair.partition("=")
        if not equals or not file:
            raise typer.BadParameter(f"{pair!r} is not CAMERA=FILE", param_hint="--video")
        if camera not in known:
            raise typer.BadParameter(f"no camera {camera!r} in the site file", param_hint="--video")
        if camera in videos:
            raise typer.BadParameter(f"camera {camera!r} has two files", param_hint="--video")
        if not Path(file).is_file():
            raise typer.BadParameter(f"{file} is not a file", param_hint="--video")
        videos[camera] = Path(file)
    return videos
