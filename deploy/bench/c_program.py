"""Compiles a C program of ours once, on first use; wheels cannot bring GStreamer's headers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from deploy.errors import BenchError

FLAGS = ("-O2", "-Wall", "-Wextra")
INSTALL = (
    "apt-get install gcc pkg-config libgstrtspserver-1.0-dev libgstreamer-plugins-base1.0-dev "
    "gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
)
"""On Debian; plugins-good has qtdemux and rtph264pay."""


def compiled(source: Path, packages: tuple[str, ...], cache: Path) -> Path:
    """The program made of `source`, from the cache unless the source changed.

    Raises:
        BenchError: The compiler or a library is missing; says what to install.
    """
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    program = cache / f"{source.stem}-{digest}"
    if program.exists():
        return program
    if shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        raise BenchError(f"no C compiler or pkg-config. On Debian: {INSTALL}")
    flags = _output(["pkg-config", "--cflags", "--libs", *packages]).split()
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = cache / f"{program.name}.{os.getpid()}"
    _output(["gcc", *FLAGS, "-o", str(unfinished), str(source), *flags])
    unfinished.replace(program)
    return program


def _output(command: list[str]) -> str:
    # Our own arguments; which gcc and pkg-config is the PATH's business.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BenchError(f"{command[0]}: {done.stderr.strip()}\nOn Debian: {INSTALL}")
    return done.stdout
