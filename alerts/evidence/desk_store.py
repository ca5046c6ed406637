"""The desk as the store: evidence goes over HTTP, resumed where it broke off."""

from __future__ import annotations

import httpx
from pydantic import SecretStr

from alerts.errors import EvidenceError, EvidenceLostError
from alerts.evidence.spool import Spooled

CHUNK_BYTES = 1 << 20
TIMEOUT_S = 10.0
MAX_CONFLICTS = 5
"""So often the desk may name another offset before we come back later."""
OFFSET = "Upload-Offset"
REFUSED_FOR_GOOD = frozenset({400, 413, 415, 422})


class DeskStore:
    """`PUT {desk}/api/evidence/{sha256}` in chunks; `HEAD` says how much the desk has."""

    def __init__(
        self, url: str, token: SecretStr, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Open no connection yet.

        Args:
            url: The desk's address, such as `http://127.0.0.1:8080`.
            token: The node token.
            transport: For tests.
        """
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token.get_secret_value()}"},
            timeout=TIMEOUT_S,
            transport=transport,
            trust_env=False,  # a proxy of the environment has no business with evidence
        )

    def put(self, item: Spooled) -> None:
        """Send what the desk does not have yet."""
        try:
            self._send(item, self._offset(item))
        except FileNotFoundError:
            raise EvidenceLostError(f"{item.sha256} is gone from the spool") from None
        except (httpx.HTTPError, OSError) as error:
            raise EvidenceError(f"the desk cannot be reached: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _offset(self, item: Spooled) -> int:
        answer = self._client.head(_path(item))
        if answer.status_code == httpx.codes.NOT_FOUND:
            return 0
        _check(answer)
        return _named_offset(answer, item)

    def _send(self, item: Spooled, offset: int) -> None:
        conflicts = 0
        with item.path.open("rb") as file:
            while offset < item.size:
                file.seek(offset)
                answer = self._send_chunk(item, offset, file.read(CHUNK_BYTES))
                if answer.status_code == httpx.codes.CREATED:
                    return
                if answer.status_code == httpx.codes.CONFLICT:
                    conflicts += 1
                    if conflicts > MAX_CONFLICTS:
                        raise EvidenceError("the desk and the node do not agree on an offset")
                else:
                    _check(answer)
                offset = _named_offset(answer, item)

    def _send_chunk(self, item: Spooled, offset: int, chunk: bytes) -> httpx.Response:
        last = offset + len(chunk) - 1
        headers = {
            "Content-Type": item.media_type,
            "Content-Range": f"bytes {offset}-{last}/{item.size}",
        }
        return self._client.put(_path(item), content=chunk, headers=headers)


def _path(item: Spooled) -> str:
    return f"/api/evidence/{item.sha256}"


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    if answer.status_code in REFUSED_FOR_GOOD:
        raise EvidenceLostError(f"the desk refuses it for good: HTTP {answer.status_code}")
    if answer.status_code in {401, 403}:
        raise EvidenceError("the desk does not accept this node's token (desk.node_token_file)")
    raise EvidenceError(f"the desk answers HTTP {answer.status_code}")


def _named_offset(answer: httpx.Response, item: Spooled) -> int:
    """What the desk has, by its own word."""
    try:
        offset = int(answer.headers[OFFSET])
    except (KeyError, ValueError):
        raise EvidenceError(f"the desk answers without {OFFSET}") from None
    if not 0 <= offset <= item.size:
        raise EvidenceError(f"the desk names offset {offset} of {item.size}")
    return offset
