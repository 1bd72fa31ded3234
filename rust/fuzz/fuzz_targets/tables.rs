//! Any bytes as a file of types: Parquet, Arrow, Avro, ORC, SQLite, JSON and workbooks, packed or not.
//!
//! The first byte chooses what was said of the file, and whether it is packed; the rest is the file. Listing,
//! opening and scanning must neither panic outside of the guard nor take memory for what a header merely
//! announces, and must say the same with one thread as with several.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agensium_kernel::Options;
use agensium_tables::{Choice, Limits as TableLimits};
use agensium_text::limits::Limits;
use agensium_text::scratch;
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits =
    Limits { ratio: 200, unpacked_bytes: 1 << 20, cell_bytes: 1 << 10, members: 4, scratch_bytes: 1 << 20 };
const TABLE_LIMITS: TableLimits = TableLimits { row_bytes: 1 << 20, sheet_cells: 1 << 16 };
/// A file may truly hold more rows than can be read within a second: it is told to stop then.
const MOST_BEATS: u32 = 5;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let own = folder.join(format!("agensium-fuzz-tables-{}", std::process::id()));
    std::fs::create_dir_all(&own).expect("the scratch folder can be made");
    own
});

fn choice(said: u8) -> Choice {
    Choice {
        table: (said & 1 != 0).then(|| "1".to_owned()),
        range: (said & 2 != 0).then(|| "A1:C9".to_owned()),
        header_rows: (said & 4 != 0).then_some(u32::from(said >> 4 & 3)),
        limits: TABLE_LIMITS,
    }
}

/// What became of a file, as far as it may not depend on threads; none if it was stopped.
fn scanned(path: &Path, choice: &Choice, threads: usize) -> Option<Result<(u64, usize), &'static str>> {
    let mut beats = 0;
    let mut patient = |_| {
        beats += 1;
        beats < MOST_BEATS
    };
    let options = Options { threads: Some(threads), pairs: false, memory_bytes: 64 << 20, ..Options::default() };
    let found = agensium_tables::open(path, choice, threads, &mut patient)
        .and_then(|opened| opened.table.scan(&options, &mut patient));
    match found {
        Err(error) if error.code == "cancelled" => None,
        found => Some(found.map(|table| (table.rows, table.columns.len())).map_err(|error| error.code)),
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&said, bytes)) = data.split_first() else { return };
    let path = FOLDER.join("table");
    std::fs::write(&path, bytes).expect("the scratch file can be written");
    let path = if said & 8 == 0 {
        path
    } else {
        let inner = FOLDER.join("inner");
        std::fs::write(&inner, b"").expect("the scratch file can be written");
        if scratch::unpack(&path, None, LIMITS, &inner, &mut |_| true).is_err() {
            return;
        }
        inner
    };
    if !matches!(agensium_tables::is_table(&path), Ok(true)) {
        return;
    }
    let _ = agensium_tables::list(&path);
    let choice = choice(said);
    let (one, two) = (scanned(&path, &choice, 1), scanned(&path, &choice, 2));
    if let (Some(Ok(one)), Some(Ok(two))) = (one, two) {
        assert_eq!(one, two, "one thread and two");
    }
});
