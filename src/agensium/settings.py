"""The settings: one tree, read from the environment once, at the rim.

The names without prefix are those that users of such services know; everything else begins
with ``AGENSIUM_``. A value may come from a file: ``DATABASE_URL_FILE=/run/secrets/db`` and the
like, for the secrets.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, cast
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from agensium.core.errors import InvalidSettings
from agensium.data.limits import USUAL, ReadLimits
from agensium.storage.source_rules import ANY, SourceRules

MEBIBYTE: Final = 1 << 20
SECRETS: Final = (
    "DATABASE_URL", "REDIS_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "AGENSIUM_SECRET_KEY",
)  # fmt: skip
MIN_KEY_CHARS: Final = 32
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
WEAK_PASSWORDS: Final = frozenset({
    "", "123456", "admin", "agensium", "change-me", "changeme", "guest", "minioadmin", "mysql",
    "password", "root", "rootpassword", "rootroot", "secret", "test",
})  # fmt: skip


def _named(*names: str) -> Any:  # noqa: ANN401 - pydantic's
    return Field(validation_alias=AliasChoices(*names))


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("this is not an address that begins with http:// or https://")
    return value


LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """How this process is to run."""

    model_config = SettingsConfigDict(
        env_prefix="AGENSIUM_", frozen=True, populate_by_name=True, extra="ignore"
    )

    data_dir: Path = Path(".agensium")
    database_url: Annotated[SecretStr | None, _named("DATABASE_URL")] = None
    redis_url: Annotated[SecretStr | None, _named("REDIS_URL")] = None
    s3_bucket_name: Annotated[str | None, _named("S3_BUCKET_NAME")] = None
    s3_endpoint_url: Annotated[
        WebAddress | None, _named("S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
    ] = None
    aws_access_key_id: Annotated[SecretStr | None, _named("AWS_ACCESS_KEY_ID")] = None
    aws_secret_access_key: Annotated[SecretStr | None, _named("AWS_SECRET_ACCESS_KEY")] = None
    aws_region: Annotated[str | None, _named("AWS_REGION", "AWS_DEFAULT_REGION")] = None

    allowed_hosts: str = ""
    s3_public_url: WebAddress | None = None
    scratch_dir: Path | None = None
    max_upload_bytes: Annotated[int, Field(gt=0)] = 10 * 1024 * MEBIBYTE
    max_open_uploads: Annotated[int, Field(gt=0)] = 100
    max_open_upload_bytes: Annotated[int, Field(gt=0)] = 100 * 1024 * MEBIBYTE
    upload_hours: Annotated[float, Field(gt=0)] = 24.0
    webhook_private: bool = False
    secret_key: Annotated[SecretStr | None, _named("AGENSIUM_SECRET_KEY")] = None
    traces: bool = False
    otel_endpoint: Annotated[WebAddress | None, _named("OTEL_EXPORTER_OTLP_ENDPOINT")] = None
    source_hosts: str = ""
    source_schemes: str = "https"
    source_private: bool = False
    source_buckets: str = ""
    source_seconds: Annotated[float, Field(gt=0)] = 1800.0
    job_memory_bytes: Annotated[int, Field(ge=256 * MEBIBYTE)] = 1536 * MEBIBYTE
    job_seconds: Annotated[float, Field(gt=0)] = 3600.0
    max_unpack_ratio: Annotated[int, Field(gt=0)] = USUAL.unpack_ratio
    max_unpacked_bytes: Annotated[int, Field(gt=0)] = USUAL.unpacked_bytes
    max_unpacked_to_disk_bytes: Annotated[int, Field(gt=0)] = USUAL.scratch_bytes
    max_archive_members: Annotated[int, Field(gt=0)] = USUAL.archive_members
    max_row_bytes: Annotated[int, Field(gt=0)] = USUAL.row_bytes
    max_sheet_cells: Annotated[int, Field(gt=0)] = USUAL.sheet_cells
    worker_concurrency: Annotated[int, Field(ge=1, le=64)] = 2
    workspace_concurrency: Annotated[int, Field(ge=0)] = 0
    keep_input_days: Annotated[float, Field(ge=0, le=36_500)] = 30.0
    keep_result_days: Annotated[float, Field(ge=0, le=36_500)] = 90.0
    log_level: LogLevel = "INFO"
    log_format: Literal["text", "json"] = "text"

    @property
    def read_limits(self) -> ReadLimits:
        """What a file may cost before it is refused."""
        return ReadLimits(
            unpack_ratio=self.max_unpack_ratio,
            unpacked_bytes=self.max_unpacked_bytes,
            scratch_bytes=self.max_unpacked_to_disk_bytes,
            archive_members=self.max_archive_members,
            row_bytes=self.max_row_bytes,
            sheet_cells=self.max_sheet_cells,
        )

    @property
    def is_embedded(self) -> bool:
        """Whether the worker lives in the API's process: without a broker it has to."""
        return self.redis_url is None

    @property
    def sqlite_url(self) -> str:
        """The address of the embedded database."""
        return f"sqlite:///{self.data_dir.absolute() / 'agensium.db'}"

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The keys for what is stored sealed; the first one seals."""
        given = "" if self.secret_key is None else self.secret_key.get_secret_value()
        return tuple(key.strip() for key in given.split(",") if key.strip())

    def hosts(self, *, loopback: bool) -> frozenset[str] | None:
        """Return the names that the service answers to; none means any.

        Args:
            loopback: whether it listens on this machine only: then it answers to this machine's
                names alone, so that no web page can reach it under a name of its own.

        """
        named = set(_listed(self.allowed_hosts.lower()))
        if named:
            return frozenset(named | LOOPBACK)
        return LOOPBACK if loopback else None

    @property
    def source_rules(self) -> SourceRules:
        """Where files may be fetched from."""
        return SourceRules(
            hosts=_listed(self.source_hosts.lower()),
            schemes=_listed(self.source_schemes.lower()),
            private=self.source_private,
            buckets=_listed(self.source_buckets),
            max_bytes=self.max_upload_bytes,
            seconds=self.source_seconds,
        )

    @property
    def scratch_folder(self) -> Path:
        """Where jobs have their files: beside the objects, where these are in a folder."""
        if self.scratch_dir is not None:
            return self.scratch_dir.absolute()
        if self.s3_bucket_name is None:
            return self.data_dir.absolute() / "scratch"
        return Path(tempfile.gettempdir()) / "agensium"

    @model_validator(mode="before")
    @classmethod
    def _refuse_empty(cls, given: dict[str, object]) -> dict[str, object]:
        # Taken as "not set", an empty address would choose another database without a word.
        empty = [_variable(name) for name, value in given.items() if not str(value).strip()]
        if empty:
            raise ValueError(f"{', '.join(empty)}: the value is empty; give one or unset it")
        return given

    @model_validator(mode="after")
    def _check_server_mode(self) -> Self:
        self._check_companions()
        if any(len(key) < MIN_KEY_CHARS for key in self.secret_keys):
            raise ValueError(
                f"a key in AGENSIUM_SECRET_KEY has fewer than {MIN_KEY_CHARS} characters; "
                "openssl rand -hex 32 makes a good one"
            )
        _refuse_weak("DATABASE_URL", self.database_url)
        _refuse_weak("REDIS_URL", self.redis_url)
        _check_sources(self)
        if self.aws_secret_access_key is not None:
            secret = self.aws_secret_access_key.get_secret_value()
            if secret.lower() in WEAK_PASSWORDS:
                raise ValueError("AWS_SECRET_ACCESS_KEY is a default password; set one of your own")
        return self

    def _check_companions(self) -> None:
        if self.redis_url is not None and self.database_url is None:
            raise ValueError(
                "REDIS_URL is set but DATABASE_URL is not: workers in other processes need "
                "a database that all of them reach"
            )
        if self.traces and self.otel_endpoint is None:
            raise ValueError("AGENSIUM_TRACES is set but OTEL_EXPORTER_OTLP_ENDPOINT is not")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _check_sources(given: Settings) -> None:
    strange = set(given.source_rules.schemes) - {"https", "http"}
    if strange:
        raise ValueError(f"AGENSIUM_SOURCE_SCHEMES: only https and http, not {min(strange)}")
    own = given.s3_bucket_name
    if own and any(each.split("/")[0] in {own, ANY} for each in given.source_rules.buckets):
        raise ValueError(
            "AGENSIUM_SOURCE_BUCKETS names the service's own bucket, which holds everybody's files"
        )


def _refuse_weak(name: str, url: SecretStr | None) -> None:
    if url is None:
        return
    parts = _address(name, url.get_secret_value())
    given = parts.username is not None or parts.password is not None
    needed = parts.scheme.startswith("mysql")
    if (given or needed) and unquote(parts.password or "").lower() in WEAK_PASSWORDS:
        raise ValueError(f"the password in {name} is empty or a default; set one of your own")


def _address(name: str, url: str) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(url)
        if name != "REDIS_URL" or (parts.scheme in {"redis", "rediss"} and parts.port != 0):
            return parts
    raise ValueError(f"{name} is not an address as docs/settings.md shows it")


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        InvalidSettings: a value is missing, malformed or unsafe; the message names all of them.

    """
    try:
        return Settings(**cast("dict[str, Any]", _from_files()))
    except ValidationError as error:
        raise InvalidSettings(
            "; ".join(_sentence(each) for each in error.errors()),
            hint="The settings are described in docs/settings.md.",
        ) from None


def _from_files() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in SECRETS:
        path = os.environ.get(f"{name}_FILE")
        if path == "":
            raise InvalidSettings(f"{name}_FILE is empty; name a file or unset it.")
        if path is not None:
            found[name] = _read_secret(name, path)
    return found


def _read_secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InvalidSettings(f"{name}_FILE: {error.strerror}: '{path}'.") from error
    except ValueError as error:
        raise InvalidSettings(f"{name}_FILE: '{path}' is not text in UTF-8.") from error


def _variable(name: str) -> str:
    return f"AGENSIUM_{name.upper()}" if name in Settings.model_fields else name


def _sentence(error: object) -> str:
    fields = dict(error) if isinstance(error, dict) else {}
    where = ".".join(_variable(str(part)) for part in fields.get("loc", ()))
    message = str(fields.get("msg", "")).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
