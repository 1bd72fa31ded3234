//! An ordered distribution of numbers: exact values with counts, or narrow bins with counts.

use crate::report::{Figure, Method, Z99};

/// Numbers between two ends, with their count; both ends are one value when it is exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Numbers.
    pub count: u64,
}

/// Steps in ascending order.
#[derive(Debug, Clone)]
pub struct Distribution {
    steps: Vec<Step>,
    /// Numbers in all.
    pub count: u64,
    /// Exact or sketched.
    pub method: Method,
}

/// The quantiles that a profile lists.
pub const PROBABILITIES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

impl Distribution {
    /// From values and counts in any order.
    pub fn exact(mut values: Vec<(f64, u64)>) -> Self {
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let steps = values.into_iter().map(|(value, count)| Step { low: value, high: value, count });
        Self::new(steps.collect(), Method::Exact)
    }

    /// From some of the numbers.
    pub fn sampled(values: Vec<(f64, u64)>) -> Self {
        Self { method: Method::Sample, ..Self::exact(values) }
    }

    /// From bins in ascending order, cut to the known extremes.
    pub fn binned(bins: &[(f64, f64, u64)], min: f64, max: f64) -> Self {
        let cut = |&(low, high, count): &(f64, f64, u64)| Step { low: low.max(min), high: high.min(max), count };
        Self::new(bins.iter().map(cut).collect(), Method::Sketch)
    }

    fn new(steps: Vec<Step>, method: Method) -> Self {
        Self { count: steps.iter().map(|step| step.count).sum(), steps, method }
    }

    /// A quantile, interpolated between neighbours (Hyndman and Fan's type 7), and the share of all
    /// numbers that lies in the bin where it was found.
    pub fn quantile(&self, probability: f64) -> Option<(f64, f64)> {
        let rank = probability * self.count.checked_sub(1)? as f64;
        let lower = self.at_rank(rank.floor())?;
        let upper = self.at_rank(rank.ceil())?;
        let (distance, share) = (upper.0 - lower.0, rank.fract());
        let value =
            if distance.is_finite() { lower.0 + distance * share } else { lower.0 * (1.0 - share) + upper.0 * share };
        let of_sample = Z99 * 0.5 / (self.count as f64).sqrt();
        let error = if self.method == Method::Sample { of_sample } else { lower.1.max(upper.1) };
        Some((value, error))
    }

    /// The number of a rank from 0.
    fn at_rank(&self, rank: f64) -> Option<(f64, f64)> {
        let mut before = 0u64;
        for step in &self.steps {
            let after = before + step.count;
            if rank < after as f64 {
                if step.low >= step.high {
                    return Some((step.low, 0.0));
                }
                let inside = (rank - before as f64 + 0.5) / step.count as f64;
                return Some((step.low + (step.high - step.low) * inside, step.count as f64 / self.count as f64));
            }
            before = after;
        }
        None
    }

    /// Numbers below and above two fences, and the numbers that could not be told.
    pub fn beyond(&self, low: f64, high: f64) -> (u64, u64, u64) {
        let (mut below, mut above, mut unsure) = (0, 0, 0);
        for step in &self.steps {
            if step.high < low || step.low < low && step.low >= step.high {
                below += step.count;
            } else if step.low > high || step.high > high && step.low >= step.high {
                above += step.count;
            } else if step.low < low {
                let share = (low - step.low) / (step.high - step.low);
                below += (step.count as f64 * share).round() as u64;
                unsure += step.count;
            } else if step.high > high {
                let share = (step.high - high) / (step.high - step.low);
                above += (step.count as f64 * share).round() as u64;
                unsure += step.count;
            }
        }
        (below, above, unsure)
    }

    /// The median of the distances from a center, and its error as a share of ranks.
    pub fn median_distance(&self, center: f64) -> Option<(f64, f64)> {
        let far = |step: &Step| (step.low - center).abs().max((step.high - center).abs());
        let near = |step: &Step| {
            let inside = step.low <= center && center <= step.high;
            if inside { 0.0 } else { (step.low - center).abs().min((step.high - center).abs()) }
        };
        let mut steps: Vec<Step> =
            self.steps.iter().map(|step| Step { low: near(step), high: far(step), count: step.count }).collect();
        steps.sort_by(|a, b| (a.low + a.high).total_cmp(&(b.low + b.high)));
        Self::new(steps, self.method).quantile(0.5)
    }
}

/// A whole number where the column holds whole numbers only and the value is one.
pub fn figure(value: f64, whole: bool) -> Figure {
    if whole && value.fract() == 0.0 && value.abs() < 9.007_199_254_740_992e15 {
        Figure::Whole(value as i64)
    } else {
        Figure::Real(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let numbers = Distribution::exact(vec![(4.0, 1), (1.0, 1), (2.0, 2)]);
        assert_eq!(numbers.quantile(0.5), Some((2.0, 0.0)));
        assert_eq!(numbers.quantile(0.75), Some((2.5, 0.0)));
        assert_eq!(Distribution::exact(Vec::new()).quantile(0.5), None);
    }

    #[test]
    fn fences_count_what_lies_beyond() {
        let numbers = Distribution::exact(vec![(1.0, 3), (5.0, 10), (9.0, 2)]);
        assert_eq!(numbers.beyond(1.0, 8.0), (0, 2, 0));
        assert_eq!(numbers.beyond(1.5, 9.0), (3, 0, 0));
    }

    #[test]
    fn the_median_distance() {
        let numbers = Distribution::exact(vec![(1.0, 1), (1.5, 1), (2.0, 1), (4.0, 1), (6.0, 1), (9.0, 1)]);
        assert_eq!(numbers.median_distance(2.0), Some((1.5, 0.0)));
    }
}
