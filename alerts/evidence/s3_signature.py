"""AWS Signature Version 4 for requests to an S3-compatible store.

Written from the public description (Signature Version 4 signing process, AWS General Reference);
the tests check it against the examples given there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pydantic import SecretStr

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who asks; `session_token` comes with temporary credentials."""

    access_key_id: str
    secret_access_key: SecretStr
    session_token: SecretStr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is signed.

    Attributes:
        path: Percent-encoded, as it is sent.
        query: Names and values, not encoded.
        payload_sha256: Of the body.
    """

    method: str
    host: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    payload_sha256: str = EMPTY_SHA256


def encoded_query(query: Sequence[tuple[str, str]]) -> str:
    """Sorted and encoded as S3 does it; what is sent must be what is signed."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    return "&".join(f"{name}={value}" for name, value in pairs)


def signed_headers(
    request: Request, credentials: Credentials, region: str, at: datetime
) -> dict[str, str]:
    """Headers to send with `request`; `at` is aware UTC and within 15 minutes of the store's."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": request.host,
        "x-amz-content-sha256": request.payload_sha256,
        "x-amz-date": stamp,
    }
    if credentials.session_token is not None:
        headers["x-amz-security-token"] = credentials.session_token.get_secret_value()
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    canonical = _canonical(request, headers)
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = _signing_key(credentials.secret_access_key, stamp[:8], region)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(sorted(headers))}, Signature={signature}"
    )
    return headers


def _canonical(request: Request, headers: Mapping[str, str]) -> str:
    names = sorted(headers)
    return "\n".join(
        [
            request.method,
            request.path,
            encoded_query(request.query),
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            request.payload_sha256,
        ]
    )


def _signing_key(secret: SecretStr, day: str, region: str) -> bytes:
    key = f"AWS4{secret.get_secret_value()}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
