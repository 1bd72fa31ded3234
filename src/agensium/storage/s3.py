"""Objects in S3 or in a store that speaks like it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, cast

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from agensium.core.errors import NotFound, StorageUnavailable
from agensium.storage.s3_parts import MIN_PART_BYTES, S3Parts
from agensium.storage.s3_settings import S3Settings
from agensium.storage.storage import Watch, ignore

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

CHUNK_BYTES: Final = 1 << 20
PART_BYTES: Final = MIN_PART_BYTES
"""The least that S3 takes as a part; parts grow so that 10,000 of them hold any upload."""
PARTS_BEFORE_GROWTH: Final = 500
SMALL_BYTES: Final = 1 << 20
"""Up to here one request does it; boto3's transfers take several, and threads of their own."""
_MISSING: Final = frozenset({"NoSuchKey", "404", "NotFound", "NoSuchUpload"})


class S3Writer:
    """A multipart upload; a small object is put in one request."""

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._buffer = bytearray()
        self._upload_id: str | None = None
        self._parts: list[CompletedPartTypeDef] = []
        self._done = self._silent = False

    def write(self, data: bytes) -> None:
        """Append bytes; each full part goes out at once."""
        self._buffer += data
        if len(self._buffer) >= self._part_bytes():
            self._send_part()

    def commit(self) -> None:
        """Complete the upload."""
        with self._heard():
            if self._upload_id is None:
                self._client.put_object(
                    Bucket=self._bucket, Key=self._key, Body=cast("bytes", self._buffer)
                )
            else:
                if self._buffer:
                    self._send_part()
                self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=self._key,
                    UploadId=self._upload_id,
                    MultipartUpload={"Parts": self._parts},
                )
        self._buffer = bytearray()
        self._done = True

    def abort(self) -> None:
        """Throw the parts away; what cannot be thrown away now is swept later."""
        if self._upload_id is not None and not self._done and not self._silent:
            with suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=self._key, UploadId=self._upload_id
                )
        self._done = True

    def _part_bytes(self) -> int:
        return PART_BYTES << (len(self._parts) // PARTS_BEFORE_GROWTH)

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Remember when the store does not answer: it is not asked again, as somebody waits."""
        try:
            with _translated():
                yield
        except StorageUnavailable:
            self._silent = True
            raise

    def _send_part(self) -> None:
        with self._heard():
            if self._upload_id is None:
                started = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)
                self._upload_id = started["UploadId"]
            number = len(self._parts) + 1
            sent = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=cast("bytes", self._buffer),  # bytearray is taken too, without a copy
            )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer = bytearray()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Abort unless committed."""
        self.abort()


class S3Storage:
    """Objects in one bucket."""

    def __init__(self, settings: S3Settings) -> None:
        self._bucket = settings.bucket
        self._client = s3_client(settings, settings.endpoint_url)
        self._signer = self._client
        if settings.public_url is not None:
            self._signer = s3_client(settings, settings.public_url)

    def writer(self, key: str) -> S3Writer:
        """Begin an object under this key."""
        return S3Writer(self._client, self._bucket, key)

    def put_file(self, key: str, path: Path) -> None:
        """Store a whole file."""
        with _translated():
            if path.stat().st_size <= SMALL_BYTES:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=path.read_bytes())
                return
            self._client.upload_file(str(path), self._bucket, key, Config=_TRANSFER)

    def fetch(self, key: str, path: Path, size: int, watch: Watch = ignore) -> None:
        """Copy an object into a file: in one request when it is small."""
        with _translated():
            if size <= SMALL_BYTES:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                with answer["Body"] as body:
                    watch(path.write_bytes(body.read()))
                return
            self._client.download_file(
                self._bucket, key, str(path), Callback=watch, Config=_TRANSFER
            )

    def read(self, key: str) -> bytes:
        """Return a whole object."""
        with _translated():
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def chunks(self, key: str) -> Iterator[bytes]:
        """Return an object piece by piece."""
        with _translated():
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]

        def pieces() -> Iterator[bytes]:
            with _translated(), body:
                yield from body.iter_chunks(CHUNK_BYTES)

        return pieces()

    @property
    def parts(self) -> S3Parts:
        """Multipart uploads that outlive requests."""
        return S3Parts(self._client, self._signer, self._bucket, _translated)

    @property
    def direct(self) -> S3Parts:
        """The same, for clients with signed addresses."""
        return self.parts

    def delete(self, key: str) -> None:
        """Delete an object and any upload to its key that was never completed."""
        with _translated():
            self._client.delete_object(Bucket=self._bucket, Key=key)
            listed = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=key)
            for upload in listed.get("Uploads", []):
                self._abort(upload["Key"], upload["UploadId"])

    def _abort(self, key: str, upload_id: str) -> None:
        with suppress(NotFound), _translated():  # somebody else was quicker
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)

    def ping(self) -> None:
        """Prove that the bucket is there and that we may use it."""
        with _translated():
            self._client.head_bucket(Bucket=self._bucket)


_TRANSFER: Final = TransferConfig(max_concurrency=4, multipart_chunksize=16 << 20)


def s3_client(settings: S3Settings, endpoint_url: str | None) -> "S3Client":
    """Return a client of the store at this address, or of AWS."""
    return boto3.client(
        "s3",
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        endpoint_url=endpoint_url,
        region_name=settings.region or ("us-east-1" if endpoint_url else None),
        config=_client_config(path_style=endpoint_url is not None),
    )


def _client_config(*, path_style: bool) -> Config:
    # Many stores other than AWS refuse the checksums that boto3 adds unasked.
    return Config(
        signature_version="s3v4",
        connect_timeout=3,
        # Twice this is what a sender waits for a store that swallows packets.
        read_timeout=10,
        retries={"total_max_attempts": 2, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if path_style else "auto"},
        max_pool_connections=32,
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            raise NotFound("This file is gone.", detail=str(error)) from error
        raise _unavailable(error) from error
    except (BotoCoreError, OSError) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> StorageUnavailable:
    return StorageUnavailable(
        "The object storage does not answer.", hint="Try again in a moment.", detail=str(error)
    )
