//! Any bytes as a text file of any encoding, packing and dialect.
//!
//! The first two bytes choose what the user said and how the file is cut, the rest is the file. Finding
//! out, scanning and showing must not panic; the plan must read the file in the same way once it went
//! through JSON, as it does between Python and here, and the profile must not depend on cuts or threads.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agensium_kernel::Options;
use agensium_text::limits::Limits;
use agensium_text::plan::{Plan, Wishes};
use agensium_text::sniff::sniff;
use agensium_text::table;
use libfuzzer_sys::fuzz_target;

const ENCODINGS: [Option<&str>; 8] =
    [None, None, None, Some("utf-8"), Some("windows-1252"), Some("shift_jis"), Some("utf-16le"), Some("no such")];
const DELIMITERS: [Option<&str>; 8] = [None, None, None, None, Some(","), Some("\t"), Some("||"), Some("")];
/// Small, so that an archive that unpacks to very much ends soon.
const LIMITS: Limits =
    Limits { ratio: 200, unpacked_bytes: 1 << 20, cell_bytes: 1 << 10, members: 4, scratch_bytes: 1 << 20 };
const SHOWN_ROWS: usize = 20;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    folder.join(format!("agensium-fuzz-{}.txt", std::process::id()))
});

fn wishes(choice: u8) -> Wishes {
    Wishes {
        encoding: ENCODINGS[usize::from(choice & 7)].map(str::to_owned),
        delimiter: DELIMITERS[usize::from(choice >> 3 & 7)].map(str::to_owned),
        header_rows: (choice & 64 != 0).then_some(1),
        skip_lines: (choice & 128 != 0).then_some(1),
        limits: Some(LIMITS),
        ..Wishes::default()
    }
}

fn options(choice: u8) -> Options {
    Options {
        threads: Some(usize::from(choice & 1) + 1),
        chunk_bytes: Some(usize::from(choice >> 2) * 4 + 1),
        pairs: choice & 2 != 0,
        ..Options::default()
    }
}

/// A profile and what was told, as JSON: that is what leaves this side.
fn scanned(plan: &Plan, options: &Options) -> Result<String, &'static str> {
    let found = table::scan(&FILE, plan, options, LIMITS, &mut |_| true).map_err(|error| error.code)?;
    Ok(serde_json::to_string(&found).expect("a profile can be written"))
}

fn through_json(plan: &Plan) -> Plan {
    let written = serde_json::to_vec(plan).expect("a plan can be written");
    serde_json::from_slice(&written).expect("a plan can be read")
}

fuzz_target!(|data: &[u8]| {
    let Some((&[said, cut], bytes)) = data.split_first_chunk::<2>() else { return };
    std::fs::write(FILE.as_path(), bytes).expect("the scratch file can be written");
    let Ok(reading) = sniff(&FILE, &wishes(said)) else { return };
    let (plan, options) = (&reading.plan, options(cut));
    let whole = Options { threads: Some(1), chunk_bytes: None, ..options.clone() };
    let found = scanned(plan, &options);
    assert_eq!(found, scanned(&through_json(plan), &whole), "cut and whole");
    let shown = table::rows(&FILE, plan, &options, LIMITS, SHOWN_ROWS);
    if found.is_ok() {
        let shown = shown.expect("a file that can be scanned can be shown");
        assert!(shown.rows.iter().all(|row| row.len() == shown.names.len()), "rows of another width");
    }
    let _ = table::lines(&FILE, plan, LIMITS, &[1, 2, 7]);
    let _ = table::head(&FILE, plan.member.as_deref(), LIMITS, 100);
});
