"""Large files on the running service: processes die in the middle, the upload does not."""

import threading
from pathlib import Path

import httpx2
from tusclient.client import TusClient

from tests.api.uploads import SMALL, TABLE, TUS, encoded, sha256, tus_upload
from tests.service.harness import Service, make_service, running


def test_an_upload_becomes_a_report(service: Service, tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(TABLE)
    path = tus_upload(service.url, tmp_path / "big.csv")
    form = {"upload_id": (None, path.rsplit("/", 1)[-1])}
    answer = httpx2.post(f"{service.url}/profile/async", files=form, timeout=60)
    task = service.finished(answer.json()["task_id"])
    assert (task["status"], task["files"][0]["sha256"]) == ("SUCCESS", sha256(TABLE))
    assert task["result"]["table"]["rows"] == 480_000


def test_a_repeated_or_known_upload_is_the_same_again(service: Service, tmp_path: Path) -> None:
    ids = []
    for name, content in (("a.csv", SMALL), ("b.csv", SMALL + b"3,c\n")):
        (tmp_path / name).write_bytes(content)
        ids.append(tus_upload(service.url, tmp_path / name).rsplit("/", 1)[-1])
    key = {"Idempotency-Key": f'"{ids[0]}"'}

    def post(upload_id: str, headers: dict[str, str]) -> httpx2.Response:
        form = {"upload_id": (None, upload_id)}
        url = f"{service.url}/profile/async"
        return httpx2.post(url, files=form, headers=headers, timeout=60)

    first, again = (post(ids[0], key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = post(ids[1], key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    done = service.finished(first.json()["task_id"])
    reused = post(ids[0], {}).json()
    assert reused["reused_from"] == first.json()["task_id"]
    assert service.task(reused["task_id"])["result"] == done["result"]


def test_an_upload_outlives_a_killed_api(
    tmp_path: Path, server_environment: dict[str, str]
) -> None:
    for folder, environment in (("embedded", {}), ("server", server_environment)):
        (tmp_path / folder).mkdir()
        with running(make_service(tmp_path / folder, environment)) as service:
            check_that_an_upload_outlives_a_kill(service, tmp_path)


def check_that_an_upload_outlives_a_kill(service: Service, folder: Path) -> None:
    file = folder / "big.csv"
    file.write_bytes(TABLE)
    headers = {
        **TUS,
        "Upload-Length": str(len(TABLE)),
        "Upload-Metadata": encoded(filename="big.csv", sha256=sha256(TABLE)),
    }
    path = httpx2.post(f"{service.url}/uploads", headers=headers).headers["location"]
    with file.open("rb") as stream:
        uploader = TusClient(f"{service.url}/uploads").uploader(
            file_stream=stream, url=service.url + path, chunk_size=2 << 20
        )
        sender = threading.Thread(target=_send_until_it_breaks, args=(uploader,))
        sender.start()
        while uploader.offset < 6 << 20:
            assert sender.is_alive()
        service.api.kill()
        sender.join()
    confirmed = uploader.offset
    service.start()
    shown = httpx2.get(service.url + path).json()
    assert shown["received"] >= confirmed
    tus_upload(service.url, file, path)
    assert httpx2.get(service.url + path).json()["sha256"] == sha256(TABLE)


def _send_until_it_breaks(uploader: object) -> None:
    try:
        while True:
            uploader.upload_chunk()  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - whatever the client calls a server that was killed
        return
