"""What `replay` writes: wire messages by the line, and tracks in the MOT challenge's form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID, uuid5

from alerts.alert import Alert
from alerts.compose import Compose, Stamp
from deploy.replay import Replayed
from detectors.track import TrackState

REPLAY_NAMESPACE = UUID("0d7b3a52-7a57-4d0f-9a41-52b7c0d3a8ff")
"""Outbox ids of replays derive from it: no outbox exists, and two runs must agree."""


def replay_outbox_id(site: str) -> UUID:
    """The `outbox_id` of all messages of a replay of `site`."""
    return uuid5(REPLAY_NAMESPACE, site)


def message_lines(
    replayed: Mapping[str, Iterable[Replayed]], compose: Compose, outbox_id: UUID
) -> list[str]:
    """One JSON line a message, ordered by (`pts_s`, camera, `sequence`), without `evidence`."""
    keyed: list[tuple[float, str, int, str]] = []
    for camera, frames in replayed.items():
        alerts = (alert for frame in frames for alert in frame.alerts)
        for sequence, alert in enumerate(alerts, 1):
            line = _line(alert, compose, outbox_id, sequence)
            keyed.append((alert.at.time_s, camera, sequence, line))
    return [line for *_, line in sorted(keyed)]


def _line(alert: Alert, compose: Compose, outbox_id: UUID, sequence: int) -> str:
    message = compose(alert, Stamp(outbox_id=outbox_id, sequence=sequence, evidence=()))
    fields = message.model_dump(mode="json", exclude={"evidence"})
    fields["confidence"] = round(fields["confidence"], 3)
    fields["box"] = [round(value, 4) for value in fields["box"]]
    fields["pts_s"] = round(alert.at.time_s, 6)
    return json.dumps(fields, ensure_ascii=False)


def write_tracks(folder: Path, replayed: Mapping[str, Iterable[Replayed]]) -> None:
    """`folder/CAMERA.txt`: `frame,id,x,y,w,h,confidence,class,-1` of confirmed tracks."""
    folder.mkdir(parents=True, exist_ok=True)
    for camera, frames in replayed.items():
        rows = [row for frame in frames for row in _rows(frame)]
        (folder / f"{camera}.txt").write_text("".join(rows), encoding="ascii")


def _rows(frame: Replayed) -> Iterable[str]:
    for track in frame.tracks:
        if track.state is TrackState.CONFIRMED:
            x1, y1, x2, y2 = track.xyxy
            yield (
                f"{frame.at.number},{track.track_id},{x1:.2f},{y1:.2f},{x2 - x1:.2f},"
                f"{y2 - y1:.2f},{track.confidence:.3f},{track.class_id},-1\n"
            )
