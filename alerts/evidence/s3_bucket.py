"""A bucket of an S3-compatible store, asked over HTTP; addresses are path-style."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

import httpx
from pydantic import SecretStr

from alerts.config import S3Config
from alerts.errors import EvidenceError
from alerts.evidence.s3_signature import (
    EMPTY_SHA256,
    Credentials,
    Request,
    encoded_query,
    signed_headers,
)

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAddress:
    """Where evidence lies: `s3://bucket/prefix` at an endpoint."""

    bucket: str
    prefix: str
    s3: S3Config


def bucket_address(url: str, s3: S3Config) -> BucketAddress:
    """From `s3://bucket/prefix`."""
    parts = urlsplit(url)
    return BucketAddress(bucket=parts.netloc, prefix=unquote(parts.path).strip("/"), s3=s3)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class S3Bucket:
    """Signs and sends; what the answers mean is its users' business."""

    def __init__(
        self,
        address: BucketAddress,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Open no connection yet; `transport` and `now` are for tests.

        Raises:
            EvidenceError: There are no credentials, or their files cannot be read.
        """
        self._address = address
        self._credentials = _credentials(address.s3)
        self._now = now
        self._endpoint = address.s3.endpoint.rstrip("/")
        self._host = httpx.URL(self._endpoint).netloc.decode("ascii")
        self._client = httpx.Client(timeout=TIMEOUT_S, transport=transport, trust_env=False)

    def key(self, name: str) -> str:
        """The object's key: below the prefix, in the same order as in a folder."""
        return "/".join(part for part in (self._address.prefix, name[:2], name) if part)

    @property
    def prefix(self) -> str:
        """What the keys of all evidence begin with."""
        return f"{self._address.prefix}/" if self._address.prefix else ""

    def ask(
        self, method: str, key: str = "", query: Sequence[tuple[str, str]] = ()
    ) -> httpx.Response:
        """A request without a body, its answer read; raises EvidenceError where nothing answers."""
        request = self._request(method, key, query, EMPTY_SHA256)
        try:
            return self._client.request(method, self._url(request), headers=self._sign(request))
        except httpx.HTTPError as error:
            raise EvidenceError(f"the store cannot be reached: {error}") from error

    def put(
        self, key: str, body: BinaryIO, size: int, sha256: str, media_type: str
    ) -> httpx.Response:
        """Store an object of known content; raises EvidenceError where nothing answers."""
        request = self._request("PUT", key, (), sha256)
        headers = {
            **self._sign(request),
            "content-length": str(size),
            "content-type": media_type,
        }
        try:
            return self._client.put(self._url(request), content=body, headers=headers)
        except httpx.HTTPError as error:
            raise EvidenceError(f"the store cannot be reached: {error}") from error

    def read(self, key: str) -> Iterator[bytes]:
        """An object's content, block by block; nothing where there is none.

        Raises:
            EvidenceError: While iterating: nothing answers, or it is refused.
        """
        request = self._request("GET", key, (), EMPTY_SHA256)
        try:
            with self._client.stream(
                "GET", self._url(request), headers=self._sign(request)
            ) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return
                check(answer)
                yield from answer.iter_bytes()
        except httpx.HTTPError as error:
            raise EvidenceError(f"the store cannot be reached: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _request(
        self, method: str, key: str, query: Sequence[tuple[str, str]], sha256: str
    ) -> Request:
        path = quote(f"/{self._address.bucket}" + (f"/{key}" if key else ""), safe="/-_.~")
        return Request(
            method=method, host=self._host, path=path, query=query, payload_sha256=sha256
        )

    def _url(self, request: Request) -> str:
        query = encoded_query(request.query)
        return f"{self._endpoint}{request.path}" + (f"?{query}" if query else "")

    def _sign(self, request: Request) -> dict[str, str]:
        return signed_headers(request, self._credentials, self._address.s3.region, self._now())


def check(answer: httpx.Response) -> None:
    """Raise EvidenceError unless the store did what it was asked."""
    if answer.is_success:
        return
    if answer.status_code in {401, 403}:
        raise EvidenceError(
            "the store refuses these credentials, or the clocks differ by more than 15 minutes "
            f"(HTTP {answer.status_code})"
        )
    raise EvidenceError(f"the store answers HTTP {answer.status_code}")


def _credentials(s3: S3Config) -> Credentials:
    key_id = _secret(s3.access_key_id_file, "AWS_ACCESS_KEY_ID")
    secret = _secret(s3.secret_access_key_file, "AWS_SECRET_ACCESS_KEY")
    if not key_id or not secret:
        raise EvidenceError(
            "evidence.store is s3://…: give evidence.s3.access_key_id_file and "
            "secret_access_key_file, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    token = None if s3.access_key_id_file else os.environ.get("AWS_SESSION_TOKEN")
    return Credentials(
        access_key_id=key_id,
        secret_access_key=SecretStr(secret),
        session_token=SecretStr(token) if token else None,
    )


def _secret(file: Path | None, variable: str) -> str:
    if file is None:
        return os.environ.get(variable, "")
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise EvidenceError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise EvidenceError(f"{file} is not ASCII text") from None
