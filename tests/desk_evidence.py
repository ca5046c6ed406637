"""Cases with evidence that is really there, for tests of a stepped desk."""

from __future__ import annotations

import hashlib
from itertools import count

from alerts.desk.views import Officer, QueueFilter
from alerts.schema import EvidenceKind, EvidenceReference, EvidenceState
from tests.desk_factories import alert_message
from tests.desk_rig import DeskRig

PICTURE = b"\xff\xd8 a picture"
_numbers = count(1)


def with_snapshot(rig: DeskRig, officer: Officer, camera: str) -> str:
    """Open a case of `camera` whose snapshot is stored; its code, as `officer` sees it."""
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    place = rig.service.evidence_folder.place(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(PICTURE)
    stored = EvidenceReference(
        kind=EvidenceKind.SNAPSHOT,
        state=EvidenceState.STORED,
        sha256=sha256,
        bytes=len(PICTURE),
        media_type="image/jpeg",
    )
    number = next(_numbers)
    rig.take(alert_message(number, alert=number, camera=camera, evidence=(stored,)))
    rows = rig.service.queue(officer, QueueFilter(camera_id=camera)).rows
    return max(rows, key=lambda row: row.case_id).code
