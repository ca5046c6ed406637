"""Screenshots small enough to commit: fewer colours, until they are."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image  # comes with matplotlib

MAX_BYTES = 150_000
COLOURS = (256, 128, 64, 32, 16)


def write_small(png: bytes, file: Path) -> None:
    """Write a PNG of at most `MAX_BYTES`; ValueError where no palette makes it so small."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    for colours in COLOURS:
        small = io.BytesIO()
        # The octree keeps the page's few bright colours; a median cut gives all to the photograph.
        palette = picture.quantize(
            colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
        palette.save(small, format="PNG", optimize=True)
        if small.tell() <= MAX_BYTES:
            file.write_bytes(small.getvalue())
            return
    raise ValueError(f"{file.name} stays above {MAX_BYTES} bytes")
