"""The database does not hold what proves whom a message comes from."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from agensium.settings import Settings
from agensium.tasks.webhooks.courier import UNREADABLE, Courier
from agensium.tasks.webhooks.manage import Rules
from agensium.tasks.webhooks.models import Webhook
from agensium.tasks.webhooks.sealing import SealBrokenError, SecretBox
from agensium.wiring import KEY_FILE, build_services
from tests.api.harness import Api, make_services, running_api
from tests.api.test_webhooks import SECRET, Receiver, deliver, end, is_genuine, log_of, receiver

__all__ = ["receiver"]

KEY, OTHER = "k" * 32, "o" * 32


def register(api: Api, url: str, **more: str) -> dict[str, Any]:
    made: dict[str, Any] = httpx2.post(f"{api.url}/webhooks", json={"url": url, **more}).json()
    return made


def test_a_dump_of_the_database_has_no_secret(database_url: str, tmp_path: Path) -> None:
    services = make_services(database_url, tmp_path, webhook_private=True)
    with running_api(services) as api:
        register(api, "http://127.0.0.1:1/", secret=SECRET)
        made = register(api, "http://127.0.0.1:1/")["secret"]
        api.submit(webhook_url="http://127.0.0.1:1/", webhook_secret=SECRET)
    with services.database.read() as session:
        tables = session.connection().dialect.get_table_names(session.connection())
        dump = repr([session.execute(text(f"SELECT * FROM {each}")).all() for each in tables])
        stored = session.scalars(select(Webhook.secret)).all()
    for secret in (SECRET, made):
        assert secret not in dump
        assert secret.removeprefix("whsec_") not in dump
    assert len(set(stored)) == 3  # the same secret twice does not show
    assert all(each.startswith("1:") and len(each) <= 128 for each in stored)


def test_a_new_key_opens_what_the_old_one_sealed(
    sqlite_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    old = make_services(sqlite_url, tmp_path, webhook_private=True, secret_key=SecretStr(KEY))
    with running_api(old) as api:
        webhook = register(api, receiver.url)
    both = SecretStr(f"{OTHER}, {KEY}")
    changed = make_services(sqlite_url, tmp_path, webhook_private=True, secret_key=both)
    with running_api(changed) as api:
        end(api, api.submit())
        assert deliver(api) == 1
        ((headers, body),) = receiver.heard
        assert is_genuine(webhook["secret"], headers, body)
        # Without the old key it is said in the log, and nothing is sent.
        end(api, api.submit())
        rules = Rules(private=True, box=SecretBox([OTHER]))
        courier = Courier(changed.database, lambda: datetime.now(UTC), rules)
        assert courier.deliver_one()
        assert [one["error"] for one in log_of(api, webhook)[0]["attempts"]] == [UNREADABLE]
    assert len(receiver.heard) == 1


def test_without_a_key_there_are_no_webhooks(sqlite_url: str, tmp_path: Path) -> None:
    with running_api(make_services(sqlite_url, tmp_path, secret_key=None)) as api:
        answer = httpx2.post(f"{api.url}/webhooks", json={"url": "https://example.org/"})
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert "AGENSIUM_SECRET_KEY" in answer.json()["hint"]


def test_a_service_that_is_all_alone_makes_its_own_key(tmp_path: Path) -> None:
    boxes = [build_services(Settings(data_dir=tmp_path)).webhook_rules.box for _ in range(2)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1].open("w", boxes[0].seal("w", SECRET)) == SECRET
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(f"{KEY_FILE}*")] == [KEY_FILE]


def test_a_seal_holds_for_its_webhook_alone() -> None:
    box = SecretBox([KEY])
    sealed = box.seal("one", SECRET)
    assert box.open("one", sealed) == SECRET
    broken = sealed[:-5] + ("A" if sealed[-5] != "A" else "B") + sealed[-4:]
    for webhook, seal in (("two", sealed), ("one", broken), ("one", "1:"), ("one", "1:?")):
        with pytest.raises(SealBrokenError):
            box.open(webhook, seal)
    with pytest.raises(SealBrokenError):
        SecretBox([OTHER]).open("one", sealed)
    longest = "whsec_" + "A" * 84 + "AA=="
    assert len(box.seal("one", longest)) <= 128


def test_a_secret_of_an_earlier_version_still_signs() -> None:
    assert SecretBox([KEY]).open("one", SECRET) == SECRET
