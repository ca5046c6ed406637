"""A good site file to spoil, and the faults found in what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.site_file import SiteFileError, load_site

GOOD = """\
site: test
areas:
  - {id: "1", name: 北街村, level: village}
mqtt: {host: 127.0.0.1}
models: [{id: coco, card: nanodet-g-int8}]
cameras:
  - id: one
    area: "1"
    url: rtsp://127.0.0.1/one
    zones: [{id: lawn, polygon: [[0, 0], [1, 0], [1, 1]]}]
    rules: [{id: r, kind: presence, labels: [person], zone: lawn}]
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "site.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SiteFileError) as caught:
        load_site(write(folder, text))
    return [(f.line, f.path, f.message) for f in caught.value.faults]
