"""What the demo's cameras saw at a known moment of their recordings, as messages of a node."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import av

from alerts.alert import Phase, Severity
from alerts.schema import AlertMessage, EvidenceKind, EvidenceReference, EvidenceState, Text
from deploy.samples.cameras import CAMERAS, SampleCamera

NODE = "node-1"
AT_S = 6.0
"""The boxes below were drawn by eye on the pictures of this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Somebody in the zone of a camera's first rule."""

    camera_id: str
    box: tuple[float, float, float, float]
    confidence: float

    @property
    def camera(self) -> SampleCamera:
        return next(camera for camera in CAMERAS if camera.camera_id == self.camera_id)

    def raised(self, at: datetime, *, outbox_id: UUID, sequence: int) -> AlertMessage:
        """The message that opens a case."""
        camera, rule = self.camera, self.camera.rules[0]
        return AlertMessage(
            node=NODE,
            outbox_id=outbox_id,
            camera=self.camera_id,
            sequence=sequence,
            alert_id=uuid4(),
            phase=Phase.RAISED,
            rule=rule.rule_id,
            kind="presence",
            zone=rule.zone_id,
            label="person",
            confidence=self.confidence,
            severity=Severity(rule.severity),
            category="security",
            model="coco",
            captured_at=at,
            raised_at=at,
            track_ids=(1,),
            box=self.box,
            evidence=tuple(
                EvidenceReference(kind=kind, state=EvidenceState.PENDING) for kind in EvidenceKind
            ),
            text=Text(
                zh=f"{camera.name}：防区“{camera.zone_names[rule.zone_id]}”内有人停留超过 2 秒",
                en=f"{camera.name}: person in zone {rule.zone_id} for more than 2 s",
            ),
        )

    def snapshot(self) -> bytes:
        """The picture of `AT_S` as JPEG."""
        with av.open(str(self.camera.path)) as source:
            frames = source.decode(video=0)
            picture = next(frame for frame in frames if frame.time >= AT_S)
            image = io.BytesIO()
            with av.open(image, "w", format="image2pipe") as target:
                stream = target.add_stream("mjpeg", options={"q": "3"})
                stream.width, stream.height = picture.width, picture.height
                stream.pix_fmt = "yuvj420p"
                target.mux(stream.encode(picture.reformat(format="yuvj420p")))
                target.mux(stream.encode(None))
        return image.getvalue()

    def clip(self) -> bytes:
        """The recording itself."""
        return self.camera.path.read_bytes()


YARD_GATE = Sighting(camera_id="gate-li", box=(0.455, 0.445, 0.515, 0.735), confidence=0.71)
ROAD = Sighting(camera_id="station-road", box=(0.56, 0.405, 0.67, 0.755), confidence=0.83)
WORKSITE = Sighting(camera_id="market-crossing", box=(0.365, 0.09, 0.435, 0.305), confidence=0.78)
LAWN = Sighting(camera_id="plaza-east", box=(0.43, 0.675, 0.515, 0.965), confidence=0.87)
