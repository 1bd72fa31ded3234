//! Scan a CSV file and say how long it took: `cargo run --release --example scan -- FILE [THREADS] [pairs]`.
use std::path::Path;
use std::time::Instant;

use agensium_kernel::{Options, scan_file};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let threads = arguments.get(2).and_then(|text| text.parse().ok());
    let pairs = arguments.iter().any(|text| text == "pairs");
    let options = Options { threads, pairs, ..Options::default() };
    let start = Instant::now();
    match scan_file(Path::new(&arguments[1]), &options, &mut |_| true) {
        Ok(profile) => println!("{} rows, {:.3} s", profile.rows, start.elapsed().as_secs_f64()),
        Err(error) => eprintln!("{}", error.message),
    }
}
