"""Objects of other buckets, which users name and the operator allows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from agensium.core.errors import SourceRefused, SourceUnreachable
from agensium.storage.s3 import CHUNK_BYTES, s3_client
from agensium.storage.s3_settings import S3Settings

_REFUSED: Final = range(400, 500)


@contextmanager
def open_object(
    settings: S3Settings, bucket: str, key: str
) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Open an object: its size and its bytes.

    Raises:
        SourceRefused: there is no such object, or we may not read it.
        SourceUnreachable: the store does not answer, or stops in the middle.

    """
    with _translated():
        client = s3_client(settings, settings.endpoint_url)
        answer = client.get_object(Bucket=bucket, Key=key)
    body = answer["Body"]

    def pieces() -> Iterator[bytes]:
        with _translated():
            yield from body.iter_chunks(CHUNK_BYTES)

    try:
        yield answer["ContentLength"], pieces()
    finally:
        body.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status in _REFUSED:
            raise SourceRefused(
                f"The store answered {status}: there is no such object, or it may not be read.",
                hint="Look whether bucket and key are right.",
                detail=str(error),
            ) from error
        raise _unreachable(error) from error
    except (BotoCoreError, OSError) as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> SourceUnreachable:
    return SourceUnreachable("The store of the source does not answer.", detail=str(error))
