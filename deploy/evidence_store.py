"""The evidence store that the site file names."""

from __future__ import annotations

from pydantic import SecretStr

from alerts.errors import EvidenceError
from alerts.evidence.desk_store import DeskStore
from alerts.evidence.s3_bucket import BucketAddress, S3Bucket, bucket_address
from alerts.evidence.s3_store import S3Store
from alerts.evidence.store import EvidenceStore, FolderStore
from deploy.settings import Site


def open_store(site: Site) -> EvidenceStore:
    """The store of `evidence.store`.

    Raises:
        EvidenceError: The desk is the store, but its node token cannot be read; or a bucket is,
            and its credentials cannot.
    """
    if (bucket := evidence_bucket(site)) is not None:
        return S3Store(S3Bucket(bucket))
    if site.evidence_store != "desk":
        return FolderStore.from_url(site.evidence_store)
    return DeskStore(site.desk.url, node_token(site))


def evidence_bucket(site: Site) -> BucketAddress | None:
    """The bucket of `evidence.store`, where it names one."""
    if not site.evidence_store.startswith("s3://"):
        return None
    if site.evidence.s3 is None:
        raise EvidenceError("evidence.store is s3://…: evidence.s3.endpoint must be given")
    return bucket_address(site.evidence_store, site.evidence.s3)


def node_token(site: Site) -> SecretStr:
    """The token that nodes show to the desk."""
    file = site.desk.node_token_file
    if file is None:
        raise EvidenceError("evidence.store is desk: desk.node_token_file must be given")
    try:
        return SecretStr(file.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise EvidenceError(f"desk.node_token_file {file}: {error.strerror}") from error
    except UnicodeDecodeError:
        # the chained error would hold the token's bytes
        raise EvidenceError(f"desk.node_token_file {file} is not UTF-8 text") from None
