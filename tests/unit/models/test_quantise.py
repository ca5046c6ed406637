from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.affine import Affine
from models.calibrate import observe
from models.errors import BuildError
from models.graph import Attribute, Graph, Port
from models.nanodet import logit_floors
from models.normalise import PLANES, append_normalisation
from models.pixels import PictureInput
from models.quantise import quantise
from models.ranges import Histogram, integer_tensors, plan_ranges
from models.rewrite import pool_before_activation
from tests.unit.models.running import run_graph

SIZE = 16
MEAN = np.array([100.0, 110.0, 120.0], np.float32)
STD = np.array([55.0, 57.0, 60.0], np.float32)
PICTURE = PictureInput(images="images", planes=PLANES, mean=MEAN, std=STD)


def _network() -> Graph:
    """Normalisation, a strided convolution, an activation, a pooling and a concatenation."""
    rng = np.random.default_rng(5)
    graph = Graph(inputs=(Port(name="images", dtype="uint8", shape=("N", SIZE, SIZE, 3)),))
    planes = append_normalisation(graph, "images", mean=MEAN, std=STD)
    weight = graph.constant("w", rng.standard_normal((4, 3, 3, 3)).astype(np.float32))
    bias = graph.constant("b", rng.standard_normal(4).astype(np.float32))
    window: dict[str, Attribute] = {
        "kernel_shape": [3, 3],
        "strides": [2, 2],
        "pads": [1, 1, 1, 1],
        "group": 1,
    }
    graph.emit("Conv", planes, weight, bias, name="conv", **window)
    graph.emit("LeakyRelu", "conv", name="active", alpha=0.1)
    graph.emit("MaxPool", "active", name="pooled", kernel_shape=[2, 2], strides=[2, 2])
    graph.emit("Concat", "pooled", "pooled", name="both", axis=1)
    graph.emit("Relu", "both", name="out")
    shape = ("N", 8, SIZE // 4, SIZE // 4)
    graph.outputs = (Port(name="out", dtype="float32", shape=shape),)
    return graph


def _pictures(count: int = 4) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(6)
    return list(rng.integers(0, 256, (count, SIZE, SIZE, 3), np.uint8))


def test_the_integer_graph_is_close_to_the_float_one() -> None:
    graph = _network()
    pool_before_activation(graph)
    seen = observe(graph, integer_tensors(graph), _pictures())
    integers = quantise(graph, plan_ranges(graph, seen, floors={}), PICTURE)
    batch = np.stack(_pictures(2))
    (exact,) = run_graph(graph, "images", batch)
    (close,) = run_graph(integers, "images", batch)
    # The border sees padding of the mean grey instead of each colour's own mean.
    error = np.abs(exact - close)[:, :, 1:, 1:]
    assert error.max() < 0.03 * exact.max()
    assert "Sub" not in {node.op for node in integers.nodes}


def test_pooling_before_the_activation_changes_no_result() -> None:
    batch = np.stack(_pictures(2))
    (before,) = run_graph(_network(), "images", batch)
    graph = _network()
    pool_before_activation(graph)
    order = [node.op for node in graph.nodes]
    assert order.index("MaxPool") < order.index("LeakyRelu")
    (after,) = run_graph(graph, "images", batch)
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.5, 2.0), (-3.0, -1.0), (0.0, 0.0)])
def test_zero_is_represented_exactly_and_the_ends_within_a_step(low: float, high: float) -> None:
    affine = Affine.over(low, high)
    assert 0 <= affine.zero <= 255
    assert affine.scale * (0 - affine.zero) <= min(low, 0) + affine.scale
    assert affine.scale * (255 - affine.zero) >= max(high, 0) - affine.scale


def test_concatenated_tensors_share_one_range() -> None:
    graph = Graph()
    graph.emit("Conv", "x", "w", "b", name="one")
    graph.emit("Conv", "x", "w", "b", name="two")
    graph.emit("Conv", "x", "w", "b", name="alone")
    graph.emit("Concat", "one", "two", name="both", axis=1)
    counts = np.ones(64, np.int64)
    seen = {
        "one": Histogram(low=0, high=1, counts=counts),
        "two": Histogram(low=-1, high=3, counts=counts),
        "alone": Histogram(low=0, high=1, counts=counts),
    }
    planned = plan_ranges(graph, seen, floors={})
    assert planned["one"] == planned["two"] != planned["alone"]


def test_outliers_are_cut_off_for_finer_steps() -> None:
    graph = Graph()
    graph.emit("Conv", "x", "w", "b", name="conv")
    counts = np.zeros(1000, np.int64)
    counts[:100], counts[-1] = 100_000, 1
    planned = plan_ranges(graph, {"conv": Histogram(low=0, high=10, counts=counts)}, floors={})
    assert planned["conv"].scale * 255 < 9


def test_operands_on_different_scales_are_refused() -> None:
    graph = _network()
    graph.nodes = [n for n in graph.nodes if n.op not in {"MaxPool", "Relu", "Concat"}]
    graph.emit("Concat", "conv", "active", name="out", axis=1)
    ranges = {"conv": Affine(scale=1.0, zero=3), "active": Affine(scale=2.0, zero=3)}
    with pytest.raises(BuildError, match="operands on different scales"):
        quantise(graph, ranges, PICTURE)


def test_high_scores_are_told_apart_beyond_what_calibration_saw() -> None:
    graph = Graph()
    graph.emit("Conv", "x", "w", "b", name="head.logits")
    seen = {"head.logits": Histogram(low=-20, high=1, counts=np.ones(64, np.int64))}
    planned = plan_ranges(graph, seen, floors={"head.logits": -5.3})["head.logits"]
    assert -5.4 < -planned.zero * planned.scale < -5.2
    assert (255 - planned.zero) * planned.scale > 2.9


def test_a_head_without_its_logits_is_refused() -> None:
    with pytest.raises(BuildError, match="logits expected"):
        logit_floors(["one.logits", "one.sides"])
