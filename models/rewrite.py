"""Rearrangements that change no result but save time in int8."""

from __future__ import annotations

from models.graph import Graph


def pool_before_activation(graph: Graph) -> None:
    """Swaps LeakyRelu → MaxPool: the activation rises steadily, so a quarter of it suffices.

    In float32 ONNX Runtime runs the activation inside the convolution, in int8 on its own.
    """
    for index, pool in enumerate(graph.nodes):
        if pool.op != "MaxPool":
            continue
        activation = graph.producer(pool.inputs[0])
        readers = list(graph.consumers(pool.inputs[0]))
        if activation.op != "LeakyRelu" or len(readers) != 1:
            continue
        first, last = activation.inputs[0], pool.outputs[0]
        pooled = f"{first}.pooled"
        pool.inputs, pool.outputs = [first], [pooled]
        activation.inputs, activation.outputs = [pooled], [last]
        position = graph.nodes.index(activation)
        graph.nodes[position], graph.nodes[index] = pool, activation
