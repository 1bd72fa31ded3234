//! `SQLite` databases: one table, read by a connection that can do nothing else.
//!
//! The file is opened read-only and as one that nobody changes, so neither its journal nor anything
//! beside it is touched. Views, triggers and virtual tables do not run, generated columns are not
//! computed, and extensions are not compiled in.

mod feed;

use std::path::Path;

use agensium_kernel::ScanError;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::columns::{Leaf, What};
use crate::guard::broken;
use crate::input::Input;
use crate::limits::Limits;
use crate::open::{Choice, Member, Opened, SQLITE};
use crate::scan::Table;

/// What a database starts with.
pub const MAGIC: &[u8] = b"SQLite format 3\0";
/// Tables beyond this are an error.
const MAX_TABLES: usize = 1_000;
const SCHEMA: &str = "SELECT name, type, coalesce(sql, '') LIKE 'create virtual%' FROM sqlite_schema \
     WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";
const COLUMNS: &str = "SELECT name, type, hidden FROM pragma_table_xinfo(?1)";

/// What a database holds.
struct Found {
    tables: Vec<Member>,
    views: Vec<String>,
}

/// The tables of a database.
pub fn list(path: &Path) -> Result<Vec<Member>, ScanError> {
    Ok(find(&connect(path, Limits::default())?)?.tables)
}

/// Open a table of a database, the largest one unless another is wanted.
pub fn open(path: &Path, input: &Input, choice: &Choice) -> Result<Opened, ScanError> {
    let connection = connect(path, choice.limits)?;
    let handle = connection.get_interrupt_handle();
    input.when_stopped(move || handle.interrupt());
    let found = find(&connection)?;
    let chosen = choose(&found, choice.table.as_deref())?.clone();
    let (columns, computed) = columns(&connection, &chosen.name)?;
    let rows = chosen.rows.unwrap_or(0);
    let leaves: Vec<Leaf> = columns.iter().map(|(name, kind)| leaf(name, kind)).collect();
    let names: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let feed = feed::SqliteFeed::start(connection, &chosen.name, &names, input.length())?;
    let table = Table::of_leaves(leaves, Box::new(feed), rows, input.length());
    let notes = notes(&found, &chosen.name, &computed);
    Ok(Opened { format: SQLITE, table, members: found.tables, chosen: Some(chosen.name), notes })
}

fn leaf(name: &str, kind: &str) -> Leaf {
    Leaf::flat(name.to_owned(), kind.to_lowercase(), What::Value)
}

fn connect(path: &Path, limits: Limits) -> Result<Connection, ScanError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(address(path)?, flags).map_err(failed)?;
    lock_down(&mut connection, limits).map_err(failed)?;
    Ok(connection)
}

/// The file as an address, in which all but plain characters are written as codes.
fn address(path: &Path) -> Result<String, ScanError> {
    let path = std::path::absolute(path)?;
    let mut address = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half & 15)]);
            address.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    Ok(address + "?mode=ro&immutable=1")
}

fn lock_down(connection: &mut Connection, limits: Limits) -> rusqlite::Result<()> {
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(limits.row_bytes).unwrap_or(i32::MAX))?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_limit(Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1)?;
    connection.set_limit(Limit::SQLITE_LIMIT_WORKER_THREADS, 0)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.authorizer(Some(allowed))
}

/// Reading, counting and asking for columns; nothing else.
fn allowed(context: AuthContext<'_>) -> Authorization {
    let fine = match context.action {
        AuthAction::Select | AuthAction::Read { .. } => true,
        AuthAction::Function { function_name } => matches!(function_name, "count" | "like" | "coalesce"),
        AuthAction::Pragma { pragma_name, .. } => pragma_name == "table_xinfo",
        _ => false,
    };
    if fine { Authorization::Allow } else { Authorization::Deny }
}

fn find(connection: &Connection) -> Result<Found, ScanError> {
    let mut found = Found { tables: Vec::new(), views: Vec::new() };
    let mut statement = connection.prepare(SCHEMA).map_err(failed)?;
    let mut rows = statement.query(()).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let name: String = row.get(0).map_err(failed)?;
        let kind: String = row.get(1).map_err(failed)?;
        if kind == "view" || row.get(2).map_err(failed)? {
            found.views.push(name);
        } else {
            found.tables.push(Member { name, rows: None, columns: None, hidden: false });
        }
        if found.tables.len() + found.views.len() > MAX_TABLES {
            let message = format!("The database has more than {MAX_TABLES} tables.");
            return Err(ScanError::new("too_many_tables", message));
        }
    }
    for table in &mut found.tables {
        let count = format!("SELECT count(*) FROM {}", quoted(&table.name));
        table.rows = Some(connection.query_row(&count, (), |row| row.get::<_, i64>(0)).map_err(failed)? as u64);
        table.columns = Some(columns(connection, &table.name)?.0.len() as u32);
    }
    Ok(found)
}

/// Names and types of a table's stored columns, and the names of those that would have to be computed.
type Columns = (Vec<(String, String)>, Vec<String>);

fn columns(connection: &Connection, table: &str) -> Result<Columns, ScanError> {
    let mut statement = connection.prepare(COLUMNS).map_err(failed)?;
    let mut rows = statement.query([table]).map_err(failed)?;
    let (mut stored, mut computed) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next().map_err(failed)? {
        let name = row.get(0).map_err(failed)?;
        match row.get::<_, i64>(2).map_err(failed)? {
            0 | 3 => stored.push((name, row.get(1).map_err(failed)?)),
            2 => computed.push(name),
            _ => {}
        }
    }
    Ok((stored, computed))
}

fn choose<'a>(found: &'a Found, wanted: Option<&str>) -> Result<&'a Member, ScanError> {
    let listed =
        || found.tables.iter().take(20).map(|table| format!("'{}'", table.name)).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        if found.views.iter().any(|view| view == wanted) {
            let message = format!("'{wanted}' is a view or a virtual table; these are not run.");
            return Err(ScanError::new("invalid_input", message)
                .hint(format!("Write its rows into a table. The tables are {}.", listed())));
        }
        return Member::find(&found.tables, wanted).ok_or_else(|| {
            ScanError::new("invalid_input", format!("The database has no table '{wanted}'."))
                .hint(format!("It has: {}.", listed()))
        });
    }
    // The first of the largest ones.
    found
        .tables
        .iter()
        .rev()
        .max_by_key(|table| table.rows)
        .ok_or_else(|| ScanError::new("no_rows", "The database has no tables.").hint("Send one with at least one row."))
}

fn notes(found: &Found, chosen: &str, computed: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    if found.tables.len() > 1 {
        let count = found.tables.len();
        notes.push(format!("Of {count} tables, '{chosen}' is read; choose another with read.table."));
    }
    if !found.views.is_empty() {
        notes.push(format!("Views and virtual tables are not run: {}.", found.views.join(", ")));
    }
    if !computed.is_empty() {
        notes.push(format!("Columns that would have to be computed are left out: {}.", computed.join(", ")));
    }
    notes
}

/// A name in quotes, for SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What `SQLite` says, for people.
fn failed(error: rusqlite::Error) -> ScanError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => ScanError::cancelled(),
        Some(ErrorCode::TooBig) => {
            ScanError::new("cell_too_large", "A row holds a value that is larger than a row may be.")
        }
        Some(ErrorCode::NotADatabase) if error.to_string().contains("encrypted") => {
            broken("it is no database, or it is encrypted")
        }
        _ => broken(error),
    }
}
