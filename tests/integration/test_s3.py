"""Evidence in a bucket, against a server that checks every signature."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from alerts.config import S3Config
from alerts.desk.bucket_shelf import MAX_COPIES, BucketShelf
from alerts.desk.errors import EvidenceMissingError, EvidenceStoreError
from alerts.errors import EvidenceError, EvidenceLostError
from alerts.evidence.s3_bucket import S3Bucket, bucket_address
from alerts.evidence.s3_signature import Credentials, Request, signed_headers
from alerts.evidence.s3_store import S3Store
from alerts.evidence.spool import Spool, Spooled
from tests.s3_server import KEY_ID, SECRET, S3Server

CLIP = os.urandom(3_000_000)
SHA256 = hashlib.sha256(CLIP).hexdigest()
KEY = f"山丹/a b/{SHA256[:2]}/{SHA256}"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as started:
        yield started


def bucket(server: S3Server, folder: Path, secret: str = SECRET) -> S3Bucket:
    for name, text in (("id", KEY_ID), ("secret", f"{secret}\n")):
        (folder / name).write_text(text, encoding="ascii")
    s3 = S3Config(
        endpoint=server.url,
        region="cn-north-1",
        access_key_id_file=folder / "id",
        secret_access_key_file=folder / "secret",
    )
    return S3Bucket(bucket_address("s3://evidence/山丹/a%20b/", s3))


@pytest.fixture
def store(server: S3Server, tmp_path: Path) -> Iterator[S3Store]:
    made = S3Store(bucket(server, tmp_path))
    yield made
    made.close()


@pytest.fixture
def item(tmp_path: Path) -> Spooled:
    kept: list[Spooled] = []

    def write(path: Path) -> None:
        path.write_bytes(CLIP)

    spool = Spool(tmp_path / "spool")
    with spool.drafted(write, "video/mp4") as draft:
        spool.adopt(draft, kept.append)
    return kept[0]


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        (
            [("lifecycle", "")],
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            [("max-keys", "2"), ("prefix", "J")],
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
    ids=["lifecycle", "list"],
)
def test_the_published_examples_are_signed_as_published(
    query: list[tuple[str, str]], signature: str
) -> None:
    request = Request(method="GET", host="examplebucket.s3.amazonaws.com", path="/", query=query)
    credentials = Credentials(
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        secret_access_key=SecretStr("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    )
    headers = signed_headers(request, credentials, "us-east-1", datetime(2013, 5, 24, tzinfo=UTC))
    assert headers["authorization"].endswith(f"Signature={signature}")


def test_a_file_is_stored_once_under_its_hash(
    server: S3Server, store: S3Store, item: Spooled
) -> None:
    store.put(item)
    store.put(item)
    assert server.objects == {KEY: CLIP}
    assert [method for method, _ in server.asked] == ["HEAD", "PUT", "HEAD"]


def test_an_upload_that_broke_off_leaves_nothing_and_is_begun_again(
    server: S3Server, store: S3Store, item: Spooled
) -> None:
    server.cut_after = 1_000_000
    with pytest.raises(EvidenceError, match="cannot be reached") as caught:
        store.put(item)
    assert caught.value.retryable
    assert server.objects == {}
    store.put(item)
    assert server.objects == {KEY: CLIP}


def test_a_file_of_another_size_under_this_name_is_replaced(
    server: S3Server, store: S3Store, item: Spooled
) -> None:
    server.put(KEY, b"half")
    store.put(item)
    assert server.objects == {KEY: CLIP}


def test_wrong_credentials_are_said_and_tried_again(
    server: S3Server, tmp_path: Path, item: Spooled
) -> None:
    store = S3Store(bucket(server, tmp_path, secret="wrong"))
    with pytest.raises(EvidenceError, match="refuses these credentials") as caught:
        store.put(item)
    store.close()
    assert caught.value.retryable
    assert "wrong" not in str(caught.value)
    assert server.objects == {}


@pytest.mark.parametrize(("status", "is_lost"), [(500, False), (503, False), (413, True)])
def test_what_the_store_answers_decides_whether_it_is_tried_again(
    server: S3Server, store: S3Store, item: Spooled, status: int, *, is_lost: bool
) -> None:
    server.refuse = status
    with pytest.raises(EvidenceError) as caught:
        store.put(item)
    assert isinstance(caught.value, EvidenceLostError) == is_lost


def test_what_is_gone_from_the_spool_is_lost(store: S3Store, item: Spooled) -> None:
    item.path.unlink()
    with pytest.raises(EvidenceLostError):
        store.put(item)


def test_credentials_come_from_the_environment_where_no_file_is_named(
    server: S3Server, item: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bucket_address("s3://evidence", S3Config(endpoint=server.url))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(EvidenceError, match="access_key_id_file"):
        S3Bucket(address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "temporary")
    store = S3Store(S3Bucket(address))
    store.put(item)
    store.close()
    assert list(server.objects) == [f"{SHA256[:2]}/{SHA256}"]


@pytest.fixture
def shelf(server: S3Server, tmp_path: Path) -> Iterator[BucketShelf]:
    made = BucketShelf(bucket(server, tmp_path), tmp_path / "copies")
    yield made
    made.close()


def test_the_desk_fetches_once_and_serves_only_what_has_the_right_hash(
    server: S3Server, shelf: BucketShelf, tmp_path: Path
) -> None:
    assert shelf.path(SHA256) is None
    server.put(KEY, CLIP)
    for _ in range(2):
        path = shelf.path(SHA256)
        assert path is not None
        assert path.read_bytes() == CLIP
    assert [method for method, _ in server.asked] == ["GET", "GET"]
    other = "0" * 64
    server.put(f"山丹/a b/00/{other}", b"not that")
    with pytest.raises(EvidenceMissingError):
        shelf.path(other)
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [SHA256]


def test_a_store_that_is_away_is_no_missing_evidence(server: S3Server, shelf: BucketShelf) -> None:
    server.refuse = 503
    with pytest.raises(EvidenceStoreError):
        shelf.path(SHA256)


def test_everything_of_ours_is_listed_over_all_pages_and_nothing_else(
    server: S3Server, shelf: BucketShelf
) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    names = {f"{number:064x}" for number in range(7)}
    for name in names:
        server.put(f"山丹/a b/{name[:2]}/{name}", b"x", at)
    for foreign in (
        "other/00/" + "0" * 64,
        "山丹/a b/notes & <more>.txt",
        f"山丹/a b/ff/{'0' * 64}",
    ):
        server.put(foreign, b"x", at)
    items = list(shelf.items())
    assert {item.name for item in items} == names
    assert len(items) == len(names)
    assert {item.stored_at for item in items} == {at}


def test_what_is_removed_is_gone_from_bucket_and_copies(
    server: S3Server, shelf: BucketShelf, tmp_path: Path
) -> None:
    server.put(KEY, CLIP)
    shelf.path(SHA256)
    for _ in range(2):
        shelf.remove(SHA256)
    assert server.objects == {}
    assert list((tmp_path / "copies").iterdir()) == []


def test_copies_are_bounded_and_the_one_looked_at_stays(
    server: S3Server, shelf: BucketShelf, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    long_ago = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    for number in range(MAX_COPIES + 2):
        (copies / f"{number:064x}").write_bytes(b"x")
        os.utime(copies / f"{number:064x}", (long_ago, long_ago))
    server.put(KEY, CLIP)
    assert shelf.path(SHA256) == copies / SHA256
    assert len(list(copies.iterdir())) == MAX_COPIES
    assert (copies / SHA256).exists()
