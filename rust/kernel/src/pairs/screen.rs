//! A cheap look at all pairs of columns of a wide table: which of them may go together.
//!
//! Two columns of numbers: the product of their ranks, which is Spearman's correlation but for missing cells; those
//! stand at the mean and so pull neither way. A column of categories and another column: whether rows that have the
//! same category are also close in the other (phi of two such marks, over the same pairs of rows for all columns).

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use fearless_simd::{Level, dispatch};

use crate::parallel;

use super::association::{FEWEST_ROWS, is_category};
use super::best::{Best, score, search};
use super::closeness::Marks;
use super::sampled::SampledColumn;

/// More columns than these are not looked at: the time grows with the square.
pub const MOST_SCREENED: usize = 25_000;
/// Columns that a thread looks at together.
const TILE: usize = 64;
/// Ranks of a step of the product.
const LANES: usize = 16;

/// The pairs that may go together.
pub struct Screened {
    /// Columns, the left one first.
    pub pairs: Vec<(usize, usize)>,
    /// How many pairs were looked at.
    pub of: usize,
}

/// The most promising pairs: at most `limit` of two columns of numbers, and as many with a column of categories.
pub fn strongest(columns: &[SampledColumn], limit: usize, threads: usize) -> Screened {
    if columns.first().is_none_or(|column| column.codes.len() < FEWEST_ROWS) {
        return Screened { pairs: Vec::new(), of: 0 };
    }
    let wanted = |fits: fn(&SampledColumn) -> bool| {
        (0..columns.len()).filter(move |&column| fits(&columns[column])).take(MOST_SCREENED)
    };
    let ordered: Vec<usize> = wanted(SampledColumn::is_ordered).collect();
    let mut mixed: Vec<usize> = wanted(is_category).collect();
    let categories = mixed.len();
    let numbers = ordered.len();
    mixed.extend(&ordered);
    mixed.truncate(MOST_SCREENED.max(categories));
    let ranks = Ranks::new(columns, &ordered, threads);
    let mut pairs = named(
        &ordered,
        all_pairs(
            (numbers, numbers),
            threads,
            limit,
            #[inline(always)]
            |a, b| score(ranks.product(a, b)),
        ),
    );
    let marks = Marks::new(columns, &mixed, threads);
    let close = all_pairs(
        (categories, mixed.len()),
        threads,
        limit,
        #[inline(always)]
        |a, b| score(marks.phi(a, b)),
    );
    pairs.extend(named(&mixed, close));
    let pairs_of = |columns: usize| columns * columns.saturating_sub(1) / 2;
    let of = pairs_of(numbers) + pairs_of(mixed.len()) - pairs_of(mixed.len() - categories);
    Screened { pairs, of }
}

fn named(columns: &[usize], found: Vec<(u32, u32)>) -> Vec<(usize, usize)> {
    let named = |(a, b): (u32, u32)| {
        let (a, b) = (columns[a as usize], columns[b as usize]);
        (a.min(b), a.max(b))
    };
    found.into_iter().map(named).collect()
}

/// The pairs (a, b) with the highest scores, a < b, a below `heads`, b below `all`; those of score 0 are none.
pub fn all_pairs(
    (heads, all): (usize, usize),
    threads: usize,
    limit: usize,
    scored: impl Fn(usize, usize) -> u32 + Sync,
) -> Vec<(u32, u32)> {
    search(heads.div_ceil(TILE), threads, limit, |block, best| {
        let first = block * TILE;
        let mine = (first, heads.min(first + TILE));
        dispatch!(Level::new(), _simd => tiles(mine, all, best, &scored));
    })
}

/// Tile by tile, so that the columns of a tile stay in the cache.
#[inline(always)]
fn tiles(mine: (usize, usize), all: usize, best: &mut Best<(u32, u32)>, scored: &impl Fn(usize, usize) -> u32) {
    for start in (mine.0..all).step_by(TILE) {
        for a in mine.0..mine.1 {
            for b in start.max(a + 1)..all.min(start + TILE) {
                let found = scored(a, b);
                if (found > 0) & best.wants(found) {
                    best.offer(found, (a as u32, b as u32));
                }
            }
        }
    }
}

/// The ranks of columns around their mean, as integers: so the products are the same on every processor.
struct Ranks {
    stride: usize,
    /// By column.
    cells: Vec<i16>,
    /// One over the length of the ranks.
    scales: Vec<f32>,
}

impl Ranks {
    fn new(columns: &[SampledColumn], ordered: &[usize], threads: usize) -> Self {
        let rows = columns.first().map_or(0, |column| column.codes.len());
        let stride = rows.next_multiple_of(LANES);
        let ranks = parallel::map(ordered.to_vec(), threads, |_, column| centered(&columns[column], stride)).concat();
        let length = |ranks: &[i16]| ranks.iter().map(|&rank| i64::from(rank).pow(2)).sum::<i64>() as f32;
        let scale = |length: f32| if length > 0.0 { 1.0 / length.sqrt() } else { 0.0 };
        let scales = ranks.chunks(stride.max(1)).map(|ranks| scale(length(ranks))).collect();
        Self { stride, cells: ranks, scales }
    }

    #[inline(always)]
    fn product(&self, a: usize, b: usize) -> f32 {
        let of = |column: usize| &self.cells[column * self.stride..][..self.stride];
        let product: i32 = of(a).iter().zip(of(b)).map(|(&x, &y)| i32::from(x) * i32::from(y)).sum();
        (product as f32 * self.scales[a] * self.scales[b]).abs()
    }
}

/// Mean ranks of ties; a missing cell and what fills the stride stand at the mean.
fn centered(column: &SampledColumn, stride: usize) -> Vec<i16> {
    let mut ranks = vec![0; stride];
    // The sum of all products must fit into 31 bits.
    let highest = f64::from(1 << 30) / stride.max(1) as f64;
    let most = column.ranked.len() as f64;
    let scale = highest.sqrt().min(8191.0) * 2.0 / most.max(1.0);
    let middle = f64::midpoint(most, 1.0);
    let from_middle = |rank: f64| if rank.is_nan() { 0 } else { ((rank - middle) * scale).round() as i16 };
    ranks.iter_mut().zip(column.ranks(None)).for_each(|(place, rank)| *place = from_middle(rank));
    ranks
}
