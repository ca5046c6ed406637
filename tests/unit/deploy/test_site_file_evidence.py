"""Where evidence goes and how long it stays, as the site file says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.errors import EvidenceError
from alerts.evidence.s3_store import S3Store
from alerts.evidence.store import FolderStore
from deploy.desk_site import desk_site
from deploy.evidence_store import open_store
from deploy.site_file import load_site
from tests.unit.deploy.site_text import GOOD, faults, write

BUCKET = """
evidence: {store: "s3://evidence/town", s3: {endpoint: "https://minio.example:9000"}}
"""


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("evidence: {store: 's3://evidence/town'}", "evidence.store", "needs evidence.s3"),
        (
            "evidence: {store: 's3://E/x', s3: {endpoint: 'http://x'}}",
            "evidence.store",
            "s3://bucket/prefix",
        ),
        ("evidence: {s3: {endpoint: 'https://k:s@x'}}", "evidence.s3.endpoint", "without credent"),
        ("outbox: {max_mb: 1}", "outbox.max_mb", "greater than or equal to 16"),
        ("desk: {retention: {household: {days: 0}}}", "desk.retention.household.days", "greater"),
        (
            "desk: {retention: {areas: [{area: '9'}]}}",
            "desk.retention.areas[0].area",
            "'9' is not in areas",
        ),
    ],
)
def test_faults_are_said_with_their_key(tmp_path: Path, text: str, path: str, words: str) -> None:
    ((_, found, said),) = faults(tmp_path, f"{GOOD}{text}\n")
    assert found == path
    assert words in said


def test_a_bucket_is_the_store_of_node_and_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = load_site(write(tmp_path, GOOD + BUCKET))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with pytest.raises(EvidenceError, match="AWS_ACCESS_KEY_ID"):
        open_store(site)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    store = open_store(site)
    assert isinstance(store, S3Store)
    store.close()
    address = desk_site(site).evidence_bucket
    assert address is not None
    assert (address.bucket, address.prefix) == ("evidence", "town")


def test_without_a_bucket_both_use_the_folder(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD))
    assert isinstance(open_store(site), FolderStore)
    assert desk_site(site).evidence_bucket is None
    assert desk_site(site).evidence_folder == "/var/lib/xueliang/evidence"
