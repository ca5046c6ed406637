"""Converters of the TensorFlow operations that slide a window or change a picture's size."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np

from models.errors import BuildError
from models.graph import Array, Attribute
from models.tf_tensor import NHWC, NO_PADS, Context, Tensor, nhwc
from models.tfjs import TfNode

_ACTIVATIONS = {"Relu": "Relu"}


def convolution(context: Context, node: TfNode) -> Tensor:
    """Conv2D, with what TensorFlow fused into it."""
    # TensorFlow keeps kernels as height, width, in, out.
    return _convolve(context, node, kernel=context.constant(node, 1).transpose(3, 2, 0, 1), group=1)


def depthwise_convolution(context: Context, node: TfNode) -> Tensor:
    """A convolution of each channel for itself."""
    kernel = context.constant(node, 1)
    if kernel.shape[3] != 1:
        raise BuildError(f"{node.name!r}: depth multiplier {kernel.shape[3]} is not supported")
    return _convolve(context, node, kernel=kernel.transpose(2, 3, 0, 1), group=kernel.shape[2])


def _convolve(context: Context, node: TfNode, *, kernel: Array, group: int) -> Tensor:
    source = nhwc(context.padded(node, 0), node)
    graph = context.graph
    inputs = [source.name, graph.constant(f"{node.name}.weight", np.ascontiguousarray(kernel))]
    fused = _fused(node)
    if "BiasAdd" in fused:
        inputs.append(graph.constant(f"{node.name}.bias", context.constant(node, 2)))
    window, size = _window(node, source, (kernel.shape[2], kernel.shape[3]))
    name = graph.emit("Conv", *inputs, name=node.name, group=group, **window)
    for activation in fused:
        if activation != "BiasAdd":
            name = graph.emit(_ACTIVATIONS[activation], name, name=f"{node.name}.{activation}")
    return Tensor(name=name, axes=NHWC, channels=kernel.shape[0], size=size)


def _fused(node: TfNode) -> tuple[str, ...]:
    if "fused_ops" not in node.attributes:
        return ()
    names = node.attributes["fused_ops"]["list"].get("s", ())
    return tuple(base64.b64decode(name).decode() for name in names)


def _window(
    node: TfNode, source: Tensor, kernel: tuple[int, int]
) -> tuple[dict[str, Attribute], tuple[int, int]]:
    """The attributes of a sliding window, and the height and width it leaves."""
    strides = [int(step) for step in node.attributes["strides"]["list"]["i"]][1:3]
    shape: dict[str, Attribute] = {"kernel_shape": list(kernel), "strides": strides}
    if base64.b64decode(node.attributes["padding"]["s"]) == b"SAME":
        height, width = (-(-edge // step) for edge, step in zip(source.size, strides, strict=True))
        return {**shape, "auto_pad": "SAME_UPPER"}, (height, width)
    top, left, bottom, right = source.pads
    height = (source.size[0] + top + bottom - kernel[0]) // strides[0] + 1
    width = (source.size[1] + left + right - kernel[1]) // strides[1] + 1
    return {**shape, "pads": list(source.pads)}, (height, width)


def max_pool(context: Context, node: TfNode) -> Tensor:
    """MaxPool, taking in a padding before it."""
    source = nhwc(context.padded(node, 0), node)
    height, width = (int(edge) for edge in node.attributes["ksize"]["list"]["i"][1:3])
    window, size = _window(node, source, (height, width))
    name = context.graph.emit("MaxPool", source.name, name=node.name, **window)
    return replace(source, name=name, size=size, pads=NO_PADS)


def pad(context: Context, node: TfNode) -> Tensor:
    """Waits for the convolution or pooling that takes the padding in."""
    source = context.tensor(node, 0)
    pads = np.zeros((4, 2), np.int64)
    pads[list(source.axes)] = context.constant(node, 1)
    if pads[:2].any():
        raise BuildError(f"{node.name!r}: only height and width can be padded")
    top, bottom, left, right = (int(pad) for pad in pads[2:].ravel())
    return replace(source, pads=(top, left, bottom, right))


def resize(context: Context, node: TfNode) -> Tensor:
    """Bilinear resizing of height and width."""
    source = nhwc(context.tensor(node, 0), node)
    height, width = (int(edge) for edge in context.constant(node, 1))
    half_pixel = node.attributes["half_pixel_centers"]["b"]
    if half_pixel and source.size == (2 * height, 2 * width):
        return _halve(context, node, source)
    scales = np.array([1, 1, height / source.size[0], width / source.size[1]], np.float32)
    name = context.graph.emit(
        "Resize",
        source.name,
        "",
        context.graph.constant(f"{node.name}.scales", scales),
        name=node.name,
        mode="linear",
        coordinate_transformation_mode="half_pixel" if half_pixel else "asymmetric",
    )
    return replace(source, name=name, size=(height, width))


def _halve(context: Context, node: TfNode, source: Tensor) -> Tensor:
    # With centres at half a pixel, half the size is the mean of each two by two. As a convolution
    # it is exact in int8 and several times faster there than resizing or pooling.
    graph, name, channels = context.graph, node.name, source.channels
    kernel = graph.constant(f"{name}.weight", np.full((channels, 1, 2, 2), 0.25, np.float32))
    bias = graph.constant(f"{name}.bias", np.zeros(channels, np.float32))
    graph.emit(
        "Conv",
        source.name,
        kernel,
        bias,
        name=name,
        group=channels,
        kernel_shape=[2, 2],
        strides=[2, 2],
    )
    return replace(source, name=name, size=(source.size[0] // 2, source.size[1] // 2))
