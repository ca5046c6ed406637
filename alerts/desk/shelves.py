"""Which shelf a site has."""

from __future__ import annotations

from pathlib import Path

from alerts.desk.bucket_shelf import BucketShelf
from alerts.desk.config import DeskSite
from alerts.desk.folder_shelf import EvidenceFolder
from alerts.desk.shelf import Shelf
from alerts.evidence.s3_bucket import S3Bucket


def open_shelf(site: DeskSite, folder: EvidenceFolder) -> Shelf:
    """The bucket where there is one, else the folder.

    Raises:
        EvidenceError: There are no credentials for the bucket.
    """
    if site.evidence_bucket is None:
        return folder
    return BucketShelf(S3Bucket(site.evidence_bucket), Path(site.data) / "evidence-copies")
