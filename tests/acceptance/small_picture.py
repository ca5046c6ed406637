"""Screenshots small enough to commit and with all their colours."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image  # comes with matplotlib

MAX_BYTES = 200_000
QUALITIES = (92, 88, 84, 80)


def write_small(png: bytes, file: Path) -> None:
    """Write it as WebP of at most `MAX_BYTES`; ValueError where no quality makes it so small.

    A PNG so small has a palette, and 256 colours for a photograph among a page's own give bands in
    every sky and lawn. `use_sharp_yuv` keeps coloured words on dark ground legible.
    """
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    for quality in QUALITIES:
        small = io.BytesIO()
        picture.save(small, format="WEBP", quality=quality, method=6, use_sharp_yuv=True)
        if small.tell() <= MAX_BYTES:
            file.write_bytes(small.getvalue())
            return
    raise ValueError(f"{file.name} stays above {MAX_BYTES} bytes")
