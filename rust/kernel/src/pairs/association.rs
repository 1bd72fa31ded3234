//! How strongly two columns go together.

use crate::parallel;
use crate::report::{Association, Estimate, Figure, Method, Z99};

use super::Table;
use super::sampled::{MISSING, SampledColumn};

/// A column with more categories says little about another by them.
const MOST_CATEGORIES: usize = 100;
/// Fewer rows say nothing.
pub const FEWEST_ROWS: usize = 5;

/// A measure between two columns.
struct Measured {
    measure: &'static str,
    value: f64,
    rows: usize,
    /// Whether it tells the left from the right column.
    backwards: bool,
}

/// All measures of the pairs, the strongest first.
pub fn find(table: &Table, pairs: Vec<(usize, usize)>, threads: usize) -> Vec<Association> {
    let measured = parallel::map(pairs, threads, |_, (a, b)| {
        let found = measure(&table.columns[a], &table.columns[b]).into_iter();
        found.map(|found| association(table, a, b, &found)).collect::<Vec<_>>()
    });
    let mut found: Vec<Association> = measured.into_iter().flatten().collect();
    found.sort_by(|x, y| strength(y).total_cmp(&strength(x)));
    found
}

fn strength(association: &Association) -> f64 {
    association.estimate.value.as_f64().abs()
}

fn association(table: &Table, a: usize, b: usize, found: &Measured) -> Association {
    let (left, right) = if found.backwards { (b, a) } else { (a, b) };
    let method = table.method();
    let error = match method {
        Method::Exact => 0.0,
        _ => Z99 * (1.0 - found.value * found.value) / (found.rows as f64).sqrt(),
    };
    let (n, of) = (Some(found.rows as u64), Some(table.rows));
    let value = Figure::Real(found.value);
    let estimate = Estimate { value, method, error, error_of: "absolute", n, of };
    Association { left: table.name(left), right: table.name(right), measure: found.measure, estimate }
}

fn measure(a: &SampledColumn, b: &SampledColumn) -> Vec<Measured> {
    let forward = |measure, found: Option<(f64, usize)>| {
        found.map(|(value, rows)| Measured { measure, value, rows, backwards: false })
    };
    let backward = |measure, found| forward(measure, found).map(|found| Measured { backwards: true, ..found });
    match (a.is_ordered(), b.is_ordered()) {
        (true, true) => [forward("pearson", pearson(&a.numbers, &b.numbers)), forward("spearman", spearman(a, b))]
            .into_iter()
            .flatten()
            .collect(),
        (false, true) if is_category(a) => forward("correlation_ratio", correlation_ratio(a, b)).into_iter().collect(),
        (true, false) if is_category(b) => backward("correlation_ratio", correlation_ratio(b, a)).into_iter().collect(),
        (false, false) if is_category(a) && is_category(b) => categories(a, b)
            .map(|found| {
                let [cramer, of_b, of_a] = found.values.map(|value| Some((value, found.rows)));
                let found = [forward("cramers_v", cramer), forward("theils_u", of_b), backward("theils_u", of_a)];
                found.into_iter().flatten().collect()
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Whether it has categories, few enough to say something of another column.
pub fn is_category(column: &SampledColumn) -> bool {
    !column.is_ordered() && (2..=MOST_CATEGORIES).contains(&column.distinct)
}

/// Pearson's correlation of the rows where both are numbers.
pub fn pearson(a: &[f64], b: &[f64]) -> Option<(f64, usize)> {
    let both = || a.iter().zip(b).filter(|(x, y)| !x.is_nan() && !y.is_nan());
    let rows = both().count();
    let n = rows as f64;
    let (sum_a, sum_b) = both().fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x, sums.1 + y));
    let (mean_a, mean_b) = (sum_a / n, sum_b / n);
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in both() {
        let (x, y) = (x - mean_a, y - mean_b);
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    let value = ab / (aa * bb).sqrt();
    (rows >= FEWEST_ROWS && value.is_finite()).then(|| (value.clamp(-1.0, 1.0), rows))
}

/// Spearman's rank correlation, with mean ranks for ties.
fn spearman(a: &SampledColumn, b: &SampledColumn) -> Option<(f64, usize)> {
    pearson(&ranks(a, b), &ranks(b, a))
}

/// The ranks of a column among the rows where another is present too.
fn ranks(column: &SampledColumn, other: &SampledColumn) -> Vec<f64> {
    let everywhere = other.ranked.len() == other.numbers.len();
    let present = |row: u32| !other.numbers[row as usize].is_nan();
    column.ranks(if everywhere { None } else { Some(&present) })
}

/// The share of a number's deviation that lies between categories (eta).
fn correlation_ratio(category: &SampledColumn, number: &SampledColumn) -> Option<(f64, usize)> {
    let mut groups = vec![(0.0, 0.0); category.distinct];
    let (mut rows, mut total) = (0, 0.0);
    let pairs = || category.codes.iter().zip(&number.numbers).filter(|(code, x)| **code != MISSING && !x.is_nan());
    for (&code, x) in pairs() {
        let group = &mut groups[code as usize];
        group.0 += 1.0;
        group.1 += x;
        rows += 1;
        total += x;
    }
    let mean = total / rows as f64;
    let between: f64 = groups.iter().filter(|g| g.0 > 0.0).map(|g| g.0 * (g.1 / g.0 - mean).powi(2)).sum();
    let all: f64 = pairs().map(|(_, x)| (x - mean).powi(2)).sum();
    let value = (between / all).sqrt();
    (rows >= FEWEST_ROWS && value.is_finite()).then(|| (value.min(1.0), rows))
}

/// Cramér's V, how well a tells b, how well b tells a.
struct Categories {
    values: [f64; 3],
    rows: usize,
}

fn categories(a: &SampledColumn, b: &SampledColumn) -> Option<Categories> {
    let width = b.distinct;
    let mut counts = vec![0u32; a.distinct * width];
    let mut rows = 0;
    for (&x, &y) in a.codes.iter().zip(&b.codes).filter(|(x, y)| **x != MISSING && **y != MISSING) {
        counts[x as usize * width + y as usize] += 1;
        rows += 1;
    }
    let of_a: Vec<f64> = counts.chunks(width).map(|row| f64::from(row.iter().sum::<u32>())).collect();
    let of_b: Vec<f64> =
        (0..width).map(|y| counts.iter().skip(y).step_by(width).map(|&n| f64::from(n)).sum()).collect();
    let n = f64::from(rows);
    let entropy = |margin: &[f64]| -margin.iter().filter(|&&x| x > 0.0).map(|x| x / n * (x / n).ln()).sum::<f64>();
    let (mut square, mut shared) = (0.0, 0.0);
    for (at, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (count, expected) = (f64::from(count), of_a[at / width] * of_b[at % width] / n);
        square += count * count / expected;
        shared += count / n * (count / expected).ln();
    }
    let used = |margin: &[f64]| margin.iter().filter(|&&x| x > 0.0).count() as f64;
    let (kinds_a, kinds_b) = (used(&of_a), used(&of_b));
    let values = [cramer(square - n, n, kinds_a, kinds_b), shared / entropy(&of_b), shared / entropy(&of_a)];
    let fits = rows as usize >= FEWEST_ROWS && values.iter().all(|value| value.is_finite());
    fits.then(|| Categories { values: values.map(|value| value.clamp(0.0, 1.0)), rows: rows as usize })
}

/// Cramér's V with Bergsma's correction for its bias.
fn cramer(chi_square: f64, n: f64, rows: f64, columns: f64) -> f64 {
    let bias = (rows - 1.0) * (columns - 1.0) / (n - 1.0);
    let phi = (chi_square / n - bias).max(0.0);
    let corrected = |kinds: f64| kinds - (kinds - 1.0).powi(2) / (n - 1.0);
    (phi / (corrected(rows).min(corrected(columns)) - 1.0)).sqrt()
}
