"""The streams of a live benchmark, ready to be played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.bench.stream_files import default_cache, stream_files
from deploy.bench.stream_plan import StreamPlan
from deploy.bench.walkers import walkers


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """A plan and its encoded files, made of `walkers`; `cache` also holds the server."""

    plan: StreamPlan
    walkers: str
    files: Sequence[Path]
    cache: Path


def open_streams(plan: StreamPlan, video: Path | None, say: Callable[[str], None]) -> Streams:
    """The streams of `plan`, encoded now where that was not done; `video` are other walkers.

    Raises:
        OSError: The recording cannot be read, or the cache not written.
    """
    cache, shown = default_cache(), walkers(video)
    say(f"walkers: {shown.file.name}")
    files = stream_files(plan, shown, cache, say)
    return Streams(plan=plan, walkers=shown.file.name, files=files, cache=cache)
