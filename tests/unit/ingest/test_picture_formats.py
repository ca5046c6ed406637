"""Hardware decoders give `nv12`: whatever looks at it sees what it sees in `yuv420p`."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from ingest.luma import tiny_luma
from ingest.mask import MaskFiller
from ingest.mp4 import encode
from ingest.scaler import PictureScaler
from tests.unit.ingest.clips import noise

SIZES = pytest.mark.parametrize("size_wh", [(160, 120), (158, 118), (704, 576)])
TOP_HALF = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))


def both(size_wh: tuple[int, int]) -> tuple[av.VideoFrame, av.VideoFrame]:
    planar = noise(3, size_wh).reformat(format="yuv420p")
    return planar, planar.reformat(format="nv12")


@SIZES
def test_the_tiny_plane_is_the_same(size_wh: tuple[int, int]) -> None:
    planar, nv12 = both(size_wh)
    assert np.array_equal(tiny_luma(planar), tiny_luma(nv12))


@SIZES
@pytest.mark.parametrize("share", [1, 2])
def test_the_models_image_is_the_same(size_wh: tuple[int, int], share: int) -> None:
    planar, nv12 = both(size_wh)
    wanted_wh = (size_wh[0] // share, size_wh[1] // share)
    images = [PictureScaler().bgr(p, wanted_wh).astype(int) for p in (planar, nv12)]
    # At full size swscale repeats the colour of yuv420p, but interpolates that of nv12.
    assert np.abs(images[0] - images[1]).mean() < 6
    assert share == 1 or np.abs(images[0] - images[1]).max() <= 2
    assert images[1].std() > 20


@SIZES
def test_masks_hide_the_same_and_a_clip_can_be_made_of_it(
    size_wh: tuple[int, int], tmp_path: Path
) -> None:
    masks = MaskFiller([TOP_HALF])
    shown = [masks.apply(picture) for picture in both(size_wh)]
    grey = [np.asarray(p.to_ndarray(format="gray"), int) for p in shown]
    assert np.abs(grey[0] - grey[1]).max() <= 1
    assert grey[1][: size_wh[1] // 2].max() <= 16
    encode([(0.0, shown[1]), (0.1, both(size_wh)[1])], tmp_path / "clip.mp4")
    assert (tmp_path / "clip.mp4").stat().st_size > 0
