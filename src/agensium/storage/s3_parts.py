"""Parts of an object in S3: a multipart upload that outlives requests and processes."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from agensium.core.errors import NotFound
from agensium.storage.parts import Part, Place

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

MIN_PART_BYTES: Final = 5 << 20
Translated = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class S3Parts:
    """Multipart uploads in one bucket.

    Attributes:
        client: for what we do ourselves.
        signer: signs addresses for clients, who may see the store under another name.
        bucket: the bucket.
        translated: turns the store's errors into ours.

    """

    client: "S3Client"
    signer: "S3Client"
    bucket: str
    translated: Translated

    def begin(self, key: str) -> str:
        """Begin a multipart upload."""
        with self.translated():
            started = self.client.create_multipart_upload(Bucket=self.bucket, Key=key)
        return started["UploadId"]

    def put(self, key: str, token: str, place: Place, data: bytes) -> Part:
        """Send a part."""
        with self.translated():
            sent = self.client.upload_part(
                Bucket=self.bucket, Key=key, UploadId=token, PartNumber=place.number, Body=data
            )
        return Part(place.number, len(data), sent["ETag"])

    def join(self, key: str, token: str, parts: Sequence[Part]) -> None:
        """Complete the multipart upload."""
        listed: list[CompletedPartTypeDef] = [
            {"PartNumber": part.number, "ETag": part.tag} for part in parts
        ]
        try:
            with self.translated():
                self.client.complete_multipart_upload(
                    Bucket=self.bucket, Key=key, UploadId=token, MultipartUpload={"Parts": listed}
                )
        except NotFound:
            self._require_joined(key, sum(part.bytes for part in parts))

    def sign(self, key: str, token: str, number: int, seconds: int) -> str:
        """Return an address that takes this part."""
        return self.signer.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self.bucket, "Key": key, "UploadId": token, "PartNumber": number,
            },
            ExpiresIn=seconds,
        )  # fmt: skip

    def stored(self, key: str, token: str) -> tuple[tuple[Part, datetime], ...]:
        """Return the parts that are there."""
        with self.translated():
            pages = self.client.get_paginator("list_parts").paginate(
                Bucket=self.bucket, Key=key, UploadId=token
            )
            return tuple(
                (Part(each["PartNumber"], each["Size"], each["ETag"]), each["LastModified"])
                for page in pages
                for each in page.get("Parts", ())
            )

    def _require_joined(self, key: str, total: int) -> None:
        """Tell an upload that was joined before, perhaps by a process that died, from none."""
        with self.translated():
            found = self.client.head_object(Bucket=self.bucket, Key=key)
        if found["ContentLength"] != total:
            raise NotFound("This upload is gone.", detail=key)
