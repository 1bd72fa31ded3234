//! How long it takes to find out how a file is to be read: `cargo run --release --example sniff -- FILE`.

use std::path::Path;
use std::time::Instant;

use agensium_text::plan::Wishes;
use agensium_text::sniff::sniff;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: sniff FILE");
        std::process::exit(2);
    };
    for _ in 0..20 {
        let begin = Instant::now();
        let found = sniff(Path::new(&path), &Wishes::default());
        let took = begin.elapsed();
        println!("{took:?} {:?}", found.map(|found| found.plan.width));
    }
}
