//! A <= B in wide tables: where it holds in every row and chance does not explain it.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use fearless_simd::{Level, dispatch};

use super::best::{Best, score, search};
use super::relation::{FEWEST_ROWS, is_at_most};
use super::sampled::SampledColumn;
use super::{LISTED, chance};

/// Rows that are looked at before all rows.
const TRIED: usize = 16;
/// How often these rows are compared with others of them.
const SHIFTS: usize = 4;
/// Columns of a piece of work.
const BLOCK: usize = 64;

/// Pairs of columns (A, B) with A <= B in every row, those with the most evidence first.
pub fn find(columns: &[SampledColumn], among: &[usize], threads: usize) -> Vec<(usize, usize)> {
    let rows = columns.first().map_or(0, |column| column.codes.len());
    if rows < FEWEST_ROWS {
        return Vec::new();
    }
    let fits = |column: &&usize| columns[**column].distinct > 2 && columns[**column].ranked.len() >= FEWEST_ROWS;
    let among: Vec<usize> = among.iter().filter(fits).copied().collect();
    let tried = tried(columns, &among, rows);
    let needed = chance::needed(columns.len());
    let found = search(among.len().div_ceil(BLOCK), threads, LISTED, |block, best| {
        let mine = (block * BLOCK, among.len().min(block * BLOCK + BLOCK));
        let check = |best: &mut Best<(u32, u32)>, a: usize, b: usize| {
            let (left, right) = (&columns[among[a]], &columns[among[b]]);
            let evidence = tried[a].evidence(&tried[b]) * left.ranked.len().min(right.ranked.len()) as f32;
            let found = score(evidence);
            if evidence >= needed && best.wants(found) && is_at_most(left, right).is_some() {
                best.offer(found, (among[a] as u32, among[b] as u32));
            }
        };
        dispatch!(Level::new(), _simd => both_ways(mine, &tried, &mut |a, b| check(best, a, b)));
    });
    found.into_iter().map(|(a, b)| (a as usize, b as usize)).collect()
}

#[inline(always)]
fn both_ways(mine: (usize, usize), tried: &[Tried], check: &mut impl FnMut(usize, usize)) {
    for start in (mine.0..tried.len()).step_by(BLOCK) {
        for a in mine.0..mine.1 {
            for b in start.max(a + 1)..tried.len().min(start + BLOCK) {
                if tried[a].at_most(&tried[b]) {
                    check(a, b);
                } else if tried[b].at_most(&tried[a]) {
                    check(b, a);
                }
            }
        }
    }
}

/// Some cells of a column as their places among those of all columns; a missing one is below and above all.
struct Tried {
    low: [i16; TRIED],
    high: [i16; TRIED],
}

impl Tried {
    #[inline(always)]
    fn at_most(&self, other: &Self) -> bool {
        // Counted, because a loop without an early end becomes one step of the processor.
        let above =
            |rows: std::ops::Range<usize>| -> u16 { rows.map(|at| u16::from(self.low[at] > other.high[at])).sum() };
        above(0..TRIED / 2) == 0 && above(TRIED / 2..TRIED) == 0
    }

    /// What one row says: how often the values of different rows are not in this order.
    fn evidence(&self, other: &Self) -> f32 {
        let mut shifted = other.high;
        let mut against = 0_u16;
        for _ in 0..SHIFTS {
            shifted.rotate_left(TRIED / SHIFTS - 1);
            against += self.low.iter().zip(&shifted).map(|(low, high)| u16::from(low > high)).sum::<u16>();
        }
        let against = f32::from(against);
        let of = (TRIED * SHIFTS) as f32;
        -(1.0 - against.min(of - 1.0) / of).ln()
    }
}

fn tried(columns: &[SampledColumn], among: &[usize], rows: usize) -> Vec<Tried> {
    let numbers = |column: usize| std::array::from_fn(|at| columns[column].numbers[at * rows / TRIED]);
    let cells: Vec<[f64; TRIED]> = among.iter().map(|&column| numbers(column)).collect();
    let mut sorted: Vec<f64> = cells.iter().flatten().copied().filter(|number| !number.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let place = |number: f64| {
        let before = sorted.partition_point(|&other| other < number);
        (before * 60_000 / sorted.len().max(1)) as i32 - 30_000
    };
    let place = |number: f64, missing: i16| if number.is_nan() { missing } else { place(number) as i16 };
    let tried = |cells: &[f64; TRIED]| Tried {
        low: cells.map(|number| place(number, i16::MIN)),
        high: cells.map(|number| place(number, i16::MAX)),
    };
    cells.iter().map(tried).collect()
}
