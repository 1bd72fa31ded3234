//! Whether rows that are close in one column are close in another, by marks on the same pairs of rows.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use crate::hash::mix;
use crate::parallel;

use super::sampled::{MISSING, SampledColumn};

/// Pairs of rows cost so many blocks for all pairs of columns together, about.
const MOST_BLOCKS: usize = 1 << 25;
/// Bits for 256 pairs of rows.
type Block = [u64; 4];
const BLOCK_BITS: usize = 256;

/// Which pairs of rows are close in a column, for pairs of rows that are the same for all columns.
pub struct Marks {
    blocks: usize,
    /// By column: the pairs that are close.
    close: Vec<Block>,
    /// By column: the pairs where both cells are present.
    known: Vec<Block>,
    /// By column: what is counted once.
    counts: Vec<Counts>,
}

/// What is known of a column's marks alone.
struct Counts {
    /// Pairs that are close.
    close: u32,
    /// Whether both cells of all pairs are present.
    all_known: bool,
    /// One over the deviation of such marks; 0 where all pairs are close or none is.
    scale: f32,
}

impl Counts {
    fn new(close: &[Block], known: &[Block]) -> Self {
        let (all, close) = (known.len() * BLOCK_BITS, ones(close));
        let spread = close as f32 * (all as f32 - close as f32);
        let scale = if spread > 0.0 { 1.0 / spread.sqrt() } else { 0.0 };
        Self { close, all_known: ones(known) as usize == all, scale }
    }
}

impl Marks {
    /// The marks of some of the columns; there are at least two rows.
    pub fn new(columns: &[SampledColumn], mixed: &[usize], threads: usize) -> Self {
        let blocks = (MOST_BLOCKS / (mixed.len() * mixed.len()).max(1)).clamp(1, 16);
        let rows = columns.first().map_or(0, |column| column.codes.len());
        let pairs = drawn(rows, blocks * BLOCK_BITS);
        let marked = parallel::map(mixed.to_vec(), threads, |_, column| marks(&columns[column], &pairs));
        let (close, known): (Vec<_>, Vec<_>) = marked.into_iter().unzip();
        let counts = close.iter().zip(&known).map(|(close, known)| Counts::new(close, known)).collect();
        Self { blocks, close: close.concat(), known: known.concat(), counts }
    }

    /// How far above chance the close pairs of two columns are the same, in standard errors, squared.
    #[inline(always)]
    pub fn phi(&self, a: usize, b: usize) -> f32 {
        let (of_a, of_b) = (&self.counts[a], &self.counts[b]);
        if !(of_a.all_known && of_b.all_known) {
            return self.phi_of_known(a, b);
        }
        let (n, both) = ((self.blocks * BLOCK_BITS) as u32, common(self.close(a), self.close(b)));
        // Without a branch, which would be guessed wrong as often as not, and without a division.
        let above = (both * n) as i32 - (of_a.close * of_b.close) as i32;
        let errors = (above as f32 * (of_a.scale * of_b.scale)).max(0.0);
        errors * errors * n as f32
    }

    /// The same where some cells are missing.
    fn phi_of_known(&self, a: usize, b: usize) -> f32 {
        let known = |column: usize| &self.known[column * self.blocks..][..self.blocks];
        let both = common(self.close(a), self.close(b));
        let (n, x, y) = (common(known(a), known(b)), common(self.close(a), known(b)), common(known(a), self.close(b)));
        let [n, x, y, both] = [n, x, y, both].map(|count| count as f32);
        let (above, spread) = (both * n - x * y, x * (n - x) * y * (n - y));
        if above > 0.0 && spread > 0.0 { above * above * n / spread } else { 0.0 }
    }

    #[inline(always)]
    fn close(&self, column: usize) -> &[Block] {
        &self.close[column * self.blocks..][..self.blocks]
    }
}

#[inline(always)]
fn common(a: &[Block], b: &[Block]) -> u32 {
    let block = |(a, b): (&Block, &Block)| a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum::<u32>();
    a.iter().zip(b).map(block).sum()
}

fn ones(blocks: &[Block]) -> u32 {
    common(blocks, blocks)
}

/// Pairs of different rows.
fn drawn(rows: usize, count: usize) -> Vec<(usize, usize)> {
    let row = |number: usize, of: usize| (mix(number as u64) >> 32) as usize % of;
    let pair = |number: usize| {
        let first = row(2 * number, rows);
        (first, (first + 1 + row(2 * number + 1, rows - 1)) % rows)
    };
    (0..count).map(pair).collect()
}

/// Close are equal categories, and the nearest quarter of the pairs of numbers; never where a cell is missing.
fn marks(column: &SampledColumn, pairs: &[(usize, usize)]) -> (Vec<Block>, Vec<Block>) {
    let bits = |is: &dyn Fn(&(usize, usize)) -> bool| -> Vec<Block> {
        let mut blocks = vec![Block::default(); pairs.len() / BLOCK_BITS];
        let words = blocks.as_flattened_mut();
        pairs.iter().enumerate().for_each(|(at, pair)| words[at / 64] |= u64::from(is(pair)) << (at % 64));
        blocks
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
