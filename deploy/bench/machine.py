"""On what a figure was measured."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

from detectors.session import cores

PACKAGES = ("av", "numpy", "onnxruntime", "opencv-python", "xueliang")


def machine() -> dict[str, str | int]:
    """Processor, cores and versions; no host name."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
