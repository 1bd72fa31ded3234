"""Sending files to the API in every way but in one request."""

import base64
import hashlib
import socket
from pathlib import Path
from typing import Any

import httpx2
from tusclient.client import TusClient

from agensium.storage.storage import Storage
from tests.api.harness import Api

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}
ROW = b"%07d,some name,2026-01-%02d\n"
TABLE = b"id,name,day\n" + b"".join(ROW % (n, n % 28 + 1) for n in range(480_000))  # 13 MB
SMALL = b"id,name\n1,a\n2,b\n"


def encoded(**said: str) -> str:
    pairs = (f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())
    return ",".join(pairs)


def begin(api: Api, size: int, **said: str) -> str:
    """Begin an upload by tus; return its path."""
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": encoded(**said)}
    answer = httpx2.post(f"{api.url}/uploads", headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text
    path: str = answer.headers["location"]
    return path


def patch(api: Api, path: str, offset: int, data: bytes, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = {**BYTES, "Upload-Offset": str(offset), **named}
    return httpx2.patch(api.url + path, headers=head, content=data, timeout=60)


def offset_of(api: Api, path: str) -> int:
    answer = httpx2.head(api.url + path, headers=TUS, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["tus-resumable"] == "1.0.0"
    return int(answer.headers["upload-offset"])


def tus_upload(url: str, file: Path, path: str | None = None, chunk: int = 3 << 20) -> str:
    """Send a file with the reference client, from where it is; return its path."""
    with file.open("rb") as stream:
        uploader = TusClient(f"{url}/uploads").uploader(
            file_stream=stream, chunk_size=chunk, metadata={"filename": file.name}
        )
        if path is not None:
            uploader.set_url(url + path)
            uploader.offset = uploader.get_offset()
        uploader.upload()
    return str(uploader.url).removeprefix(url)


def half_patch(api: Api, path: str, offset: int, data: bytes, length: int) -> socket.socket:
    """Send a part of a PATCH and leave the connection open."""
    host, port = api.url.removeprefix("http://").split(":")
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: application/offset+octet-stream\r\n"
        f"Upload-Offset: {offset}\r\nContent-Length: {length}\r\n\r\n"
    )
    connection = socket.create_connection((host, int(port)))
    connection.sendall(head.encode() + data)
    return connection


def submit(api: Api, path: str, **fields: str) -> httpx2.Response:
    """Make a task of an upload."""
    upload_id = path.rsplit("/", 1)[-1]
    named = {"upload_id": (None, upload_id), **{k: (None, v) for k, v in fields.items()}}
    return httpx2.post(f"{api.url}/profile/async", files=named, timeout=60)


def file_of(api: Api, task_id: str) -> dict[str, Any]:
    files: list[dict[str, Any]] = api.task(task_id).json()["files"]
    return files[0]


def content_of(storage: Storage, path: str) -> bytes:
    return b"".join(storage.chunks(f"uploads/{path.rsplit('/', 1)[-1]}"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
