//! Statistics of cells as text.

use crate::characters::CLASSES;
use crate::report::{Bin, Figure, Histogram, Method, Point, TextStatistics, ValueCount};
use crate::script;
use crate::tally::facts::TextFacts;
use crate::tally::text::TextTally;

const MOST_BINS: usize = 32;
const MOST_PATTERNS: usize = 20;

/// The statistics of a column's present cells.
pub fn statistics(tally: &TextTally) -> Option<TextStatistics> {
    let facts = tally.facts();
    (facts.count > 0).then(|| figures(&facts))
}

fn figures(facts: &TextFacts) -> TextStatistics {
    TextStatistics {
        length_min: facts.shortest,
        length_max: facts.longest,
        length_mean: facts.characters as f64 / facts.count as f64,
        length_histogram: Some(lengths(facts)),
        words_mean: Some(facts.words as f64 / facts.count as f64),
        words_max: Some(facts.most_words),
        leading_blanks: Some(facts.leading),
        trailing_blanks: Some(facts.trailing),
        inner_blanks: Some(facts.inner),
        upper: Some(facts.cases[0]),
        lower: Some(facts.cases[1]),
        mixed: Some(facts.cases[2]),
        control_characters: Some(facts.control),
        non_ascii: Some(facts.non_ascii),
        non_nfc: Some(facts.non_nfc),
        characters: Some(named(&CLASSES, &facts.classes)),
        scripts: Some(named(&script::NAMES, &facts.scripts)),
    }
}

fn lengths(facts: &TextFacts) -> Histogram {
    let whole = |value: f64| Point::Number(Figure::Whole(value as i64));
    let bins = facts.lengths.bins(MOST_BINS).into_iter();
    let bins = bins.map(|(low, high, count)| Bin { lower: whole(low), upper: whole(high), count }).collect();
    Histogram { bins, method: Method::Exact }
}

fn named(names: &[&str], counts: &[u64]) -> Vec<ValueCount> {
    let counted = names.iter().zip(counts).filter(|(_, count)| **count > 0);
    let mut found: Vec<ValueCount> = counted.map(|(name, &count)| ValueCount::new(*name, count)).collect();
    found.sort_by_key(|counted| std::cmp::Reverse(counted.count));
    found
}

/// The most frequent patterns. Where there were too many to keep all, an even sample of the patterns
/// is left; the counts are exact, but a pattern may be absent.
pub fn patterns(tally: &TextTally) -> Vec<ValueCount> {
    let mut found: Vec<ValueCount> = Vec::new();
    for (entry, mask) in tally.patterns.entries() {
        found.push(ValueCount::new(String::from_utf8_lossy(mask), entry.count));
    }
    found.extend(tally.shapes.patterns().map(|(mask, count)| ValueCount::new(mask, count)));
    found.sort_by(|a, b| a.value.as_str().cmp(b.value.as_str()));
    found.dedup_by(|later, kept| {
        let same = later.value == kept.value;
        if same {
            kept.count += later.count;
        }
        same
    });
    found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    found.truncate(MOST_PATTERNS);
    found
}
