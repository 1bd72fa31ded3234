//! How long it takes to find out how a file is to be read: the best of twenty times.
//!
//! `cargo run --release --example detect -- FILE…`

use std::path::Path;
use std::time::{Duration, Instant};

use agensium_text::plan::Wishes;
use agensium_text::sniff::sniff;

fn main() {
    for path in std::env::args().skip(1) {
        let once = |_| {
            let began = Instant::now();
            let width = sniff(Path::new(&path), &Wishes::default()).map_or(0, |found| found.plan.width);
            (began.elapsed(), width)
        };
        let (best, width) = (0..20).map(once).min().unwrap_or((Duration::ZERO, 0));
        println!("{path}: {width} columns in {:.1} ms", best.as_secs_f64() * 1e3);
    }
}
