"""Examples of the register's answers, for `examples`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.desk.register_views import RegisterPage, RegisterRow

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ROW = {
    "number": 128,
    "at": "2026-11-22T02:04:30Z",
    "actor": "li.na",
    "actor_name": "李娜",
    "role": "town-officer",
    "client": "10.25.1.14",
    "action": "watched-snapshot",
    "case_code": "620725101-20261122-0001",
    "camera_id": "plaza-east",
    "camera_name": "文化广场东",
    "subject": "",
    "area_id": "620725101",
    "area_name": "清泉镇",
    "owner": "department",
    "reason": "620725101-20261122-0001",
    "previous": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "hash": _HASH,
}

REGISTER_EXAMPLES: Mapping[type, Mapping[str, object]] = MappingProxyType(
    {
        RegisterRow: _ROW,
        RegisterPage: {
            "rows": [_ROW],
            "next_cursor": "128",
            "head": {"count": 128, "hash": _HASH},
        },
    }
)
