//! Statistics of dates, times and timestamps.

use crate::cell::trim;
use crate::context::Context;
use crate::dates::{DAY, Order, Written, civil, parse};
use crate::report::{Bin, DateGap, DateStatistics, Histogram, Method, Point, ValueCount};
use crate::tally::moments::{MomentTally, SENTINELS};
use crate::tally::{Sort, Tally, reading};

use super::Judged;
use super::kind::Kind;
use super::values::Values;

const MOST_BINS: i64 = 32;
const GRANULARITIES: [&str; 7] = ["fraction", "second", "minute", "hour", "day", "month", "year"];

/// The statistics and the histogram of a column of moments.
pub fn statistics(judged: &Judged, context: &Context) -> Option<(DateStatistics, Histogram)> {
    let Judged { tally, kind, values, order, .. } = *judged;
    if !matches!(kind, Kind::Date | Kind::Time | Kind::Timestamp) {
        return None;
    }
    let clock = kind == Kind::Time;
    let (day_order, month_first) = day_order(tally);
    let mut found: Option<Box<MomentTally>> = None;
    let numeric = if month_first { reading::MONTH_FIRST } else { reading::DAY_FIRST };
    for at in if clock { vec![reading::CLOCK] } else { vec![reading::CERTAIN, numeric] } {
        crate::tally::join(&mut found, tally.moments[at].clone(), MomentTally::merge);
    }
    let found = found.filter(|found| found.count > 0)?;
    let exact = values.is_exact().then(|| exact_moments(values, clock, month_first));
    let granularity = found.finer_than.iter().position(|&count| count > 0).unwrap_or(6);
    let unit = unit(kind, found.max - found.min);
    let histogram = match &exact {
        Some(moments) => histogram(moments, unit, clock),
        None => even_histogram(&found, clock),
    };
    let gaps = exact.as_ref().filter(|_| !clock && granularity == 4).map(|moments| gaps(moments));
    let day_parts = !clock;
    let figures = DateStatistics {
        count: found.count,
        earliest: iso(found.min, clock, kind),
        latest: iso(found.max, clock, kind),
        span_seconds: (found.max - found.min) as f64 / 1e6,
        formats: formats(&found, month_first),
        day_order,
        granularity: Some(GRANULARITIES[granularity]),
        gap_count: gaps.as_ref().map(|gaps| gaps.len() as u64),
        gaps: gaps.map(largest_first),
        weekdays: day_parts.then_some(found.weekdays),
        hours: (kind != Kind::Date).then_some(found.hours),
        future: context.options.today.as_ref().filter(|_| day_parts).map(|_| found.future),
        sentinels: day_parts.then(|| sentinels(&found)),
        order: Some(order.map_or("none", |order| order.name)),
    };
    Some((figures, histogram))
}

/// What the numeric dates prove, and whether they are read month first.
fn day_order(tally: &Tally) -> (Option<&'static str>, bool) {
    let count = |at: usize| tally.moments[at].as_ref().map_or(0, |moments| moments.count);
    let (days, months) = (count(reading::DAY_FIRST), count(reading::MONTH_FIRST));
    let numeric = tally.count(Sort::Date) + tally.count(Sort::Timestamp) - count(reading::CERTAIN);
    // What cannot be read in one order proves the other.
    let order = match (days < numeric, months < numeric) {
        _ if numeric == 0 => None,
        (false, false) => Some("ambiguous"),
        (false, true) => Some("day first"),
        (true, false) => Some("month first"),
        (true, true) => Some("mixed"),
    };
    (order, numeric > 0 && days <= months)
}

fn exact_moments(values: &Values, clock: bool, month_first: bool) -> Vec<(i64, u64)> {
    let read = |value: &[u8]| {
        let moment = parse(trim(value))?;
        let numeric = moment.written.order == Order::Numeric;
        let fits = (moment.written.order == Order::None) == clock;
        moment.at(numeric && month_first).filter(|_| fits)
    };
    let read_all = values.all.iter().filter_map(|counted| read(counted.value).map(|at| (at, counted.count)));
    let mut moments: Vec<(i64, u64)> = read_all.collect();
    moments.sort_unstable();
    moments
}

/// The unit of a histogram's bins, in microseconds.
fn unit(kind: Kind, span: i64) -> i64 {
    let units = [1, 1_000_000, 60_000_000, 3_600_000_000, DAY];
    let from = if kind == Kind::Date { 4 } else { 0 };
    units[from..].iter().copied().rev().find(|unit| span / unit >= 8).unwrap_or(units[from])
}

fn histogram(moments: &[(i64, u64)], unit: i64, clock: bool) -> Histogram {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return Histogram { bins: Vec::new(), method: Method::Exact };
    };
    let start = first.0.div_euclid(unit);
    let units = last.0.div_euclid(unit) - start + 1;
    let width = (units + MOST_BINS - 1) / MOST_BINS;
    let mut counts = vec![0; ((units + width - 1) / width) as usize];
    for (moment, count) in moments {
        counts[((moment.div_euclid(unit) - start) / width) as usize] += count;
    }
    let edge = |number: usize| Point::Moment(iso((start + number as i64 * width) * unit, clock, Kind::Timestamp));
    let short = |point: Point| match point {
        Point::Moment(text) if unit == DAY => Point::Moment(text[..10].to_owned()),
        other => other,
    };
    let bin =
        |(number, &count): (usize, &u64)| Bin { lower: short(edge(number)), upper: short(edge(number + 1)), count };
    Histogram { bins: counts.iter().enumerate().map(bin).collect(), method: Method::Exact }
}

/// Runs of missing days: the day before, the day after, and how many lie between.
fn gaps(moments: &[(i64, u64)]) -> Vec<(i64, i64, u64)> {
    let days: Vec<i64> = moments.iter().map(|(moment, _)| moment.div_euclid(DAY)).collect();
    let pairs = days.windows(2).filter(|pair| pair[1] - pair[0] > 1);
    pairs.map(|pair| (pair[0], pair[1], (pair[1] - pair[0] - 1) as u64)).collect()
}

fn largest_first(mut gaps: Vec<(i64, i64, u64)>) -> Vec<DateGap> {
    gaps.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    gaps.truncate(10);
    let day = |day: i64| iso(day * DAY, false, Kind::Date);
    gaps.into_iter()
        .map(|(after, before, missing)| DateGap { after: day(after), before: day(before), missing })
        .collect()
}

/// Bins of 2^n days, where there are too many moments to keep each.
fn even_histogram(found: &MomentTally, clock: bool) -> Histogram {
    let edge = |days: f64| Point::Moment(iso((days * DAY as f64) as i64, clock, Kind::Timestamp));
    let bins = found.even.bins(MOST_BINS as usize).into_iter();
    let bins = bins.map(|(low, high, count)| Bin { lower: edge(low), upper: edge(high), count }).collect();
    Histogram { bins, method: Method::Exact }
}

fn sentinels(found: &MomentTally) -> Vec<ValueCount> {
    let counted = SENTINELS.iter().zip(found.sentinels).filter(|(_, count)| *count > 0);
    counted.map(|(&day, count)| ValueCount::new(iso(day * DAY, false, Kind::Date), count)).collect()
}

fn formats(found: &MomentTally, month_first: bool) -> Vec<ValueCount> {
    let mut written = found.written.clone();
    written.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    written.into_iter().map(|(written, count)| ValueCount::new(format_name(written, month_first), count)).collect()
}

/// A format in the letters of strftime.
fn format_name(written: Written, month_first: bool) -> String {
    let mark = char::from(written.mark);
    let year = if written.short_year { "%y" } else { "%Y" };
    let date = match written.order {
        Order::None => String::new(),
        Order::YearFirst => format!("%Y{mark}%m{mark}%d"),
        Order::Numeric if month_first => format!("%m{mark}%d{mark}{year}"),
        Order::Numeric => format!("%d{mark}%m{mark}{year}"),
        Order::DayName => format!("%d{mark}%b{mark}{year}"),
        Order::NameDay => format!("%b %d, {year}"),
    };
    let hour = if written.half { "%I" } else { "%H" };
    let time = match written.time {
        0 => String::new(),
        2 => format!("{hour}:%M"),
        3 => format!("{hour}:%M:%S"),
        _ => format!("{hour}:%M:%S.%f"),
    };
    let joint = if written.joint == 0 { String::new() } else { char::from(written.joint).to_string() };
    let half = if written.half { " %p" } else { "" };
    let zone = if written.zone { "%z" } else { "" };
    format!("{date}{joint}{time}{half}{zone}")
}

/// ISO 8601 text of a moment.
pub fn iso(micros: i64, clock: bool, kind: Kind) -> String {
    let (day, of_day) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let seconds = of_day / 1_000_000;
    let fraction = of_day % 1_000_000;
    let mut time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction > 0 {
        time.push_str(format!(".{fraction:06}").trim_end_matches('0'));
    }
    if clock {
        return time;
    }
    let (year, month, of_month) = civil(day);
    let date = format!("{year:04}-{month:02}-{of_month:02}");
    if kind == Kind::Date { date } else { format!("{date}T{time}") }
}
