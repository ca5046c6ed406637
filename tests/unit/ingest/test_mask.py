from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.file_source import read_frames
from ingest.mask import MaskFiller
from ingest.polygon import Polygon
from tests.unit.ingest.clips import START, camera, noise, write_clip

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
MARGIN_PX = 12
"""Beyond the polygon's edge: the dilation, and what coding blurs."""


def bgr(picture: av.VideoFrame) -> NDArray[np.int16]:
    return np.asarray(picture.to_ndarray(format="bgr24"), np.int16)


def planes(picture: av.VideoFrame) -> list[bytes]:
    return [bytes(plane) for plane in picture.planes]


@pytest.mark.parametrize("size_wh", [(160, 120), (157, 119)])
@pytest.mark.parametrize(
    "name", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "rgb24", "gray", "yuv420p10le"]
)
def test_no_pixel_under_the_mask_survives_and_the_others_do(
    name: str, size_wh: tuple[int, int]
) -> None:
    source = noise(1, size_wh).reformat(format=name)
    before = planes(source)
    masked = MaskFiller([LEFT_HALF]).apply(source)
    width = size_wh[0]
    assert bgr(masked)[:, : width // 2].max() <= 16
    right = np.s_[:, width // 2 + MARGIN_PX :]
    assert np.abs(bgr(masked)[right] - bgr(source)[right]).mean() < 12
    assert bgr(source)[right].min() > 60  # so black there would have been seen
    assert planes(source) == before


def test_time_stamps_are_kept() -> None:
    source = noise(1).reformat(format="yuv420p")
    source.pts, source.time_base = 7, Fraction(1, 25)
    masked = MaskFiller([LEFT_HALF]).apply(source)
    assert (masked.pts, masked.time_base) == (7, Fraction(1, 25))


def test_overlapping_masks_are_all_filled() -> None:
    upper = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
    masked = bgr(MaskFiller([LEFT_HALF, upper]).apply(noise(1).reformat(format="yuv420p")))
    assert masked[:60].max() <= 16
    assert masked[:, :80].max() <= 16
    assert masked[60 + MARGIN_PX :, 80 + MARGIN_PX :].min() > 60


def test_a_mask_thinner_than_a_pixel_still_covers_its_pixels() -> None:
    line = ((0.5, 0.0), (0.501, 0.0), (0.501, 1.0), (0.5, 1.0))
    masked = bgr(MaskFiller([line]).apply(noise(1).reformat(format="yuv420p")))
    assert masked[:, 80].max() <= 16


EDGE = 0.9999


@pytest.mark.parametrize("size_wh", [(160, 120), (157, 119), (1920, 1080)])
@pytest.mark.parametrize(
    ("polygon", "row_column"),
    [
        (((EDGE, 0.0), (1.0, 0.0), (1.0, 1.0)), np.s_[:, -1]),
        (((0.0, EDGE), (1.0, EDGE), (1.0, 1.0), (0.0, 1.0)), np.s_[-1, :]),
        (((EDGE, EDGE), (1.0, EDGE), (1.0, 1.0)), np.s_[-1:, -1]),
        (((0.0, 0.0), (1e-6, 0.0), (0.0, 1e-6)), np.s_[:1, 0]),
    ],
    ids=["right", "bottom", "corner", "a speck"],
)
def test_a_mask_at_the_edge_never_vanishes(
    polygon: Polygon, row_column: tuple[int | slice, int | slice], size_wh: tuple[int, int]
) -> None:
    masked = bgr(MaskFiller([polygon]).apply(noise(1, size_wh).reformat(format="yuv420p")))
    assert masked[row_column].max() <= 16


def test_the_decoder_predicts_from_its_own_pictures_not_from_masked_ones(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=10, gop=10)
    open_frames = [f.full() for f in read_frames(camera(), clip, start=START, sample_fps=60)]
    config = camera(privacy_masks=[LEFT_HALF])
    for shown, masked in zip(
        open_frames, read_frames(config, clip, start=START, sample_fps=60), strict=True
    ):
        full = masked.full()
        assert full[:, :80].max() <= 16
        assert np.array_equal(full[:, 80 + MARGIN_PX :], shown[:, 80 + MARGIN_PX :])
        small = masked.model_image((40, 30))
        assert small[:, :20].max() <= 16


def test_the_mask_follows_a_change_of_size() -> None:
    masks = MaskFiller([LEFT_HALF])
    for size_wh in ((160, 120), (80, 60), (160, 120)):
        masked = bgr(masks.apply(noise(1, size_wh).reformat(format="yuv420p")))
        assert masked[:, : size_wh[0] // 2].max() <= 16


def test_a_filler_without_polygons_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        MaskFiller([])
