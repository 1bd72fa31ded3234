//! A file as the text of its table: unpacked, decoded, mended.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use agensium_kernel::report::TableProfile;
use agensium_kernel::rows::{Rows, read_rows};
use agensium_kernel::{Input, Options, Progress, ScanError, scan_reader};
use serde::Serialize;

use crate::decode::Decoded;
use crate::encoding::detect;
use crate::limits::Limits;
use crate::mend::{Log, Mended};
use crate::packed::{Stream, open};
use crate::plan::Plan;

/// Lines further on are not quoted.
const QUOTED_BYTES: u64 = 32 << 20;
const QUOTED_CHARS: usize = 200;
/// About how much more text than packed bytes there is.
const PACKED: u64 = 5;

/// What was done to the text on its way.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Told {
    /// What was mended.
    pub log: Log,
    /// Characters that could not be decoded.
    pub replaced: u64,
}

/// A stream of a table's text.
pub struct Source {
    /// Text in UTF-8.
    pub input: Input<Stream>,
    log: Arc<Mutex<Log>>,
    replaced: Arc<AtomicU64>,
}

impl Source {
    /// Open a file as the plan says.
    pub fn open(path: &Path, plan: &Plan, limits: Limits) -> Result<Self, ScanError> {
        let opened = open(path, plan.member.as_deref(), limits)?;
        let text_bytes = if opened.packing.is_some() { opened.bytes * PACKED } else { opened.bytes };
        let (log, replaced) = (Arc::default(), Arc::default());
        let stream: Stream = match plan.end_bytes {
            Some(end) => Box::new(opened.stream.take(end)),
            None => opened.stream,
        };
        let stream: Stream = match Decoded::new(stream, plan.charset()?, Arc::clone(&replaced)) {
            Ok(decoded) => Box::new(decoded),
            Err(plain) => plain,
        };
        let stream: Stream = match plan.end_text {
            Some(end) => Box::new(stream.take(end)),
            None => stream,
        };
        let stream: Stream = if plan.mends() {
            Box::new(Mended::new(stream, plan, limits.cell_bytes, Arc::clone(&log))?)
        } else {
            stream
        };
        let input = Input { reader: stream, total_bytes: opened.bytes, text_bytes, taken: Some(opened.taken) };
        Ok(Self { input, log, replaced })
    }
}

/// Profile a file as the plan says.
pub fn scan(
    path: &Path,
    plan: &Plan,
    options: &Options,
    limits: Limits,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<(TableProfile, Told), ScanError> {
    let Source { input, log, replaced } = Source::open(path, plan, limits)?;
    let profile = scan_reader(input, &with_dialect(options, plan), monitor)?;
    let log = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((profile, Told { log, replaced: replaced.load(Ordering::Relaxed) }))
}

/// The first rows of a file as the scan reads them.
pub fn rows(path: &Path, plan: &Plan, options: &Options, limits: Limits, limit: usize) -> Result<Rows, ScanError> {
    let source = Source::open(path, plan, limits)?;
    match read_rows(source.input.reader, &with_dialect(options, plan), limit) {
        Err(error) if error.code == "empty_file" && !plan.names.is_empty() => {
            Ok(Rows { names: plan.names.clone(), rows: Vec::new() })
        }
        read => read,
    }
}

/// Lines as they stand in the decoded text, of those among the first bytes.
pub fn lines(path: &Path, plan: &Plan, limits: Limits, wanted: &[u64]) -> Result<Vec<(u64, String)>, ScanError> {
    let raw = Plan {
        careful: false,
        comment: None,
        repeated: None,
        blanks: false,
        starts: Vec::new(),
        delimiter: ",".into(),
        ..plan.clone()
    };
    let mut reader = BufReader::new(Source::open(path, &raw, limits)?.input.reader.take(QUOTED_BYTES));
    let (mut found, mut line, mut number) = (Vec::new(), Vec::new(), 1);
    let last = wanted.iter().copied().max().unwrap_or(0);
    while number <= last {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        // A lone CR ends a line as well.
        for part in line.trim_ascii_end().split(|&byte| byte == b'\r') {
            if wanted.contains(&number) {
                found.push((number, String::from_utf8_lossy(part).chars().take(QUOTED_CHARS).collect()));
            }
            number += 1;
        }
    }
    Ok(found)
}

/// The first bytes, unpacked and decoded.
pub fn head(path: &Path, member: Option<&str>, limits: Limits, most: u64) -> Result<Vec<u8>, ScanError> {
    let (mut head, mut text) = (Vec::new(), Vec::new());
    open(path, member, limits)?.stream.take(most).read_to_end(&mut head)?;
    match Decoded::new(head.as_slice(), detect(&head, &[]).charset, Arc::default()) {
        Ok(mut decoded) => drop(decoded.read_to_end(&mut text)?),
        Err(plain) => text.extend_from_slice(plain),
    }
    Ok(text)
}

fn with_dialect(options: &Options, plan: &Plan) -> Options {
    let names = if plan.names.is_empty() { vec![String::new(); plan.width] } else { plan.names.clone() };
    Options { dialect: plan.dialect(), columns: Some(names), ..options.clone() }
}
