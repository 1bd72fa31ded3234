"""A private SeaweedFS: object storage that checks credentials, as S3 does."""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from tests.servers.missing import find_program
from tests.servers.process import HOST, ServerProcess, free_ports
from tests.servers.scratch import scratch_folder

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_REGION = "us-east-1"
_HINT = "install the test requirements"
_PORTS = tuple(
    f"{part}.port{kind}" for part in ("s3", "master", "volume", "filer") for kind in ("", ".grpc")
)
_APP_ACTIONS = ("Read", "Write", "List", "Tagging")


@dataclass(frozen=True)
class Credentials:
    """One identity's access key and secret key."""

    access_key: str
    secret_key: str

    @classmethod
    def new(cls) -> "Credentials":
        """Make a random pair."""
        return cls(secrets.token_hex(10).upper(), secrets.token_urlsafe(30))


def connect(endpoint_url: str, credentials: Credentials, timeout: float = 10) -> "S3Client":
    """Return a client for an S3-alike, which knows no default checksums."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=_REGION,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        config=Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
        ),
    )


@dataclass(frozen=True)
class Bucket:
    """A bucket and the identity of the application, which may use but not administer it."""

    endpoint_url: str
    name: str
    credentials: Credentials
    region: str = _REGION

    def client(self) -> "S3Client":
        """Return a client with the application's rights."""
        return connect(self.endpoint_url, self.credentials)

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that a deployment sets to use this bucket."""
        return {
            "AWS_ACCESS_KEY_ID": self.credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_key,
            "AWS_REGION": self.region,
            "S3_BUCKET_NAME": self.name,
            "S3_ENDPOINT_URL": self.endpoint_url,
        }


@dataclass(frozen=True)
class SeaweedFS:
    """A running server whose buckets are made by `fresh_bucket`."""

    port: int
    admin: Credentials
    application: Credentials
    process: ServerProcess

    @property
    def endpoint_url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @contextmanager
    def fresh_bucket(self) -> Iterator[Bucket]:
        """Yield a new empty bucket, removed with its objects afterwards."""
        client = connect(self.endpoint_url, self.admin)
        name = f"test-{secrets.token_hex(6)}"
        client.create_bucket(Bucket=name)
        try:
            yield Bucket(self.endpoint_url, name, self.application)
        finally:
            if self.process.alive:
                # SeaweedFS drops the whole collection at once; S3 itself would refuse.
                client.delete_bucket(Bucket=name)

    def kill(self) -> None:
        """End it with SIGKILL; what it acknowledged stays."""
        self.process.kill()

    def restart(self) -> None:
        """Start it again on the same port with the same data."""
        self.process.restart()

    def put_works(self) -> None:
        """Write an object: the port opens seconds before the first write succeeds."""
        client = connect(self.endpoint_url, self.admin, timeout=2)
        with suppress(client.exceptions.BucketAlreadyOwnedByYou):  # after a restart
            client.create_bucket(Bucket="ready")
        client.put_object(Bucket="ready", Key="ready", Body=b"ready")


def _identity(name: str, credentials: Credentials, *actions: str) -> dict[str, object]:
    keys = {"accessKey": credentials.access_key, "secretKey": credentials.secret_key}
    return {"name": name, "credentials": [keys], "actions": list(actions)}


def _write_identities(path: Path, admin: Credentials, application: Credentials) -> None:
    identities = [
        _identity("admin", admin, "Admin"),
        _identity("agensium", application, *_APP_ACTIONS),
    ]
    path.write_text(json.dumps({"identities": identities}))


def _program() -> str:
    beside_python = Path(sys.executable).with_name("weed")
    return find_program("SeaweedFS", str(beside_python), "weed", hint=_HINT)


def _command(folder: Path, ports: list[int]) -> list[str]:
    listen = [f"-{name}={port}" for name, port in zip(_PORTS, ports, strict=True)]
    return [
        _program(),
        "server",
        "-s3",
        f"-s3.config={folder / 'identities.json'}",
        f"-dir={folder}",
        f"-ip={HOST}",
        f"-ip.bind={HOST}",
        *listen,
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        # A single master needs no quorum: without this a restart takes 15 s instead of 3.
        "-master.peers=none",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=0",
        "-volume.preStopSeconds=0",
    ]


def _remove_sockets(ports: list[int]) -> None:
    """Delete the sockets that SeaweedFS leaves, at paths that cannot be configured."""
    for port in ports:
        for path in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
            path.unlink(missing_ok=True)


@contextmanager
def run_seaweedfs() -> Iterator[SeaweedFS]:
    """Start a private SeaweedFS and take it away at the end."""
    _program()
    with scratch_folder("seaweedfs") as folder:
        ports = free_ports(len(_PORTS))
        admin, application = Credentials.new(), Credentials.new()
        _write_identities(folder / "identities.json", admin, application)
        process = ServerProcess(
            _command(folder, ports),
            folder / "log",
            probe=lambda: server.put_works(),  # noqa: PLW0108 - `server` comes later
            environment={**os.environ, "GOMEMLIMIT": "300MiB"},
        )
        server = SeaweedFS(ports[0], admin, application, process)
        try:
            process.start()
            yield server
        finally:
            process.kill()  # its data are thrown away: no need to wait for a clean end
            _remove_sockets(ports)
