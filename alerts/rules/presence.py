"""`presence`: somebody or something stays in a zone.

A frame is *present* with at least one confirmed track of the rule's labels whose anchor is in the
zone. A *hold* is a run of present frames with gaps of at most `BRIDGE_S`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid5

from alerts.alert import Alert, Phase, Reason
from alerts.rules.config import RuleConfig
from alerts.rules.sighting import Sighting, sight
from alerts.zone import Zone
from detectors.track import Track
from ingest.frame import CameraId, FrameTime, Wh

BRIDGE_S = 1.0
END_S = 3.0
UPDATE_S = 10.0
CONFIDENCE_STEP = 0.1
"""The four above are promised to whoever reads our alerts: the same in every release."""

TOLERANCE = 1e-6
"""Times are differences of floats; a frame on the dot counts."""

ALERT_NAMESPACE = UUID("6f0c2c1e-5d5e-4f0e-9a6a-3f0c8f3f7b52")
"""Fixed for all sites and for ever: a recording replays to the same alert ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """One alert: when it was raised, its last message, and its end if it has ended."""

    alert_id: UUID
    raised: FrameTime
    told: Sighting
    told_s: float
    ended_s: float | None = None


class PresenceRule:
    """One rule of kind `presence` on one camera."""

    def __init__(
        self, config: RuleConfig, zone: Zone, *, site: str, camera_id: CameraId, model_id: str
    ) -> None:
        self._config = config
        self._zone = zone
        self._model_id = model_id
        self._identity = (site, camera_id, config.id)
        self._last_frame: FrameTime | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything, without a message."""
        self._last_frame = None
        self._number = 0
        self._hold_start_s = 0.0
        self._last_present: FrameTime | None = None
        self._last_sighting: Sighting | None = None
        self._opened: _Opened | None = None

    @property
    def is_settled(self) -> bool:
        """Whether its one alert at a time is open, and somebody is there on the last frame."""
        is_open = self._opened is not None and self._opened.ended_s is None
        return is_open and self._last_present == self._last_frame

    def update(self, tracks: Sequence[Track], at: FrameTime, source_wh: Wh) -> list[Alert]:
        """What begins, changes or ends on this frame.

        A frame of another session first ends what the earlier one left open.
        """
        alerts = self._change_session(at)
        self._last_frame = at
        if self._last_present is not None and self._is_gone(self._last_present, at):
            alerts += self._end(_end_of(self._last_present), Reason.GONE)
        sighting = sight(tracks, self._config.labels, self._zone, source_wh)
        if sighting is not None:
            self._extend_hold(at, sighting)
            alerts += self._judge(at, sighting)
        return alerts

    def end(self, reason: Reason) -> list[Alert]:
        """End what is open, with the times of the last frame."""
        if self._last_frame is None:
            return []
        alerts = self._end(self._last_frame, reason)
        self._last_present = None
        return alerts

    def _change_session(self, at: FrameTime) -> list[Alert]:
        if self._last_frame is None or self._last_frame.session == at.session:
            return []
        alerts = self.end(Reason.STREAM_ENDED)
        self.reset()
        return alerts

    @staticmethod
    def _is_gone(last: FrameTime, at: FrameTime) -> bool:
        return at.time_s - last.time_s >= END_S - TOLERANCE

    def _extend_hold(self, at: FrameTime, sighting: Sighting) -> None:
        last = self._last_present
        if last is None or at.time_s - last.time_s > BRIDGE_S + TOLERANCE:
            self._hold_start_s = at.time_s
        self._last_present = at
        self._last_sighting = sighting

    def _judge(self, at: FrameTime, sighting: Sighting) -> list[Alert]:
        opened = self._opened
        if opened is not None and opened.ended_s is None:
            return self._report_change(opened, at, sighting)
        if at.time_s - self._hold_start_s < self._config.min_s - TOLERANCE:
            return []
        if opened is not None and self._is_cooling(opened, at):
            return [self._tell(replace(opened, ended_s=None), at, sighting, Reason.REOPENED)]
        return [self._raise(at, sighting)]

    def _is_cooling(self, opened: _Opened, at: FrameTime) -> bool:
        if opened.ended_s is None:
            return False
        return at.time_s - opened.ended_s < self._config.cooldown_s - TOLERANCE

    def _raise(self, at: FrameTime, sighting: Sighting) -> Alert:
        self._number += 1
        name = "\n".join((*self._identity, at.session, str(self._number)))
        opened = _Opened(
            alert_id=uuid5(ALERT_NAMESPACE, name), raised=at, told=sighting, told_s=at.time_s
        )
        return self._tell(opened, at, sighting, None)

    def _report_change(self, opened: _Opened, at: FrameTime, sighting: Sighting) -> list[Alert]:
        told = opened.told
        is_different = (
            sighting.label != told.label
            or sighting.count != told.count
            or abs(sighting.confidence - told.confidence) >= CONFIDENCE_STEP - TOLERANCE
        )
        if not is_different or at.time_s - opened.told_s < UPDATE_S - TOLERANCE:
            return []
        return [self._tell(opened, at, sighting, Reason.CHANGED)]

    def _tell(
        self, opened: _Opened, at: FrameTime, sighting: Sighting, reason: Reason | None
    ) -> Alert:
        self._opened = replace(opened, told=sighting, told_s=at.time_s)
        phase = Phase.RAISED if reason is None else Phase.UPDATED
        return self._alert(opened, phase, at, sighting, reason)

    def _end(self, at: FrameTime, reason: Reason) -> list[Alert]:
        opened, sighting = self._opened, self._last_sighting
        if opened is None or opened.ended_s is not None or sighting is None:
            return []
        self._opened = replace(opened, ended_s=at.time_s)
        return [self._alert(opened, Phase.ENDED, at, sighting, reason)]

    def _alert(
        self,
        opened: _Opened,
        phase: Phase,
        at: FrameTime,
        sighting: Sighting,
        reason: Reason | None,
    ) -> Alert:
        config = self._config
        return Alert(
            alert_id=opened.alert_id,
            phase=phase,
            at=at,
            rule_id=config.id,
            kind=config.kind,
            zone_id=self._zone.id,
            label=sighting.label,
            confidence=sighting.confidence,
            severity=config.severity,
            category=config.category,
            model_id=self._model_id,
            raised_at=opened.raised.captured_at,
            ended_at=at.captured_at if phase is Phase.ENDED else None,
            reason=reason,
            track_ids=sighting.track_ids,
            box=sighting.box,
        )


def _end_of(last: FrameTime) -> FrameTime:
    """`END_S` after the last frame with somebody, whenever the next frame came to tell it.

    Of a quiet camera only keyframes are analysed; the time of the end does not depend on it.
    """
    later = last.captured_at + timedelta(seconds=END_S)
    return replace(last, time_s=last.time_s + END_S, captured_at=later)
