//! Statistics of numbers.

use crate::cell::trim;
use crate::exact_sum::ExactSum;
use crate::numbers::{Form, Notation, parse};
use crate::report::{
    Bin, Estimate, Figure, Histogram, Method, NumberStatistics, Outliers, Point, Quantile, ValueCount, Z99,
};
use crate::tally::numeric::{NumberTally, SEPARATORS};

use super::Judged;
use super::distribution::{Distribution, PROBABILITIES, figure};
use super::kind::Kind;
use super::values::Values;

const MOST_BINS: usize = 32;

/// The statistics and the histogram of a column of numbers.
pub fn statistics(judged: &Judged) -> Option<(NumberStatistics, Histogram)> {
    let forms = forms(judged.kind)?;
    let notation = judged.notation;
    let mut numbers: Option<Box<NumberTally>> = None;
    for (at, part) in judged.tally.numbers.iter().enumerate() {
        if forms.contains(&at) {
            crate::tally::join(&mut numbers, part.clone(), NumberTally::merge);
        }
    }
    let numbers = numbers.filter(|numbers| numbers.count > 0 && numbers.total().0.is_finite())?;
    let distribution = match &numbers.fine {
        _ if judged.values.is_exact() => Distribution::exact(exact_values(judged.values, forms, notation)),
        Some(fine) if fine.is_complete() => Distribution::binned(&fine.bins(), numbers.min, numbers.max),
        _ => {
            let cells = judged.sample.present(judged.missing);
            let read = cells.filter_map(|cell| number(cell, forms, notation).map(|value| (value, 1)));
            Distribution::sampled(read.collect())
        }
    };
    let whole = numbers.whole == numbers.count;
    let mut even = numbers.even.clone();
    if whole {
        even.widen(0);
    }
    let point = |value: f64| Point::Number(figure(value.clamp(f64::MIN, f64::MAX), whole));
    let bins = even.bins(MOST_BINS).into_iter();
    let bins = bins.map(|(low, high, count)| Bin { lower: point(low), upper: point(high), count }).collect();
    let figures = figures(&numbers, &distribution, whole, notation);
    let order = judged.order;
    let step = order.and_then(|order| order.step).map(Figure::Whole);
    let name = judged.order_known.then(|| order.map_or("none", |order| order.name));
    let figures = NumberStatistics { order: name, step, ..figures };
    Some((figures, Histogram { bins, method: Method::Exact }))
}

/// The figures that are absent because they, or what they come from, are larger than the largest double.
pub fn too_large(numbers: &NumberStatistics) -> Vec<&'static str> {
    let has = |rule| numbers.outliers.as_ref().is_some_and(|outliers| outliers.iter().any(|each| each.rule == rule));
    let mad = numbers.mad.as_ref().map(|mad| mad.value.as_f64());
    let varies = numbers.count > 1 && numbers.variance.is_none_or(|variance| variance > 0.0);
    let absent = [
        ("outliers", !has("iqr")),
        ("mad", mad.is_none()),
        ("outliers by modified z", mad.is_none_or(|mad| mad > 0.0) && !has("modified_z")),
        ("variance", numbers.count > 1 && numbers.variance.is_none()),
        ("coefficient_of_variation", varies && numbers.mean != 0.0 && numbers.coefficient_of_variation.is_none()),
        ("skewness", varies && numbers.count > 2 && numbers.skewness.is_none()),
        ("kurtosis", varies && numbers.count > 3 && numbers.kurtosis.is_none()),
    ];
    absent.into_iter().filter(|(_, absent)| *absent).map(|(what, _)| what).collect()
}

/// Places in [`Tally::numbers`] that count for a kind.
fn forms(kind: Kind) -> Option<&'static [usize]> {
    match kind {
        Kind::Integer | Kind::Decimal => Some(&[0]),
        Kind::Money => Some(&[0, 1]),
        Kind::Percent => Some(&[2]),
        _ => None,
    }
}

fn exact_values(values: &Values, forms: &[usize], notation: Notation) -> Vec<(f64, u64)> {
    let read = values.all.iter();
    read.filter_map(|counted| number(counted.value, forms, notation).map(|value| (value, counted.count))).collect()
}

/// The number in a cell, if it is of one of the forms.
fn number(cell: &[u8], forms: &[usize], notation: Notation) -> Option<f64> {
    let number = parse(trim(cell), notation)?;
    let form = match number.form {
        Form::Integer | Form::Decimal => 0,
        Form::Money => 1,
        Form::Percent => 2,
        Form::NotFinite | Form::Code => return None,
    };
    forms.contains(&form).then_some(number.value)
}

fn figures(numbers: &NumberTally, distribution: &Distribution, whole: bool, notation: Notation) -> NumberStatistics {
    let moments = Moments::new(numbers);
    let (quantiles, quantile_error) = quantiles(distribution, whole);
    let spread = spread(distribution, &quantiles, numbers.count);
    let separator = numbers.separators.iter().position(|&count| count > 0);
    NumberStatistics {
        count: numbers.count,
        min: extreme(numbers, numbers.min, numbers.whole_range.map(|range| range.0)),
        max: extreme(numbers, numbers.max, numbers.whole_range.map(|range| range.1)),
        sum: moments.sum(numbers),
        mean: moments.mean,
        variance: moments.variance(),
        deviation: moments.variance().map(f64::sqrt),
        coefficient_of_variation: moments.coefficient_of_variation(),
        skewness: moments.skewness(),
        kurtosis: moments.kurtosis(),
        zeros: numbers.zeros,
        negatives: numbers.negatives,
        infinities: numbers.infinities,
        nans: numbers.nans,
        whole: numbers.whole,
        quantiles: Some(quantiles),
        quantile_method: Some(distribution.method),
        quantile_error,
        mad: spread.as_ref().and_then(|spread| spread.0.clone()),
        outliers: spread.map(|spread| spread.1),
        order: None,
        step: None,
        first_digits: benford(numbers),
        decimals: Some(numbers.decimals),
        decimal_comma: notation == Notation::Comma,
        thousands_separator: separator.map(|at| char::from(SEPARATORS[at])),
        currencies: currencies(numbers),
    }
}

/// An extreme: the integer behind the double where no double is that integer.
fn extreme(numbers: &NumberTally, value: f64, whole: Option<i64>) -> Figure {
    let all = numbers.other_sum.is_empty();
    let exact = whole.filter(|&whole| all || whole as f64 == value && whole as f64 as i128 != i128::from(whole));
    exact.map_or(figure(value, numbers.whole == numbers.count), Figure::Whole)
}

fn currencies(numbers: &NumberTally) -> Vec<ValueCount> {
    let mut found = numbers.currency_names();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    found.into_iter().map(|(name, count)| ValueCount::new(name, count)).collect()
}

/// Leading digits say something only where the values span three orders of magnitude.
fn benford(numbers: &NumberTally) -> Option<[u64; 9]> {
    let largest = numbers.max.abs().max(numbers.min.abs());
    let smallest = numbers.min.max(-numbers.max).max(1.0);
    let fits = numbers.count >= 100 && largest / smallest >= 1e3;
    fits.then_some(numbers.first_digits)
}

fn quantiles(distribution: &Distribution, whole: bool) -> (Vec<Quantile>, f64) {
    let mut error: f64 = 0.0;
    let mut found = Vec::with_capacity(PROBABILITIES.len());
    for probability in PROBABILITIES {
        if let Some((value, bound)) = distribution.quantile(probability) {
            error = error.max(bound);
            found.push(Quantile { probability, value: figure(value, whole) });
        }
    }
    (found, error)
}

/// The median absolute deviation, and outliers by the fences of Tukey and of Iglewicz and Hoaglin.
fn spread(
    distribution: &Distribution,
    quantiles: &[Quantile],
    count: u64,
) -> Option<(Option<Estimate>, Vec<Outliers>)> {
    let at = |index: usize| quantiles.get(index).map(|quantile| quantile.value.as_f64());
    let (low, median, high) = (at(2)?, at(3)?, at(4)?);
    let (mad, bound) = distribution.median_distance(median)?;
    let reach = 1.5 * (high - low);
    let mut outliers = vec![beyond(distribution, "iqr", (low - reach, high + reach), count)];
    if mad > 0.0 {
        let reach = 3.5 * mad / 0.6745;
        outliers.push(beyond(distribution, "modified_z", (median - reach, median + reach), count));
    }
    let exact = Estimate::exact(0);
    let value = Figure::Real(mad);
    let mad = Estimate { value, method: distribution.method, error: bound, error_of: "rank", ..exact };
    outliers.retain(|fences| fences.lower_fence.is_finite() && fences.upper_fence.is_finite());
    Some((mad.value.as_f64().is_finite().then_some(mad), outliers))
}

fn beyond(distribution: &Distribution, rule: &'static str, fences: (f64, f64), count: u64) -> Outliers {
    let (below, above, unsure) = distribution.beyond(fences.0, fences.1);
    let outside = (below + above).max(1) as f64;
    let error = match distribution.method {
        Method::Sample => Z99 / outside.sqrt(),
        _ => unsure as f64 / outside,
    };
    // A sample stands for all numbers.
    let scale = |found: u64| (found as f64 * (count as f64 / distribution.count.max(1) as f64)).round() as u64;
    let (below, above) = (scale(below), scale(above));
    Outliers { rule, lower_fence: fences.0, upper_fence: fences.1, below, above, method: distribution.method, error }
}

/// Central moments from exact sums.
struct Moments {
    count: f64,
    total: (f64, f64),
    mean: f64,
    second: Option<f64>,
    third: f64,
    fourth: f64,
}

impl Moments {
    fn new(numbers: &NumberTally) -> Self {
        let n = numbers.count as f64;
        let total = numbers.total();
        let powers = &numbers.powers;
        let shift = powers.distance(numbers.count, total) / n;
        let [second, third, fourth] = powers.sums.each_ref().map(ExactSum::value);
        let square = shift * shift;
        Self {
            count: n,
            total,
            mean: (total.0 + total.1) / n,
            second: (!powers.overflowed).then_some((second - n * square).max(0.0)),
            third: third - 3.0 * shift * second + 2.0 * n * square * shift,
            fourth: fourth - 4.0 * shift * third + 6.0 * square * second - 3.0 * n * square * square,
        }
    }

    fn sum(&self, numbers: &NumberTally) -> Figure {
        if numbers.other_sum.is_empty() {
            return Figure::from_i128(numbers.whole_sum);
        }
        Figure::Real(self.total.0)
    }

    fn variance(&self) -> Option<f64> {
        self.second.filter(|_| self.count > 1.0).map(|second| second / (self.count - 1.0))
    }

    fn coefficient_of_variation(&self) -> Option<f64> {
        let ratio = self.variance()?.sqrt() / self.mean.abs();
        ratio.is_finite().then_some(ratio)
    }

    fn skewness(&self) -> Option<f64> {
        let (n, second) = (self.count, self.second.filter(|&second| second > 0.0)?);
        let population = n.sqrt() * self.third / second.powf(1.5);
        let adjusted = population * (n * (n - 1.0)).sqrt() / (n - 2.0);
        (n > 2.0 && adjusted.is_finite()).then_some(adjusted)
    }

    fn kurtosis(&self) -> Option<f64> {
        let (n, second) = (self.count, self.second.filter(|&second| second > 0.0)?);
        let population = n * self.fourth / (second * second) - 3.0;
        let adjusted = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * population + 6.0);
        (n > 3.0 && adjusted.is_finite()).then_some(adjusted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Number;

    fn tallied(pivot: f64, values: &[f64]) -> Moments {
        let mut tally = NumberTally::new(Some(pivot), Some(4096));
        for &value in values {
            let number =
                Number { form: Form::Decimal, value, whole: None, decimals: 1, separator: 0, plain: true, currency: 0 };
            tally.add(&number, 1, 1);
        }
        Moments::new(&tally)
    }

    #[test]
    fn moments_are_those_of_the_textbook() {
        let moments = tallied(2.5, &[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(moments.mean, 5.0);
        assert!((moments.variance().unwrap() - 32.0 / 7.0).abs() < 1e-14);
        assert!((moments.skewness().unwrap() - 0.818_487_553_356_846_8).abs() < 1e-12);
        assert!((moments.kurtosis().unwrap() - 0.940_625).abs() < 1e-12);
    }

    #[test]
    fn a_constant_has_no_shape_and_one_value_no_spread() {
        assert_eq!(tallied(1.0, &[1.0; 5]).skewness(), None);
        assert_eq!(tallied(1.0, &[1.0; 5]).variance(), Some(0.0));
        assert_eq!(tallied(0.0, &[1.0]).variance(), None);
    }
}
