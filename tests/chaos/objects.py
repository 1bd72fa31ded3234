"""What really lies in the store, read past the product."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True)
class ObjectList:
    """Objects by key, each with the SHA-256 of its bytes, and uploads that were never completed."""

    whole: dict[str, str]
    half: frozenset[str]


def list_folder(root: Path) -> ObjectList:
    """Return what lies below a local storage's folder."""
    files = [path for path in root.rglob("*") if path.is_file()]
    half = frozenset(str(path.relative_to(root)) for path in files if path.suffix == ".half")
    whole = {str(path.relative_to(root)): _digest(path.read_bytes()) for path in files}
    return ObjectList({key: whole[key] for key in whole.keys() - half}, half)


def list_bucket(client: "S3Client", bucket: str) -> ObjectList:
    """Return what lies in a bucket."""
    whole = {
        key: _digest(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        for key in _keys(client, bucket)
    }
    uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return ObjectList(whole, frozenset(upload["Key"] for upload in uploads))


def _keys(client: "S3Client", bucket: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            yield each["Key"]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
