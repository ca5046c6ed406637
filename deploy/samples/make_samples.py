"""Make the demo's clips again from the two source recordings.

`python -m deploy.samples.make_samples VTEST.AVI TREE.AVI [--out FOLDER]`; both recordings come
with Debian's package `opencv-doc` (see ATTRIBUTION.md).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from deploy.samples.recipes import RECIPES, TREE, VTEST, Recipe

Picture = NDArray[np.uint8]  # (height, width, 3), BGR

FOLDER = Path(__file__).parent


def read_pictures(source: Path) -> list[Picture]:
    """Decode every picture of `source`, in order.

    Raises:
        OSError: the file cannot be read or is no video.
    """
    with av.open(str(source)) as container:
        return [_as_bgr(frame) for frame in container.decode(video=0)]


def _as_bgr(frame: av.VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)


def cut(picture: Picture, recipe: Recipe) -> Picture:
    """The part of `picture` that the recipe's camera sees, at the clip's size."""
    crop = recipe.crop
    part = picture[crop.y : crop.y + crop.height, crop.x : crop.x + crop.width]
    if part.shape[:2] == recipe.size_wh[::-1]:
        return np.ascontiguousarray(part)
    return np.asarray(cv2.resize(part, recipe.size_wh, interpolation=cv2.INTER_CUBIC), np.uint8)


def write_clip(recipe: Recipe, pictures: Sequence[Picture], folder: Path) -> Path:
    """Encode one clip: H.264 yuv420p, a keyframe a second, no audio, index at the front."""
    path = folder / recipe.file
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = _add_stream(container, recipe)
        for number in range(recipe.frame_count):
            picture = cut(pictures[recipe.order[recipe.frame_at(number)]], recipe)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = number
            frame.time_base = Fraction(1, recipe.rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _add_stream(container: av.container.OutputContainer, recipe: Recipe) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=recipe.rate_hz)
    stream.width, stream.height = recipe.size_wh
    stream.pix_fmt = "yuv420p"
    stream.gop_size = recipe.rate_hz
    # No B frames and no extra keyframes: what village cameras send.
    stream.options = {
        "crf": str(recipe.crf),
        "preset": "slow",
        "bf": "0",
        "sc_threshold": "0",
        "threads": "1",  # the same bytes on every machine
    }
    return stream


def make_all(sources: dict[str, Path], folder: Path) -> list[Path]:
    """Make every clip of `RECIPES` in `folder` from `sources` (file name to path)."""
    made = []
    for name, path in sources.items():
        pictures = read_pictures(path)
        made += [write_clip(r, pictures, folder) for r in RECIPES if r.source == name]
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description="make the demo's clips again")
    parser.add_argument("vtest", type=Path, help="vtest.avi of opencv-doc")
    parser.add_argument("tree", type=Path, help="tree.avi of opencv-doc")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the clips")
    given = parser.parse_args(arguments)
    for path in make_all({VTEST: given.vtest, TREE: given.tree}, given.out):
        sys.stdout.write(f"{path.name}\t{path.stat().st_size / 1e6:.2f} MB{os.linesep}")


if __name__ == "__main__":
    main()
