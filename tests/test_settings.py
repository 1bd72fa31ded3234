"""Settings that cannot work or are not safe, met by a command as its operator runs it."""

import os
from pathlib import Path

import pytest

from agensium.settings import WEAK_PASSWORDS
from tests.cli.harness import Done, agensium, is_said_in_one_line

MYSQL = "mysql+mysqlconnector://user{}@127.0.0.1:1/d"


def migrate(folder: Path, **environment: str) -> Done:
    return agensium("migrate", more={"AGENSIUM_DATA_DIR": str(folder / "data"), **environment})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AGENSIUM_LOG_LEVEL", "foo", "AGENSIUM_LOG_LEVEL: Input should be 'DEBUG', 'INFO',"),
        ("AGENSIUM_JOB_SECONDS", "x", "AGENSIUM_JOB_SECONDS: "),
        ("S3_ENDPOINT_URL", "nonsense", "S3_ENDPOINT_URL: "),
        ("S3_ENDPOINT_URL", "ftp://h", "S3_ENDPOINT_URL: "),
        ("S3_ENDPOINT_URL", "http://", "S3_ENDPOINT_URL: "),
        ("DATABASE_URL", "nonsense", "DATABASE_URL "),
        ("DATABASE_URL", "http://[x", "DATABASE_URL "),
        ("DATABASE_URL", "", "DATABASE_URL: the value is empty"),
        ("REDIS_URL", " ", "REDIS_URL: the value is empty"),
        ("S3_BUCKET_NAME", "", "S3_BUCKET_NAME: the value is empty"),
        ("AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID: the value is empty"),
        ("AGENSIUM_DATA_DIR", "", "AGENSIUM_DATA_DIR: the value is empty"),
        ("DATABASE_URL_FILE", os.devnull, "DATABASE_URL: the value is empty"),
        ("DATABASE_URL_FILE", "", "DATABASE_URL_FILE is empty"),
        ("DATABASE_URL_FILE", "/nonexistent", "DATABASE_URL_FILE: No such file"),
        ("DATABASE_URL_FILE", "/usr/bin/env", "DATABASE_URL_FILE: '/usr/bin/env' is not text"),
        ("DATABASE_URL", MYSQL.format(""), "the password in DATABASE_URL is empty or a default"),
        ("DATABASE_URL", "mysql://h/d", "the password in DATABASE_URL is empty or a default"),
        ("AWS_SECRET_ACCESS_KEY", "minioadmin", "AWS_SECRET_ACCESS_KEY is a default password"),
    ],
)
def test_what_cannot_work_is_one_line(tmp_path: Path, name: str, value: str, said: str) -> None:
    done = migrate(tmp_path, **{name: value})
    assert is_said_in_one_line(done, 2, "invalid_settings"), done
    assert done.stderr.decode().startswith(f"agensium: {said}")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("password", sorted(WEAK_PASSWORDS))
def test_default_passwords_are_refused(tmp_path: Path, password: str) -> None:
    done = migrate(tmp_path, DATABASE_URL=MYSQL.format(f":{password}"))
    assert is_said_in_one_line(done, 2, "invalid_settings"), done
    assert f":{password}@" not in done.stderr.decode()


@pytest.mark.parametrize("url", ["nonsense", "http://h", "redis://h:99999", "redis://:guest@h"])
def test_a_broker_that_cannot_be_is_refused(tmp_path: Path, url: str) -> None:
    database = f"sqlite:///{tmp_path / 'a.db'}"
    done = migrate(tmp_path, DATABASE_URL=database, REDIS_URL=url)
    assert is_said_in_one_line(done, 2, "invalid_settings"), done


def test_redis_may_go_without_a_password(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'a.db'}"
    done = migrate(tmp_path, DATABASE_URL=database, REDIS_URL="redis://127.0.0.1:6379/0")
    assert done.returncode == 0, done.stderr


def test_a_level_may_be_written_small(tmp_path: Path) -> None:
    assert migrate(tmp_path, AGENSIUM_LOG_LEVEL="debug").returncode == 0


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path / 'a.db'}\n")
    done = migrate(tmp_path, DATABASE_URL_FILE=str(tmp_path / "url"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.db").exists()
