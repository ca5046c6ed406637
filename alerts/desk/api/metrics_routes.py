"""The desk's counters, for Prometheus: from the same machine, or with the metrics token."""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address, ip_address
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST

from alerts.desk.errors import NotSignedInError
from alerts.desk.metrics import DeskMetrics

router = APIRouter(tags=["health"])

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""With any of these a proxy is in between: then the same machine is not where it came from."""

_bearer = HTTPBearer(auto_error=False, description="`desk.metrics_token_file`.")


def check_reader(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let the same machine and whoever knows the token pass."""
    expected: str | None = request.app.state.metrics_token
    if credentials is not None and expected is not None:
        if hmac.compare_digest(credentials.credentials.encode(), expected.encode()):
            return
    elif credentials is None and _is_from_here(request):
        return
    raise NotSignedInError("metrics: from the same machine, or with desk.metrics_token_file")


@router.get("/metrics", include_in_schema=False, dependencies=[Depends(check_reader)])
def metrics(request: Request) -> Response:
    """Everything in Prometheus's text format."""
    counted = request.app.state.metrics
    assert isinstance(counted, DeskMetrics)
    return Response(counted.text(), media_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
