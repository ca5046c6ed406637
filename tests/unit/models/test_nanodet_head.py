from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.graph import Graph, Port
from models.nanodet_head import NanoDetHead, append_head
from tests.unit.models.running import run_graph

HEAD = NanoDetHead(size=64, strides=(16, 32), classes=2, bins=3, candidates=4)
WIDTH = HEAD.classes + 4 * HEAD.bins


def _graph(bias: NDArray[np.float32]) -> Graph:
    """Two levels whose convolutions add `bias` to a picture that is zero but where set."""
    graph = Graph(inputs=(Port(name="x", dtype="float32", shape=("N", WIDTH, "H", "W")),))
    graph.emit("MaxPool", "x", name="small", kernel_shape=[2, 2], strides=[2, 2])
    kernel = graph.constant("kernel", np.eye(WIDTH, dtype=np.float32)[:, :, None, None])
    for level, source in (("fine", "x"), ("coarse", "small")):
        offset = graph.constant(f"{level}.offset", bias)
        graph.emit("Conv", source, kernel, offset, name=level, kernel_shape=[1, 1])
    append_head(graph, ("fine", "coarse"), HEAD)
    return graph


def test_the_surest_cell_comes_first_with_its_expected_distances() -> None:
    bias = np.full(WIDTH, -20, np.float32)
    bias[:2] = -5
    bias[2::3] = 20  # each side: certainly bin 0
    picture = np.zeros((1, WIDTH, 4, 4), np.float32)
    picture[0, 1, 2, 1] = 7  # class 1 at row 2, column 1 of the fine level
    picture[0, 2 + 3 * 2 + 2, 2, 1] = 60  # right side: certainly bin 2
    boxes, scores = run_graph(_graph(bias), "x", picture)
    assert boxes.shape == (1, 4, 4)
    assert scores.shape == (1, 4, 2)
    np.testing.assert_allclose(scores[0, 0], 1 / (1 + np.exp([5.0, -2.0])), rtol=1e-5)
    # Centre (24, 40); nothing to the left, top, bottom; two cells of 16 pixels to the right.
    np.testing.assert_allclose(boxes[0, 0], [24, 40, 56, 40], atol=1e-3)


@pytest.mark.parametrize("batch", [1, 3])
def test_each_picture_of_a_batch_has_its_own_candidates(batch: int) -> None:
    rng = np.random.default_rng(4)
    pictures = rng.standard_normal((batch, WIDTH, 4, 4)).astype(np.float32)
    graph = _graph(np.zeros(WIDTH, np.float32))
    together = run_graph(graph, "x", pictures)
    alone = [run_graph(graph, "x", picture[None]) for picture in pictures]
    for output in range(2):
        separate = np.concatenate([outputs[output] for outputs in alone])
        np.testing.assert_allclose(together[output], separate, atol=1e-5)


def test_a_smaller_input_has_its_boxes_where_they_lie() -> None:
    """Fewer rows and columns of cells, but each cell still stands for its own pixels."""
    bias = np.full(WIDTH, -20, np.float32)
    bias[2::3] = 20
    picture = np.zeros((1, WIDTH, 4, 2), np.float32)
    picture[0, 1, 3, 1] = 30
    boxes, scores = run_graph(_graph(bias), "x", picture)
    assert scores[0, 0, 1] > 0.99
    np.testing.assert_allclose(boxes[0, 0], [24, 56, 24, 56], atol=1e-3)
