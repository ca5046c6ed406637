"""The cameras of a node by id, which may come and go while others look."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from threading import Lock

from ingest.camera import Camera
from ingest.frame import CameraId


class CameraRoster(Mapping[CameraId, Camera]):
    """A mapping that is replaced, never changed: who iterates sees one state of it."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._lock = Lock()
        self._now: dict[CameraId, Camera] = {}
        for camera in cameras:
            self.add(camera)

    def add(self, camera: Camera) -> None:
        """Take one more; ValueError where its id is taken."""
        with self._lock:
            if camera.camera_id in self._now:
                raise ValueError(f"two cameras are called {camera.camera_id}")
            self._now = {**self._now, camera.camera_id: camera}

    def remove(self, camera_id: CameraId) -> None:
        """Forget one; idempotent."""
        with self._lock:
            self._now = {key: camera for key, camera in self._now.items() if key != camera_id}

    def __getitem__(self, camera_id: CameraId) -> Camera:
        return self._now[camera_id]

    def __iter__(self) -> Iterator[CameraId]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def items(self) -> ItemsView[CameraId, Camera]:
        """As of now."""
        return self._now.items()

    def values(self) -> ValuesView[Camera]:
        """As of now."""
        return self._now.values()
