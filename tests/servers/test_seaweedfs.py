from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.servers.seaweedfs import Bucket, Credentials, SeaweedFS


def error_code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def read(bucket: Bucket, key: str) -> bytes:
    return bucket.client().get_object(Bucket=bucket.name, Key=key)["Body"].read()


def test_an_object_can_be_written_and_read(bucket: Bucket) -> None:
    bucket.client().put_object(Bucket=bucket.name, Key="a/b", Body=b"bytes")
    assert read(bucket, "a/b") == b"bytes"


def test_every_test_gets_an_empty_bucket(bucket: Bucket) -> None:
    assert bucket.client().list_objects_v2(Bucket=bucket.name)["KeyCount"] == 0


def test_wrong_credentials_are_refused(bucket: Bucket) -> None:
    stranger = replace(bucket, credentials=Credentials.new())
    with pytest.raises(ClientError) as error:
        stranger.client().list_objects_v2(Bucket=bucket.name)
    assert error_code(error) == "InvalidAccessKeyId"


def test_the_application_may_not_make_buckets(bucket: Bucket) -> None:
    with pytest.raises(ClientError) as error:
        bucket.client().create_bucket(Bucket="another")
    assert error_code(error) == "AccessDenied"


def test_objects_survive_a_kill(seaweedfs: SeaweedFS, bucket: Bucket) -> None:
    bucket.client().put_object(Bucket=bucket.name, Key="key", Body=b"kept")
    seaweedfs.kill()
    with pytest.raises(EndpointConnectionError):
        read(bucket, "key")
    seaweedfs.restart()
    assert read(bucket, "key") == b"kept"
