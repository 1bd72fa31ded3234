//! Whether rows that are close in one column are close in another, by marks on the same pairs of rows.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use crate::hash::mix;
use crate::parallel;

use super::sampled::{MISSING, SampledColumn};

/// Pairs of rows cost so many words for all pairs of columns together, about.
const MOST_WORDS: usize = 1 << 27;

/// Which pairs of rows are close in a column, for pairs of rows that are the same for all columns.
pub struct Marks {
    words: usize,
    /// By column: the pairs that are close.
    close: Vec<u64>,
    /// By column: the pairs where both cells are present.
    known: Vec<u64>,
    /// By column: close pairs, and whether all are known.
    counts: Vec<(u32, bool)>,
}

impl Marks {
    /// The marks of some of the columns; there are at least two rows.
    pub fn new(columns: &[SampledColumn], mixed: &[usize], threads: usize) -> Self {
        let words = (MOST_WORDS / (mixed.len() * mixed.len()).max(1)).clamp(4, 64);
        let rows = columns.first().map_or(0, |column| column.codes.len());
        let pairs = drawn(rows, words * 64);
        let marked = parallel::map(mixed.to_vec(), threads, |_, column| marks(&columns[column], &pairs));
        let (close, known): (Vec<_>, Vec<_>) = marked.into_iter().unzip();
        let ones = |words: &[u64]| words.iter().map(|word| word.count_ones()).sum::<u32>();
        let all = pairs.len() as u32;
        let counts = close.iter().zip(&known).map(|(close, known)| (ones(close), ones(known) == all)).collect();
        Self { words, close: close.concat(), known: known.concat(), counts }
    }

    /// How far above chance the close pairs of two columns are the same, in standard errors, squared.
    #[inline(always)]
    pub fn phi(&self, a: usize, b: usize) -> f32 {
        let close = |column: usize| &self.close[column * self.words..][..self.words];
        let known = |column: usize| &self.known[column * self.words..][..self.words];
        let both = common(close(a), close(b));
        let ((of_a, all_a), (of_b, all_b)) = (self.counts[a], self.counts[b]);
        let (n, x, y) = if all_a && all_b {
            (self.words as u32 * 64, of_a, of_b)
        } else {
            (common(known(a), known(b)), common(close(a), known(b)), common(known(a), close(b)))
        };
        let [n, x, y, both] = [n, x, y, both].map(|count| count as f32);
        let (above, spread) = (both * n - x * y, x * (n - x) * y * (n - y));
        if above > 0.0 && spread > 0.0 { above * above * n / spread } else { 0.0 }
    }
}

#[inline(always)]
fn common(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum()
}

/// Pairs of different rows.
fn drawn(rows: usize, count: usize) -> Vec<(usize, usize)> {
    if rows < 2 {
        return Vec::new();
    }
    let row = |number: usize, of: usize| (mix(number as u64) >> 32) as usize % of;
    let pair = |number: usize| {
        let first = row(2 * number, rows);
        (first, (first + 1 + row(2 * number + 1, rows - 1)) % rows)
    };
    (0..count).map(pair).collect()
}

/// Close are equal categories, and the nearest quarter of the pairs of numbers; never where a cell is missing.
fn marks(column: &SampledColumn, pairs: &[(usize, usize)]) -> (Vec<u64>, Vec<u64>) {
    let bits = |is: &dyn Fn(&(usize, usize)) -> bool| -> Vec<u64> {
        let word = |pairs: &[(usize, usize)]| {
            pairs.iter().enumerate().map(|(bit, pair)| u64::from(is(pair)) << bit).fold(0, |word, bit| word | bit)
        };
        pairs.chunks(64).map(word).collect()
    };
    if !column.is_ordered() {
        let known = bits(&|&(i, j)| column.codes[i] != MISSING && column.codes[j] != MISSING);
        let close = bits(&|&(i, j)| column.codes[i] != MISSING && column.codes[i] == column.codes[j]);
        return (close, known);
    }
    let ranks = column.ranks(None);
    let distance = |&(i, j): &(usize, usize)| (ranks[i] - ranks[j]).abs();
    let mut distances: Vec<f64> = pairs.iter().map(distance).filter(|distance| !distance.is_nan()).collect();
    let quarter = distances.len() / 4;
    let near = if distances.is_empty() { 0.0 } else { *distances.select_nth_unstable_by(quarter, f64::total_cmp).1 };
    (bits(&|pair| distance(pair) <= near), bits(&|pair| !distance(pair).is_nan()))
}
