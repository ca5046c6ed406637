"""A bucket as the store: each file in one request, begun again where it broke off."""

from __future__ import annotations

import httpx

from alerts.errors import EvidenceError, EvidenceLostError
from alerts.evidence.s3_bucket import S3Bucket, check
from alerts.evidence.spool import Spooled


class S3Store:
    """`PUT {endpoint}/{bucket}/{prefix}/ab/abcdef…`; `HEAD` says whether it is there already.

    Clips have a few megabytes: the unit that is sent again is a file, not a part of one.
    """

    def __init__(self, bucket: S3Bucket) -> None:
        self._bucket = bucket

    def put(self, item: Spooled) -> None:
        """Send it unless all of it is there."""
        key = self._bucket.key(item.sha256)
        if self._is_there(key, item.size):
            return
        try:
            with item.path.open("rb") as body:
                answer = self._bucket.put(key, body, item.size, item.sha256, item.media_type)
        except FileNotFoundError:
            raise EvidenceLostError(f"{item.sha256} is gone from the spool") from None
        except OSError as error:
            raise EvidenceError(f"the spool cannot be read: {error}") from error
        if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise EvidenceLostError("the store takes no file of this size")
        check(answer)

    def close(self) -> None:
        """Close the connections."""
        self._bucket.close()

    def _is_there(self, key: str, size: int) -> bool:
        """Also no where the store does not say: without the right to list it answers 403."""
        answer = self._bucket.ask("HEAD", key)
        return answer.is_success and str(answer.headers.get("content-length")) == str(size)
