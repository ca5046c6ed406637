"""What the shards of a node analyse, as one word of the node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock

from alerts.schema import NodeState, ReducedClass
from deploy.shards.messages import LoadChanged

Become = Callable[[NodeState, tuple[ReducedClass, ...]], None]


class LoadOfShards:
    """A node is `reduced` while one of its shards is; `on_change` hears of every change."""

    def __init__(self, on_change: Become) -> None:
        self._on_change = on_change
        self._lock = Lock()
        self._loads: dict[str, LoadChanged] = {}
        self._said: tuple[NodeState, tuple[ReducedClass, ...]] = NodeState.ONLINE, ()

    def update(self, shard: str, load: LoadChanged) -> None:
        """What one shard analyses has changed; from any thread."""
        with self._lock:
            self._loads[shard] = load
            is_reduced = any(each.state is NodeState.REDUCED for each in self._loads.values())
            state = NodeState.REDUCED if is_reduced else NodeState.ONLINE
            reduced = joined(each for load in self._loads.values() for each in load.reduced)
            if (state, reduced) != self._said:
                self._said = state, reduced
                self._on_change(state, reduced)


def joined(reduced: Iterable[ReducedClass]) -> tuple[ReducedClass, ...]:
    """Each class once, class 1 first: its cameras added up, their rates on average."""
    by_class: dict[int, list[ReducedClass]] = {}
    for each in reduced:
        by_class.setdefault(each.camera_class, []).append(each)
    return tuple(_joined(by_class[camera_class]) for camera_class in sorted(by_class))


def _joined(parts: list[ReducedClass]) -> ReducedClass:
    cameras = sum(part.cameras for part in parts)

    def mean(rates: Iterator[float]) -> float:
        return round(sum(rates) / cameras, 1)

    return ReducedClass(
        camera_class=parts[0].camera_class,
        cameras=cameras,
        fps=mean(part.fps * part.cameras for part in parts),
        of_fps=mean(part.of_fps * part.cameras for part in parts),
    )
