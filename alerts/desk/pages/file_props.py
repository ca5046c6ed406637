"""Attachments of a case as props of their component; pure."""

from __future__ import annotations

from alerts.desk.views import Action, AttachmentRow, CaseView


def file_props(view: CaseView) -> dict[str, object]:
    """All of them, oldest first, and whether the officer may add one."""
    return {
        "code": view.row.code,
        "files": [_file(each) for each in view.attachments],
        "canAdd": Action.NOTE in view.actions,
    }


def _file(row: AttachmentRow) -> dict[str, object]:
    is_picture = row.url is not None and row.media_type.startswith("image/")
    return {
        "number": row.number,
        "name": row.name,
        "bytes": row.bytes,
        "actor": row.actor_name,
        "at": row.at.isoformat(),
        "url": row.url or "",
        "small": f"{row.url}/thumbnail" if is_picture else "",
    }
