"""The benchmarks' results as files: one JSON object each, with the machine and its versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_result(folder: Path, name: str, result: dict[str, Any]) -> Path:
    """Write `name`.json; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    text = json.dumps(result, ensure_ascii=False, indent=2)
    file.write_text(f"{text}\n", encoding="utf-8")
    return file


def read_result(folder: Path, name: str) -> dict[str, Any] | None:
    """What `write_result` wrote; None where it did not."""
    file = folder / f"{name}.json"
    if not file.is_file():
        return None
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result
