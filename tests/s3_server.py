"""A small S3-compatible server that checks signatures by code of its own."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.leaks import planted

KEY_ID, SECRET = "AKIDEXAMPLE", planted("a/secret+key-of-a-bucket")
PAGE = 3
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, "
    r"SignedHeaders=(?P<names>[^,]+), Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass
class S3Server:
    """Objects of one bucket, `evidence`, on a free port.

    Attributes:
        objects: Content by key.
        changed: When it came.
        cut_after: Break the connection after so many bytes of the next upload.
        refuse: Answer everything with this status.
        asked: Methods and keys, in order.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)
    cut_after: int | None = None
    refuse: int | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.s3 = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="s3")
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def put(self, key: str, content: bytes, changed: datetime | None = None) -> None:
        self.objects[key] = content
        self.changed[key] = changed or datetime.now(UTC)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    s3: S3Server


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 5.0

    def do_GET(self) -> None:
        if self._key() == "":
            self._if_signed(self._list)
        else:
            self._if_signed(self._get)

    def do_HEAD(self) -> None:
        self._if_signed(self._get)

    def do_DELETE(self) -> None:
        self._if_signed(self._delete)

    def do_PUT(self) -> None:
        s3, size = self.server.s3, int(self.headers["Content-Length"])
        if s3.cut_after is not None:
            self.rfile.read(min(s3.cut_after, size))
            s3.cut_after = None
            self.close_connection = True
            self.connection.close()
            return
        body = self.rfile.read(size)
        self._if_signed(lambda: self._put(body), body)

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/evidence").removeprefix("/")

    def _if_signed(self, answer: object, body: bytes = b"") -> None:
        s3 = self.server.s3
        s3.asked.append((self.command, self._key()))
        if s3.refuse is not None:
            self._answer(s3.refuse)
        elif (fault := self._fault(body)) is not None:
            self._answer(403, fault.encode())
        else:
            assert callable(answer)
            answer()

    def _fault(self, body: bytes) -> str | None:
        match = AUTHORIZATION.fullmatch(self.headers.get("Authorization", ""))
        if match is None:
            return "no signature"
        if self.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return "the content has another hash"
        at = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - at) > timedelta(minutes=15):
            return "RequestTimeTooSkewed"
        names = match["names"].split(";")
        if match["id"] != KEY_ID or not {"host", "x-amz-date"} <= set(names):
            return "not you"
        wanted = self._signature(names, match["day"], match["region"])
        return None if hmac.compare_digest(wanted, match["signature"]) else "SignatureDoesNotMatch"

    def _signature(self, names: list[str], day: str, region: str) -> str:
        parts = urlsplit(self.path)
        pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
        query = "&".join(f"{quote(n, safe='~')}={quote(v, safe='~')}" for n, v in pairs)
        lines = [f"{name}:{' '.join(self.headers[name].split())}\n" for name in names]
        hashed = self.headers["x-amz-content-sha256"]
        canonical = (
            f"{self.command}\n{parts.path}\n{query}\n{''.join(lines)}\n{';'.join(names)}\n{hashed}"
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        scope = f"{day}/{region}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{self.headers['x-amz-date']}\n{scope}\n{digest}"
        key = ("AWS4" + SECRET).encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256").hex()

    def _put(self, body: bytes) -> None:
        self.server.s3.put(self._key(), body)
        self._answer(200)

    def _get(self) -> None:
        content = self.server.s3.objects.get(self._key())
        if content is None:
            self._answer(404)
        else:
            self._answer(200, content)

    def _delete(self) -> None:
        self.server.s3.objects.pop(self._key(), None)
        self._answer(204)

    def _list(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        keys = sorted(k for k in self.server.s3.objects if k.startswith(query.get("prefix", "")))
        start = int(query.get("continuation-token", "0"))
        more = start + PAGE < len(keys)
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key>"
            f"<LastModified>{self.server.s3.changed[key]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for key in keys[start : start + PAGE]
        )
        token = f"<NextContinuationToken>{start + PAGE}</NextContinuationToken>" if more else ""
        xml = (
            f'<ListBucketResult xmlns="http://s3.example/doc/">{entries}{token}</ListBucketResult>'
        )
        self._answer(200, xml.encode())

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
