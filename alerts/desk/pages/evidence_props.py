"""What was seen: picture and clip of a case as props of their component; pure."""

from __future__ import annotations

from alerts.desk.journal import DELETED
from alerts.desk.pages.words import Words
from alerts.desk.views import AlertRow, CaseView, EvidenceRow
from alerts.schema import EvidenceKind, EvidenceState


def evidence_props(view: CaseView, words: Words) -> dict[str, object]:
    """Picture and clip with their states, and what is drawn over the picture."""
    return {
        "picture": _one_evidence(view, EvidenceKind.SNAPSHOT, words),
        "clip": _one_evidence(view, EvidenceKind.CLIP, words),
        "boxes": [_box(alert, words) for alert in view.alerts[:1]],
        "zones": [
            {"id": zone.id, "points": " ".join(f"{x},{y}" for x, y in zone.polygon)}
            for zone in view.zones
            if not view.alerts or zone.id == view.alerts[0].zone_id
        ],
    }


def _one_evidence(view: CaseView, kind: EvidenceKind, words: Words) -> dict[str, str]:
    row = _best([row for row in view.evidence if row.kind is kind])
    state = row.state.value if row else "none"
    if row and row.state is EvidenceState.STORED and row.url:
        return {"state": state, "url": row.url, "words": ""}
    if row and row.is_deleted:
        state = DELETED
    return {"state": state, "url": "", "words": words(f"{kind}.{state}")}


def _best(rows: list[EvidenceRow]) -> EvidenceRow | None:
    """The stored one where there is one; a case may have joined several alerts."""
    return next((row for row in rows if row.url), rows[0] if rows else None)


def _box(alert: AlertRow, words: Words) -> dict[str, object]:
    x1, y1, x2, y2 = alert.box
    # of the raised message, as box and snapshot are
    name = f"{words.label(alert.raised_label)} {alert.raised_confidence:.0%}"
    return {
        "id": str(alert.alert_id),
        "x": x1,
        "y": y1,
        "w": max(0.0, x2 - x1),
        "h": max(0.0, y2 - y1),
        "name": name,
    }
