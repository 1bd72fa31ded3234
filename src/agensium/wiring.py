"""The composition root: from settings to the parts that do the work."""

import fcntl
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Final

from celery import Celery
from pydantic import SecretStr

from agensium import __version__
from agensium.accounts.models import DEFAULT_WORKSPACE
from agensium.core.errors import InvalidSettings
from agensium.db.database import Database, connect
from agensium.queue.app import IN_PROCESS, create_celery
from agensium.queue.bell import CeleryBell
from agensium.settings import Settings
from agensium.storage.local import LocalStorage
from agensium.storage.s3_settings import S3Settings
from agensium.storage.sources import Sources
from agensium.storage.storage import Storage
from agensium.tasks.clock import Clock, utc_now
from agensium.tasks.job.supervisor import Limits
from agensium.tasks.retention import Kept
from agensium.tasks.run import Runner, Site
from agensium.tasks.sweep import Post, Sweeper
from agensium.tasks.uploads.site import UploadLimits, UploadSite
from agensium.tasks.webhooks.courier import Courier
from agensium.tasks.webhooks.manage import Rules
from agensium.tasks.webhooks.sealing import SecretBox
from agensium.tasks.workers import Duty, Presence

KEY_FILE: Final = "secret.key"


@dataclass(frozen=True)
class Services:
    """Everything that a door of the service needs, made once for a process."""

    settings: Settings
    database: Database
    storage: Storage
    celery: Celery
    clock: Clock = utc_now
    workspace_id: str = DEFAULT_WORKSPACE

    @cached_property
    def bell(self) -> CeleryBell:
        """The bell; its thread starts when it is first needed."""
        return CeleryBell(self.celery)

    @cached_property
    def uploads(self) -> UploadSite:
        """Where resumable uploads come in."""
        settings = self.settings
        limits = UploadLimits(
            file_bytes=settings.max_upload_bytes,
            open_count=settings.max_open_uploads,
            open_bytes=settings.max_open_upload_bytes,
            keep=timedelta(hours=settings.upload_hours),
        )
        return UploadSite(self.database, self.storage, self.clock, limits)

    @cached_property
    def webhook_rules(self) -> Rules:
        """What holds for webhooks; the key for their secrets is made when it is first needed."""
        settings = self.settings
        keys = list(settings.secret_keys)
        if not keys and settings.database_url is None:
            keys = [own_key(settings.data_dir)]
        return Rules(settings.webhook_private, SecretBox(keys) if keys else None)

    @cached_property
    def sources(self) -> Sources:
        """Where files are fetched from that were named by their address."""
        return Sources(self.settings.source_rules, s3_settings(self.settings))

    def runner(self) -> Runner:
        """Return what runs tasks for a worker of this process."""
        settings = self.settings
        limits = Limits(settings.job_memory_bytes, settings.job_seconds, settings.read_limits)
        site = Site(
            worker=worker_name(),
            scratch=settings.scratch_folder,
            limits=limits,
            workspace_limit=settings.workspace_concurrency or None,
            sources=self.sources,
        )
        return Runner(self.database, self.storage, site, self.clock)

    def presence(self, runner: Runner) -> Presence:
        """Return what tells others of the worker with this runner."""
        slots = self.settings.worker_concurrency
        duty = Duty(worker_name(), __version__, slots, lambda: runner.running)
        return Presence(self.database, duty, self.clock)

    def courier(self) -> Courier:
        """Return what delivers webhooks for a worker of this process."""
        return Courier(self.database, self.clock, self.webhook_rules)

    def sweeper(self, runner: Runner) -> Sweeper:
        """Return what finds the tasks that others lost, for the worker with this runner."""
        settings = self.settings

        def free_slots() -> int:
            return max(0, settings.worker_concurrency - runner.running)

        kept = Kept(_days(settings.keep_input_days), _days(settings.keep_result_days))
        post = Post(worker_name(), free_slots, kept)
        return Sweeper(self.database, self.storage, self.bell, self.clock, post)


def worker_name() -> str:
    """Return the name of the worker in this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def build_services(settings: Settings) -> Services:
    """Compose the service; nothing is connected yet.

    Raises:
        InvalidSettings: the settings contradict each other.

    """
    if settings.database_url is None:
        _make_folder(settings.data_dir)
    return Services(
        settings=settings,
        database=connect(_secret(settings.database_url) or settings.sqlite_url),
        storage=_storage(settings),
        celery=create_celery(
            _secret(settings.redis_url) or IN_PROCESS, settings.worker_concurrency
        ),
    )


def own_key(folder: Path) -> str:
    """Return the key of a service that is all alone, from a file that only its user reads."""
    path = folder / KEY_FILE
    draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        with suppress(FileExistsError):  # another thread was quicker
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def lock_data_folder(folder: Path) -> IO[str]:
    """Take the data folder for this process, for as long as the returned file is open.

    Raises:
        InvalidSettings: another service uses it.

    """
    _make_folder(folder)
    handle = (folder / "lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise InvalidSettings(
            f"Another Agensium service uses the data folder {folder}.",
            hint="Stop it, or set AGENSIUM_DATA_DIR to another folder.",
        ) from error
    return handle


def _storage(settings: Settings) -> Storage:
    if settings.s3_bucket_name is None:
        return LocalStorage(settings.data_dir.absolute() / "objects")
    from agensium.storage.s3 import S3Storage  # boto3 takes 0.3 s

    return S3Storage(s3_settings(settings))


def s3_settings(settings: Settings) -> S3Settings:
    """Return who we are at the store of objects."""
    return S3Settings(
        bucket=settings.s3_bucket_name or "",
        access_key_id=_secret(settings.aws_access_key_id),
        secret_access_key=_secret(settings.aws_secret_access_key),
        endpoint_url=settings.s3_endpoint_url,
        region=settings.aws_region,
        public_url=settings.s3_public_url,
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSettings(
            f"The data folder {folder} cannot be made: {error.strerror}.",
            hint="Set AGENSIUM_DATA_DIR to a folder that can be written.",
        ) from error


def _days(count: float) -> timedelta | None:
    return timedelta(days=count) if count else None


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
