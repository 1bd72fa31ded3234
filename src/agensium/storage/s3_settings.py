"""Where a bucket is; without boto3, which takes its time to import."""

from dataclasses import dataclass


@dataclass(frozen=True)
class S3Settings:
    """Where the bucket is and who we are there.

    Attributes:
        bucket: its name; it has to exist.
        access_key_id: with none, boto3 looks for the machine's own role.
        secret_access_key: likewise.
        endpoint_url: of a store other than AWS.
        region: AWS's region.
        public_url: where clients reach the store, if elsewhere than we.

    """

    bucket: str
    access_key_id: str | None = None
    secret_access_key: str | None = None
    endpoint_url: str | None = None
    region: str | None = None
    public_url: str | None = None
