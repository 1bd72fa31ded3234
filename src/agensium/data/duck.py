"""DuckDB databases, read by DuckDB itself where it is installed, locked away from all else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agensium.core.errors import InvalidInput, NoRows, UnsupportedFormat
from agensium.core.report import InnerTable, Source
from agensium.data.digest import digesting
from agensium.data.kernel import scan_arrow
from agensium.data.reading import ReadTable
from agensium.data.typed import Wanted, require_rows, tokens_of_types

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DUCKDB: Final = "DuckDB database"
MAGIC: Final = b"DUCK"
MAGIC_AT: Final = 8
MOST_LISTED: Final = 20
LISTING_BYTES: Final = 256 << 20
_TABLES: Final = """
    SELECT schema_name, table_name, estimated_size, column_count FROM duckdb_tables()
    WHERE NOT internal AND database_name = current_database() ORDER BY table_oid
"""
_VIEWS: Final = """
    SELECT view_name FROM duckdb_views()
    WHERE NOT internal AND database_name = current_database() ORDER BY view_oid
"""


def is_duckdb(head: bytes) -> bool:
    """Tell a DuckDB database by its first bytes."""
    return head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC


def scan_duckdb(path: Path, name: str, sha256: str | None, wanted: Wanted) -> ReadTable:
    """Profile a table of a DuckDB database; its views are listed, not run.

    Raises:
        UnsupportedFormat: DuckDB is not installed, or too old for the file.
        InvalidInput: there is no such table.
        NoRows: there is no table, or no row in it.

    """
    with digesting(path, sha256) as digest, _connected(path, wanted.memory_bytes) as database:
        members, tables = _members(database)
        views = [row[0] for row in database.execute(_VIEWS).fetchall()]
        chosen = _choose(members, views, wanted.read.choice.table)
        schema, table = tables[members.index(chosen)]
        query = f"SELECT * FROM {_quoted(schema)}.{_quoted(table)}"  # noqa: S608 - names in quotes
        relation = database.sql(query)
        profile = scan_arrow(relation, wanted.options(tokens_of_types()), wanted.on_progress)
        require_rows(profile)
        source = Source(
            name=name,
            bytes=path.stat().st_size,
            sha256=digest(),
            format=DUCKDB,
            reading="detected" if wanted.read.choice.table is None else "given",
            chosen=chosen.name,
            tables=members,
            notes=_notes(members, views, chosen),
        )
    return ReadTable(profile, source)


def list_duckdb(path: Path) -> tuple[InnerTable, ...]:
    """Return the tables of a DuckDB database.

    Raises:
        UnsupportedFormat: DuckDB is not installed, or too old for the file.

    """
    with _connected(path, LISTING_BYTES) as database:
        return _members(database)[0]


def _members(
    database: "DuckDBPyConnection",
) -> tuple[tuple[InnerTable, ...], list[tuple[str, str]]]:
    """Return the tables, and schema and name of each."""
    tables = database.execute(_TABLES).fetchall()
    members = tuple(
        InnerTable(name=_shown(schema, table), rows=rows, columns=columns)
        for schema, table, rows, columns in tables
    )
    return members, [(schema, table) for schema, table, _, _ in tables]


@contextmanager
def _connected(path: Path, memory_bytes: int) -> "Iterator[DuckDBPyConnection]":
    """Open a database in a DuckDB that can reach nothing else.

    Raises:
        UnsupportedFormat: DuckDB is not installed, or too old for the file.

    """
    try:
        import duckdb
    except ImportError as error:
        raise UnsupportedFormat(
            "This is a DuckDB database, and DuckDB is not installed here.",
            hint="Install agensium[duckdb], or export the table as Parquet.",
        ) from error
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",
        "memory_limit": f"{memory_bytes // 2 >> 20}MiB",
        "threads": "2",
        "temp_directory": "",
    }
    try:
        database = duckdb.connect(str(path), read_only=True, config=settings)
    except duckdb.Error as error:
        raise UnsupportedFormat(
            f"The DuckDB database cannot be opened: {_first_line(error)}",
            hint="Write it anew with a DuckDB of this version, or export the table as Parquet.",
        ) from error
    try:
        yield database
    except duckdb.Error as error:
        raise InvalidInput(f"The database cannot be read: {_first_line(error)}") from error
    finally:
        database.close()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _choose(members: tuple[InnerTable, ...], views: list[str], wanted: str | None) -> InnerTable:
    if not members:
        raise NoRows("The database has no tables.", hint="Send one with at least one row.")
    if wanted is None:
        return max(members, key=lambda member: member.rows or 0)
    listed = ", ".join(f"'{member.name}'" for member in members[:MOST_LISTED])
    if wanted in views:
        raise InvalidInput(
            f"'{wanted}' is a view; views are not run.",
            hint=f"Write its rows into a table. The tables are {listed}.",
        )
    for member in members:
        if member.name == wanted:
            return member
    if wanted.isdecimal() and 1 <= int(wanted) <= len(members):
        return members[int(wanted) - 1]
    raise InvalidInput(f"The database has no table '{wanted}'.", hint=f"It has: {listed}.")


def _notes(
    members: tuple[InnerTable, ...], views: list[str], chosen: InnerTable
) -> tuple[str, ...]:
    notes: list[str] = []
    if len(members) > 1:
        notes.append(
            f"Of {len(members)} tables, '{chosen.name}' is read; choose another with read.table."
        )
    if views:
        notes.append(f"Views are not run: {', '.join(views)}.")
    return tuple(notes)


def _shown(schema: str, table: str) -> str:
    return table if schema == "main" else f"{schema}.{table}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
