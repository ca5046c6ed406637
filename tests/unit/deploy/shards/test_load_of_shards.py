"""Overload of some shards is overload of the node."""

from __future__ import annotations

from alerts.schema import NodeState, ReducedClass
from deploy.shards.load_of_shards import LoadOfShards
from deploy.shards.messages import LoadChanged


def reduced(camera_class: int, cameras: int, fps: float) -> ReducedClass:
    return ReducedClass(camera_class=camera_class, cameras=cameras, fps=fps, of_fps=5.0)


def load(*classes: ReducedClass) -> LoadChanged:
    return LoadChanged(state=NodeState.REDUCED, reduced=classes)


def test_a_node_is_reduced_while_one_shard_is() -> None:
    told: list[tuple[NodeState, tuple[ReducedClass, ...]]] = []
    loads = LoadOfShards(lambda state, reduced: told.append((state, reduced)))
    loads.update("a", load(reduced(2, 1, 2.0), reduced(3, 3, 1.0)))
    loads.update("b", load(reduced(3, 1, 2.0)))
    loads.update("a", LoadChanged())
    loads.update("a", LoadChanged())
    loads.update("b", LoadChanged())
    assert told == [
        (NodeState.REDUCED, (reduced(2, 1, 2.0), reduced(3, 3, 1.0))),
        (NodeState.REDUCED, (reduced(2, 1, 2.0), reduced(3, 4, 1.2))),
        (NodeState.REDUCED, (reduced(3, 1, 2.0),)),
        (NodeState.ONLINE, ()),
    ]
