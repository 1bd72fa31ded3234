"""Every error that a user can meet: a stable code, one sentence, and what would be right.

The code is the contract: programs branch on it, so it never changes its meaning. The
message is for people. ``detail`` is for the log and never leaves the service.
"""

from collections.abc import Sequence
from typing import ClassVar


class AgensiumError(Exception):
    """Base of all errors with a stable code.

    Attributes:
        code: stable, machine-readable name.
        title: what kind of error it is; the same for every occurrence.
        retryable: whether the same request may succeed later, unchanged.
        message: what was wrong, in one sentence.
        hint: what would be right, if the message does not say it already.
        detail: private particulars for the log.
        members: the files of an archive, where one of them must be chosen.

    """

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        detail: str | None = None,
        members: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        self.members = tuple(members)


class InternalError(AgensiumError):
    """Something in Agensium itself is broken."""


class InvalidRequest(AgensiumError):
    """The request does not have the shape that the endpoint documents."""

    code = "invalid_request"
    title = "Invalid request"


class KeyReused(InvalidRequest):
    """The idempotency key was sent before, with another request."""

    code = "idempotency_key_reused"
    title = "Idempotency key used twice"


class InvalidParams(AgensiumError):
    """The agent's parameters do not fit its schema."""

    code = "invalid_params"
    title = "Invalid parameters"


class InvalidSettings(AgensiumError):
    """The service is configured in a way that cannot work or is not safe."""

    code = "invalid_settings"
    title = "Invalid settings"


class NotFound(AgensiumError):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"
    title = "Not found"


class Forbidden(AgensiumError):
    """The caller may not do this, or not from there."""

    code = "forbidden"
    title = "Forbidden"


class Conflict(AgensiumError):
    """The thing is not in a state in which this can be done."""

    code = "conflict"
    title = "Conflict"


class Expired(AgensiumError):
    """The thing was kept for as long as it had to be, and then deleted."""

    code = "expired"
    title = "Expired"


class InvalidInput(AgensiumError):
    """The file cannot be read as a table."""

    code = "invalid_input"
    title = "The file cannot be read"


class EmptyFile(InvalidInput):
    """The file has no bytes, or nothing but blanks."""

    code = "empty_file"
    title = "The file is empty"


class NoRows(InvalidInput):
    """The file has a header and no rows under it."""

    code = "no_rows"
    title = "The table has no rows"


class NotATable(InvalidInput):
    """The file is text without rows and columns."""

    code = "not_a_table"
    title = "The file is not a table"


class UnsupportedFormat(InvalidInput):
    """The file has a format that Agensium does not read."""

    code = "unsupported_format"
    title = "Unsupported format"


class FileUnreadable(InvalidInput):
    """The file is not there, or the system refuses to read it."""

    code = "file_unreadable"
    title = "The file cannot be opened"


class OutputUnwritable(AgensiumError):
    """What was made cannot be written where it was asked for."""

    code = "output_unwritable"
    title = "The output cannot be written"


class TooLarge(AgensiumError):
    """The upload is larger than this service takes."""

    code = "too_large"
    title = "Too large"


class SourceTooLarge(TooLarge):
    """The file at an address is larger than this service takes."""

    code = "source_too_large"
    title = "The source is too large"


class SourceNotAllowed(AgensiumError):
    """The operator does not allow that files are fetched from this address."""

    code = "source_not_allowed"
    title = "Source not allowed"


class SourceRefused(AgensiumError):
    """What answers at an address does not give the file."""

    code = "source_refused"
    title = "The source refuses"


class QuotaExceeded(AgensiumError):
    """The workspace has as much under way as it may have."""

    code = "quota_exceeded"
    title = "Quota exceeded"
    retryable = True


class ChecksumMismatch(AgensiumError):
    """The bytes that came are not those that were announced."""

    code = "checksum_mismatch"
    title = "Checksum mismatch"


class ArchiveUnreadable(InvalidInput):
    """The archive is damaged, encrypted or holds something that is not opened."""

    code = "archive_damaged"
    title = "The archive cannot be read"


class ArchiveEncrypted(ArchiveUnreadable):
    """The archive needs a password."""

    code = "encrypted"
    title = "The archive is encrypted"


class ArchiveNested(ArchiveUnreadable):
    """The archive holds another archive."""

    code = "nested_archive"
    title = "An archive within an archive"


class UnsafePath(ArchiveUnreadable):
    """The archive has a member whose path leads out of it."""

    code = "unsafe_path"
    title = "Unsafe path in the archive"


class MemberNeeded(InvalidInput):
    """The archive holds several files, and one must be chosen."""

    code = "member_needed"
    title = "Choose a file of the archive"


class LimitExceeded(AgensiumError):
    """A limit of the job was reached: columns, cell size, scratch space."""

    code = "limit_exceeded"
    title = "Limit exceeded"


class RatioExceeded(LimitExceeded):
    """The archive unpacks to many times its size."""

    code = "ratio_exceeded"
    title = "Unpacks to too many times its size"


class UnpackedTooLarge(LimitExceeded):
    """The archive unpacks to more bytes than are read."""

    code = "unpacked_too_large"
    title = "Unpacks to too much"


class CellTooLarge(LimitExceeded):
    """A cell or a row is longer than is read."""

    code = "cell_too_large"
    title = "A cell is too large"


class TooManyColumns(LimitExceeded):
    """The table has more columns than are read."""

    code = "too_many_columns"
    title = "Too many columns"


class TooManyMembers(LimitExceeded):
    """The archive has more members than are listed."""

    code = "too_many_members"
    title = "Too many members"


class TooManyTables(LimitExceeded):
    """The file has more sheets or tables than are listed."""

    code = "too_many_tables"
    title = "Too many tables"


class TooManyCells(LimitExceeded):
    """The sheet has more cells than are read."""

    code = "too_many_cells"
    title = "Too many cells"


class TooDeep(LimitExceeded):
    """Values within values go deeper than is read."""

    code = "too_deep"
    title = "Nested too deeply"


class EntitiesRefused(LimitExceeded):
    """The XML in the file declares entities of its own, which can stand for any amount of text."""

    code = "xml_entities"
    title = "XML with entities"


class ScratchFull(LimitExceeded):
    """There is no room to unpack the file."""

    code = "scratch_full"
    title = "No room to unpack"


class OutOfMemory(LimitExceeded):
    """The job needed more memory than it may use."""

    code = "out_of_memory"
    title = "Out of memory"


class TimedOut(LimitExceeded):
    """The job ran longer than it may."""

    code = "timeout"
    title = "Time limit reached"


class Corrupted(AgensiumError):
    """Stored bytes are not those that were stored."""

    code = "corrupted"
    title = "Stored bytes are damaged"


class Cancelled(AgensiumError):
    """The work was stopped because somebody asked for it."""

    code = "cancelled"
    title = "Cancelled"


class WorkerLost(AgensiumError):
    """The process that did the work died."""

    code = "worker_lost"
    title = "The worker was lost"
    retryable = True


class Unavailable(AgensiumError):
    """A part that the service needs does not answer."""

    code = "unavailable"
    title = "Temporarily unavailable"
    retryable = True


class SourceUnreachable(Unavailable):
    """What is at an address does not answer, or stops in the middle."""

    code = "source_unreachable"
    title = "Source unreachable"


class StorageUnavailable(Unavailable):
    """The object storage does not answer."""

    code = "storage_unavailable"
    title = "Object storage unavailable"


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""

    code = "database_unavailable"
    title = "Database unavailable"


class DatabaseContended(DatabaseUnavailable):
    """Another transaction was in the way; the same one may succeed at once."""

    code = "database_contended"
    title = "Database busy"


class ServerUnreachable(Unavailable):
    """The Agensium server that a client talks to does not answer."""

    code = "server_unreachable"
    title = "Server unreachable"


def _leaves(base: type[AgensiumError]) -> dict[str, type[AgensiumError]]:
    found = {base.code: base}
    for child in base.__subclasses__():
        found |= _leaves(child)
    return found


def error_class(code: str) -> type[AgensiumError]:
    """Return the class with this code; an unknown code is an internal error."""
    return ERRORS.get(code, InternalError)


ERRORS = _leaves(AgensiumError) | {InternalError.code: InternalError}
