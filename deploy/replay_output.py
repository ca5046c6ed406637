"""What `replay` writes: wire messages by the line, and tracks in the MOT challenge's form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO
from uuid import UUID, uuid5

from alerts.alert import Alert
from alerts.compose import Compose, Stamp
from deploy.replay_file import Replayed
from detectors.track import TrackState

REPLAY_NAMESPACE = UUID("0d7b3a52-7a57-4d0f-9a41-52b7c0d3a8ff")
"""Outbox ids of replays derive from it: no outbox exists, and two runs must agree."""


class ReplayOutput:
    """Writes tracks as they come and keeps alerts until `write`; opens its files at once.

    Each camera's frames come in order and one at a time, and cameras share nothing here.
    """

    def __init__(self, cameras: Iterable[str], out: TextIO, tracks: Path | None) -> None:
        """Raises OSError where a file cannot be made: before the replay, not after."""
        self._out = out
        self._alerts: dict[str, list[Alert]] = {camera: [] for camera in cameras}
        self._files: dict[str, TextIO] = {}
        self._stack = ExitStack()
        if tracks is not None:
            tracks.mkdir(parents=True, exist_ok=True)
            for camera in self._alerts:
                file = (tracks / f"{camera}.txt").open("w", encoding="ascii")
                self._files[camera] = self._stack.enter_context(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def take(self, camera: str, replayed: Replayed) -> None:
        """One analysed frame of `camera`."""
        self._alerts[camera] += replayed.alerts
        if camera in self._files:
            self._files[camera].writelines(track_rows(replayed))

    def write(self, compose: Compose, site: str) -> None:
        """All messages, ordered by (`pts_s`, camera, `sequence`), without `evidence`."""
        outbox_id = uuid5(REPLAY_NAMESPACE, site)
        keyed = [
            (alert.at.time_s, camera, sequence, _line(alert, compose, outbox_id, sequence))
            for camera, alerts in self._alerts.items()
            for sequence, alert in enumerate(alerts, 1)
        ]
        self._out.writelines(f"{line}\n" for *_, line in sorted(keyed))


def _line(alert: Alert, compose: Compose, outbox_id: UUID, sequence: int) -> str:
    message = compose(alert, Stamp(outbox_id=outbox_id, sequence=sequence, evidence=()))
    fields = message.model_dump(mode="json", exclude={"evidence"})
    fields["confidence"] = round(fields["confidence"], 3)
    fields["box"] = [round(value, 4) for value in fields["box"]]
    fields["pts_s"] = round(alert.at.time_s, 6)
    return json.dumps(fields, ensure_ascii=False)


def track_rows(frame: Replayed) -> Iterator[str]:
    """`frame,id,x,y,w,h,confidence,class,-1` of the confirmed tracks of one frame.

    Where several models look at a camera, tracks of all of them; their ids are never the same.
    """
    for track in frame.tracks:
        if track.state is TrackState.CONFIRMED:
            x1, y1, x2, y2 = track.xyxy
            yield (
                f"{frame.at.number},{track.track_id},{x1:.2f},{y1:.2f},{x2 - x1:.2f},"
                f"{y2 - y1:.2f},{track.confidence:.3f},{track.class_id},-1\n"
            )
