//! Profile a file: `profile FILE [THREADS]` prints JSON.

use std::path::Path;

use agensium_kernel::Options;
use agensium_tables::Choice;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("a file");
    let threads = args.next().and_then(|text| text.parse().ok());
    let options = Options { threads, ..Options::default() };
    let found = agensium_tables::open(Path::new(&path), &Choice::default(), options.threads(u64::MAX), &mut |_| true)
        .and_then(|opened| opened.table.scan(&options, &mut |_| true));
    match found {
        Ok(profile) => println!("{}", serde_json::to_string(&profile).unwrap_or_default()),
        Err(error) => println!("{error}"),
    }
}
