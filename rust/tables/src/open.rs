//! From a file to a table: the format by the first bytes, never by the name.

use std::path::Path;

use agensium_kernel::{Options, Progress, ScanError};
use arrow_schema::SchemaRef;
use serde::{Deserialize, Serialize};

use crate::avro::AvroFeed;
use crate::feed::{Batches, Feed, Sequential};
use crate::input::Input;
use crate::limits::Limits;
use crate::parquet::ParquetFeed;
use crate::scan::Table;
use crate::{ipc, json, opening, orc, sheets, sqlite};

/// Bytes by which a format is told.
const HEAD_BYTES: u64 = 4096;

/// What to read of a file, where that should not be found out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// The name of a sheet or table, or its number, from 1, where none is called so.
    pub table: Option<String>,
    /// The cells of a sheet, such as `B3:F200`.
    pub range: Option<String>,
    /// How many rows of a sheet name its columns.
    pub header_rows: Option<u32>,
    /// What the file may cost.
    pub limits: Limits,
}

/// What to read and what to look for.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// For the kernel.
    pub options: Options,
    /// Which table.
    #[serde(default)]
    pub choice: Choice,
}

/// A table that a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Rows that it says it has, its header among them.
    pub rows: Option<u64>,
    /// Columns that it says it has.
    pub columns: Option<u32>,
    /// Whether it is hidden.
    pub hidden: bool,
}

impl Member {
    /// The one that is wanted, by its name or its number.
    pub fn find<'a>(members: &'a [Self], wanted: &str) -> Option<&'a Self> {
        let by_number = || members.get(wanted.parse::<usize>().ok()?.checked_sub(1)?);
        members.iter().find(|member| member.name == wanted).or_else(by_number)
    }
}

/// What a file is, and the tables that it may hold several of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// What it is.
    pub format: &'static str,
    /// Its tables.
    pub tables: Vec<Member>,
}

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Parquet,
    ArrowFile,
    ArrowStream,
    Avro,
    Orc,
    Sqlite,
    Workbook,
    Json,
}

/// The format of a file by its first bytes; `whole` when they are all there are.
fn format_of(head: &[u8], whole: bool) -> Option<Format> {
    match head {
        [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Format::ArrowFile),
        [0xff, 0xff, 0xff, 0xff, length @ ..] if is_length(length) => Some(Format::ArrowStream),
        [b'O', b'b', b'j', 1, ..] => Some(Format::Avro),
        // Letters that text may begin with too.
        [b'O', b'R', b'C', ..] if head.contains(&0) => Some(Format::Orc),
        _ if head.starts_with(sqlite::MAGIC) => Some(Format::Sqlite),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(Format::Workbook),
        _ if json::looks_like(head, whole) => Some(Format::Json),
        _ => None,
    }
}

/// Whether a plausible length of a stream's first message follows its mark.
fn is_length(bytes: &[u8]) -> bool {
    let length = bytes.first_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    length > 0 && length % 8 == 0 && length < 64 << 20
}

/// A file that was opened.
pub struct Opened {
    /// What it is.
    pub format: &'static str,
    /// The table that was chosen.
    pub table: Table,
    /// All its tables, where it may hold several.
    pub members: Vec<Member>,
    /// The name of the one that was chosen.
    pub chosen: Option<String>,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl Opened {
    fn single(format: &'static str, table: Table) -> Self {
        Self { format, table, members: Vec::new(), chosen: None, notes: Vec::new() }
    }
}

/// Whether a file is read here: a table, but not delimited text.
pub fn is_table(path: &Path) -> Result<bool, ScanError> {
    let input = Input::open(path)?;
    Ok(match known(&input)? {
        Some(Format::Workbook) => is_workbook(&input),
        found => found.is_some(),
    })
}

fn is_workbook(input: &Input) -> bool {
    let packed = json::head_of(input, 2).is_ok_and(|head| head == b"PK");
    match sheets::unpack::inspect(input) {
        _ if !packed => true,
        Ok(kind) => kind != sheets::unpack::Packed::Archive,
        Err(error) => !matches!(error.code, "invalid_input" | "file_unreadable"),
    }
}

fn known(input: &Input) -> Result<Option<Format>, ScanError> {
    let head = json::head_of(input, HEAD_BYTES)?;
    Ok(format_of(&head, input.length() <= HEAD_BYTES))
}

fn require(input: &Input) -> Result<Format, ScanError> {
    known(input)?.ok_or_else(|| ScanError::new("unsupported_format", "This is no table in a format that is read."))
}

/// What a file is, and its tables if it may hold several.
pub fn list(path: &Path) -> Result<Listed, ScanError> {
    let input = Input::open(path)?;
    let alone = |format| Ok(Listed { format, tables: Vec::new() });
    match require(&input)? {
        Format::Workbook => {
            let mut book = sheets::read::Workbook::open(&input, Limits::default())?;
            Ok(Listed { format: book.format(), tables: book.members()? })
        }
        Format::Sqlite => Ok(Listed { format: SQLITE, tables: sqlite::list(path)? }),
        Format::Parquet => alone(PARQUET),
        Format::ArrowFile => alone(ARROW_FILE),
        Format::ArrowStream => alone(ARROW_STREAM),
        Format::Avro => alone(AVRO),
        Format::Orc => alone(ORC),
        Format::Json => alone(JSON),
    }
}

const PARQUET: &str = "Parquet";
const ARROW_FILE: &str = "Arrow IPC file";
const ARROW_STREAM: &str = "Arrow IPC stream";
const AVRO: &str = "Avro";
const ORC: &str = "ORC";
const JSON: &str = "JSON";
/// What an `SQLite` database is called.
pub const SQLITE: &str = "SQLite database";

/// Open a table in a file, to be read by at most `threads` threads. `monitor` is called from this
/// thread; false stops the opening.
pub fn open(
    path: &Path,
    choice: &Choice,
    threads: usize,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<Opened, ScanError> {
    let input = Input::open(path)?;
    let format = require(&input)?;
    opening::watched(&input, monitor, || opened(format, path, &input, (choice, threads)))
}

fn opened(format: Format, path: &Path, input: &Input, wanted: (&Choice, usize)) -> Result<Opened, ScanError> {
    let (choice, threads) = wanted;
    match format {
        Format::Parquet => {
            let feed = ParquetFeed::open(input.clone(), threads, choice.limits)?;
            let (schema, rows) = (feed.schema().clone(), feed.rows());
            let table = Table::new(&schema, Box::new(feed) as Box<dyn Feed>, rows, input.length())?;
            Ok(Opened::single(PARQUET, table))
        }
        Format::ArrowFile => Ok(Opened::single(ARROW_FILE, of_batches(ipc::open_file(input)?, input)?)),
        Format::ArrowStream => Ok(Opened::single(ARROW_STREAM, of_batches(ipc::open_stream(input)?, input)?)),
        Format::Avro => {
            let feed = AvroFeed::open(input)?;
            let schema = feed.schema().clone();
            let table = Table::new(&schema, Box::new(feed), guessed_rows(input, &schema), input.length())?;
            Ok(Opened::single(AVRO, table))
        }
        Format::Orc => {
            let (schema, batches, rows) = orc::open(input)?;
            let read = input.clone();
            let feed = Sequential::new(batches, move || read.bytes_read());
            Ok(Opened::single(ORC, Table::new(&schema, Box::new(feed), rows, input.length())?))
        }
        Format::Json => json_table(input, choice),
        Format::Sqlite => sqlite::open(path, input, choice),
        Format::Workbook => workbook(input, choice),
    }
}

fn json_table(input: &Input, choice: &Choice) -> Result<Opened, ScanError> {
    let found = json::open(input, choice.table.as_deref(), choice.limits)?;
    let table = Table::of_leaves(found.leaves, Box::new(found.feed), found.rows, input.length());
    Ok(Opened { members: found.members, chosen: found.chosen, notes: found.notes, ..Opened::single(JSON, table) })
}

fn workbook(input: &Input, choice: &Choice) -> Result<Opened, ScanError> {
    let found = sheets::open(input, choice)?;
    let table = Table::of_leaves(found.leaves, Box::new(found.feed), found.rows, input.length());
    let (members, notes) = (found.members, found.notes);
    let table = table.below(found.rows_before);
    Ok(Opened { format: found.format, table, members, chosen: Some(found.chosen), notes })
}

/// About how many rows: what they take in a file is not known before they are read.
fn guessed_rows(input: &Input, schema: &SchemaRef) -> u64 {
    (input.length() / 8 / schema.fields().len().max(1) as u64).max(1)
}

fn of_batches((schema, batches): (SchemaRef, Batches), input: &Input) -> Result<Table, ScanError> {
    let (rows, bytes, read) = (guessed_rows(input, &schema), input.length(), input.clone());
    Table::new(&schema, Box::new(Sequential::new(batches, move || read.bytes_read())), rows, bytes)
}
