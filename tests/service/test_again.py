"""Over HTTP: the same file, the same request and the same task again."""

import uuid

import httpx2

from tests.service.harness import Service

TABLE = b"id,name\n1,a\n2,b\n"


def post(
    service: Service, content: bytes = TABLE, query: str = "", key: str | None = None
) -> httpx2.Response:
    return httpx2.post(
        f"{service.url}/profile/async{query}",
        files={"file": ("again.csv", content)},
        headers={} if key is None else {"Idempotency-Key": f'"{key}"'},
        timeout=60,
    )


def unique() -> bytes:
    return TABLE + f"3,{uuid.uuid4()}\n".encode()


def test_the_same_file_is_answered_at_once_and_says_so(service: Service) -> None:
    content = unique()
    first = post(service, content).json()
    assert (first["status"], "reused_from" in first) == ("processing", False)
    done = service.finished(first["task_id"])
    again = post(service, content)
    assert (again.status_code, again.json()["reused_from"]) == (202, first["task_id"])
    task = service.task(again.json()["task_id"])
    assert (task["status"], task["reused_from"]) == ("SUCCESS", first["task_id"])
    assert task["result"] == done["result"]
    fresh = post(service, content, "?reuse=false").json()
    assert "reused_from" not in fresh
    assert service.finished(fresh["task_id"])["attempts"] == 1


def test_a_repeated_request_gives_the_same_ticket(service: Service) -> None:
    content, key = unique(), str(uuid.uuid4())
    first, second = (post(service, content, key=key) for _ in range(2))
    assert first.json() == second.json()
    assert (first.status_code, second.status_code) == (202, 202)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    other = post(service, unique(), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_key_that_cannot_be_read_is_refused(embedded: Service) -> None:
    answer = httpx2.post(
        f"{embedded.url}/profile/async",
        files={"file": ("t.csv", TABLE)},
        headers={"Idempotency-Key": '"half'},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_wish_that_is_none_is_refused(embedded: Service) -> None:
    answer = post(embedded, query="?priority=urgent")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    task = embedded.task(post(embedded, unique(), "?priority=low").json()["task_id"])
    assert task["priority"] == "low"


def test_a_failed_task_is_tried_again(service: Service) -> None:
    task_id = service.submit(b"a,b,c\n")
    failed = service.finished(task_id)
    assert (failed["status"], failed["attempts"]) == ("FAILURE", 1)
    again = httpx2.post(service.url + failed["links"]["retry"])
    assert (again.status_code, "error" in again.json()) == (202, False)
    task = service.finished(task_id)
    assert [each["outcome"] for each in task["history"]] == ["FAILURE", "FAILURE"]
    assert {each["error"]["code"] for each in task["history"]} == {"no_rows"}


def test_what_is_over_is_not_cancelled_or_tried_again(service: Service) -> None:
    task_id = service.submit(TABLE)
    task = service.finished(task_id)
    assert task["status"] == "SUCCESS"
    assert [each["outcome"] for each in task["history"]] == ["SUCCESS"]
    for verb in ("cancel", "retry"):
        answer = httpx2.post(f"{service.url}/tasks/{task_id}/{verb}")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert httpx2.post(f"{service.url}/tasks/unknown/retry").status_code == 404
