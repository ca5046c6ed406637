"""Errors about webhooks, below `alerts.errors.AlertError`.

AlertError
├── WebhookNotFoundError     no such webhook or delivery, or not in the officer's areas
└── RequestError
    └── TargetError          the address is none that a webhook may lead to
"""

from __future__ import annotations

from alerts.desk.errors import RequestError
from alerts.errors import AlertError


class WebhookNotFoundError(AlertError):
    """No such webhook or delivery, or it lies outside the officer's areas."""


class TargetError(RequestError):
    """The address is none that a webhook may lead to."""
