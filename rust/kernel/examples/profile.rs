//! Profile a CSV file without looking at pairs: `cargo run --release --example profile -- FILE [THREADS]` prints JSON.

use std::path::Path;

use agensium_kernel::{Options, scan_file};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: profile FILE [THREADS]");
        std::process::exit(2);
    };
    let threads = arguments.next().and_then(|text| text.parse().ok());
    let options = Options { threads, pairs: false, ..Options::default() };
    match scan_file(Path::new(&path), &options, &mut |_| true) {
        Ok(profile) => println!("{}", serde_json::to_string(&profile).unwrap_or_default()),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
