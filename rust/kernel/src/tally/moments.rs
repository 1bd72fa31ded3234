//! Dates, times and timestamps added up.

use crate::dates::{DAY, ISO_DATE, Written, civil};
use crate::grid::EvenGrid;

use super::block::Instant;

/// The tally of moments under one reading.
#[derive(Debug, Clone)]
pub struct MomentTally {
    /// Moments.
    pub count: u64,
    /// The earliest, in microseconds.
    pub min: i64,
    /// The latest.
    pub max: i64,
    /// How they were written.
    pub written: Vec<(Written, u64)>,
    /// By weekday, Monday first.
    pub weekdays: [u64; 7],
    /// By hour.
    pub hours: [u64; 24],
    /// Moments that are no whole second, minute, hour, day, month, year.
    pub finer_than: [u64; 6],
    /// Days that usually stand for "unknown".
    pub sentinels: [u64; SENTINELS.len()],
    /// Moments after today, when that is known.
    pub future: u64,
    /// The first moment of tomorrow.
    tomorrow: i64,
    /// For the histogram, in days.
    pub even: EvenGrid,
}

/// Days that usually stand for "unknown" or "for ever": 1900-01-01, 1901-01-01, 1970-01-01, 2099-12-31,
/// 2999-12-31, 9999-12-31, 1899-12-30 (zero in spreadsheets), 0001-01-01.
pub const SENTINELS: [i64; 8] = [-25_567, -25_202, 0, 47_481, 376_199, 2_932_896, -25_569, -719_162];

impl MomentTally {
    /// An empty tally; what is not before `tomorrow` is in the future.
    pub fn new(tomorrow: i64) -> Self {
        Self {
            count: 0,
            min: i64::MAX,
            max: i64::MIN,
            written: Vec::new(),
            weekdays: [0; 7],
            hours: [0; 24],
            finer_than: [0; 6],
            sentinels: [0; SENTINELS.len()],
            future: 0,
            tomorrow,
            even: EvenGrid::new(-36),
        }
    }

    /// Add a moment `weight` times.
    #[inline]
    pub fn add(&mut self, micros: i64, written: Written, weight: u64) {
        self.count += weight;
        self.min = self.min.min(micros);
        self.max = self.max.max(micros);
        self.count_written(written, weight);
        let (day, of_day) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
        self.weekdays[(day + 3).rem_euclid(7) as usize] += weight;
        self.hours[(of_day / 3_600_000_000) as usize] += weight;
        self.add_granularity(day, of_day, weight);
        self.add_special(day, micros, weight);
        self.even.add(micros as f64 / DAY as f64, weight);
    }

    /// Add days and timestamps in ISO form; `joints` tells how many were written as days, with a space
    /// and with a T before the time.
    pub fn add_block(&mut self, instants: &[Instant], joints: [u64; 3]) {
        self.count += instants.len() as u64;
        for (joint, count) in [0, b' ', b'T'].into_iter().zip(joints).filter(|(_, count)| *count > 0) {
            self.count_written(Written { joint, time: if joint == 0 { 0 } else { 3 }, ..ISO_DATE }, count);
        }
        for instant in instants {
            self.add_instant(instant);
        }
    }

    #[inline]
    fn add_instant(&mut self, &Instant { day, clock: (hour, minute, second) }: &Instant) {
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        let micros = day.number * DAY + seconds * 1_000_000;
        self.min = self.min.min(micros);
        self.max = self.max.max(micros);
        self.weekdays[(day.number + 3).rem_euclid(7) as usize] += 1;
        self.hours[usize::from(hour)] += 1;
        let finest = match (second, minute, hour, day.of_month, day.month) {
            (1.., ..) => Some(1),
            (_, 1.., ..) => Some(2),
            (_, _, 1.., ..) => Some(3),
            (_, _, _, 2.., _) => Some(4),
            (_, _, _, _, 2..) => Some(5),
            _ => None,
        };
        if let Some(at) = finest {
            self.finer_than[at] += 1;
        }
        self.add_special(day.number, micros, 1);
        self.even.add(micros as f64 / DAY as f64, 1);
    }

    #[inline]
    fn add_special(&mut self, day: i64, micros: i64, weight: u64) {
        if let Some(at) = SENTINELS.iter().position(|&sentinel| sentinel == day) {
            self.sentinels[at] += weight;
        }
        self.future += if micros >= self.tomorrow { weight } else { 0 };
    }

    #[inline]
    fn count_written(&mut self, written: Written, weight: u64) {
        match self.written.iter_mut().find(|(known, _)| *known == written) {
            Some((_, count)) => *count += weight,
            None => self.written.push((written, weight)),
        }
    }

    #[inline]
    fn add_granularity(&mut self, day: i64, of_day: i64, weight: u64) {
        let finest = if of_day != 0 {
            match (of_day % 1_000_000, of_day % 60_000_000, of_day % 3_600_000_000) {
                (1.., ..) => 0,
                (_, 1.., _) => 1,
                (_, _, 1..) => 2,
                _ => 3,
            }
        } else {
            match civil(day) {
                (_, _, 2..) => 4,
                (_, 2.., _) => 5,
                _ => return,
            }
        };
        self.finer_than[finest] += weight;
    }

    /// Add the tally of another part.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        other.written.iter().for_each(|&(written, count)| self.count_written(written, count));
        add_all(&mut self.weekdays, other.weekdays);
        add_all(&mut self.hours, other.hours);
        add_all(&mut self.finer_than, other.finer_than);
        add_all(&mut self.sentinels, other.sentinels);
        self.future += other.future;
        self.even.merge(other.even);
    }
}

fn add_all<const N: usize>(mine: &mut [u64; N], theirs: [u64; N]) {
    mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::days;

    #[test]
    fn sentinels_are_the_days_they_are_named_for() {
        let named = [
            (1900, 1, 1),
            (1901, 1, 1),
            (1970, 1, 1),
            (2099, 12, 31),
            (2999, 12, 31),
            (9999, 12, 31),
            (1899, 12, 30),
            (1, 1, 1),
        ];
        assert_eq!(named.map(|(year, month, day)| days(year, month, day).unwrap()), SENTINELS);
    }
}
