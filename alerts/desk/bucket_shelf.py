"""Evidence in a bucket: fetched when an officer looks, kept here for a while."""

from __future__ import annotations

import hashlib
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Lock
from uuid import uuid4

import httpx

from alerts.desk.errors import EvidenceMissingError, EvidenceStoreError
from alerts.desk.shelf import SHA256, StoredItem
from alerts.errors import EvidenceError
from alerts.evidence.s3_bucket import S3Bucket, check
from alerts.evidence.spool import DRAFT, sync

MAX_COPIES = 500
"""Those looked at longest ago go first: a gigabyte of clips."""
_NAMESPACE = "{*}"


class BucketShelf:
    """A `Shelf` in an S3-compatible store, with copies in a folder of the desk."""

    def __init__(self, bucket: S3Bucket, folder: Path) -> None:
        self._bucket = bucket
        self._folder = folder
        self._lock = Lock()

    def path(self, sha256: str) -> Path | None:
        """See `Shelf`; fetches it, which takes as long as it takes."""
        copy = self._folder / sha256
        try:
            with self._lock:
                if not copy.is_file() and not self._fetch(sha256, copy):
                    return None
                os.utime(copy)
        except (OSError, EvidenceError) as error:
            raise EvidenceStoreError(f"the evidence store cannot be read: {error}") from error
        return copy

    def items(self) -> Iterator[StoredItem]:
        """See `Shelf`."""
        token: str | None = None
        while True:
            query = [("list-type", "2"), ("prefix", self._bucket.prefix)]
            if token is not None:
                query.append(("continuation-token", token))
            answer = self._bucket.ask("GET", query=query)
            check(answer)
            page = _parsed(answer)
            yield from self._items(page)
            token = page.findtext(f"{_NAMESPACE}NextContinuationToken")
            if not token:
                return

    def remove(self, name: str) -> None:
        """See `Shelf`."""
        (self._folder / name).unlink(missing_ok=True)
        answer = self._bucket.ask("DELETE", self._bucket.key(name))
        if answer.status_code != httpx.codes.NOT_FOUND:
            check(answer)

    def close(self) -> None:
        """See `Shelf`."""
        self._bucket.close()

    def _items(self, page: ET.Element) -> Iterator[StoredItem]:
        for entry in page.iterfind(f"{_NAMESPACE}Contents"):
            key = entry.findtext(f"{_NAMESPACE}Key", "")
            name = key.rsplit("/", maxsplit=1)[-1]
            if SHA256.fullmatch(name) and key == self._bucket.key(name):  # others' are not ours
                changed = entry.findtext(f"{_NAMESPACE}LastModified", "")
                yield StoredItem(name=name, stored_at=_time(changed))

    def _fetch(self, sha256: str, copy: Path) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{uuid4().hex}{DRAFT}"
        digest, size = hashlib.sha256(), 0
        try:
            with draft.open("wb") as file:
                for block in self._bucket.read(self._bucket.key(sha256)):
                    digest.update(block)
                    size += file.write(block)
            if size == 0:
                return False
            if digest.hexdigest() != sha256:
                raise EvidenceMissingError("what the store holds is not what was put there")
            sync(draft)
            draft.rename(copy)
        finally:
            draft.unlink(missing_ok=True)
        self._forget_oldest()
        return True

    def _forget_oldest(self) -> None:
        copies = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in copies[:-MAX_COPIES]:
            path.unlink(missing_ok=True)


def _parsed(answer: httpx.Response) -> ET.Element:
    try:
        return ET.fromstring(answer.content)  # noqa: S314 - of our own store; expat bounds entities
    except ET.ParseError as error:
        raise EvidenceError("the store's list cannot be read") from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise EvidenceError(f"the store's list has a time that is none: {text!r}") from None
