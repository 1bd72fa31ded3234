//! Which dialect a text is written in: every candidate reads the head, and the reading under which
//! rows agree in width and columns in kind is taken.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use agensium_kernel::parallel;

use crate::atoms::{Atom, Group, classify};
use crate::candidates::candidates;
use crate::split::{Cell, Record, Rules, read, value};

/// Records that are looked at.
const MOST_RECORDS: usize = 1500;
const MOST_CELLS: usize = 6_000;
/// A reading that cannot come to this share of the best score is not looked at closely.
const WORTHWHILE: f64 = 0.7;
/// Threads that read the head; there are rarely more delimiters to try.
const MOST_THREADS: usize = 4;
/// A single column of what no delimiter can cut better.
const SINGLE: f64 = 0.42;

/// How a text reads under one dialect.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The dialect.
    pub rules: Rules,
    /// Fields of most records.
    pub width: usize,
    /// Higher is likelier.
    pub score: f64,
    /// Share of records of that width, among those from the first to the last of them.
    pub consistency: f64,
    /// Fields in quotes.
    pub quoted: usize,
    /// Quotes where none may stand.
    pub strays: usize,
}

/// All candidates, the likeliest first. `quote` is fixed by the outer option, and off by the inner one.
pub fn guesses(text: &[u8], delimiter: Option<&[u8]>, quote: Option<Option<u8>>, escape: Option<u8>) -> Vec<Guess> {
    let all = candidates(text, delimiter, quote, escape);
    let groups: Vec<&[Rules]> = all.chunk_by(|a, b| a.delimiter == b.delimiter).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let best = Best::default();
    let judged = parallel::map(groups, threads, |_, group| judge_all(text, group, quote.is_some(), &best));
    let mut found: Vec<Guess> = judged.into_iter().flatten().collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

/// The best score so far, in all threads. When a reading is left out because of it may differ from run to run, but
/// only readings are that could not come near the best one: so what is found in the end does not.
#[derive(Default)]
struct Best(AtomicU64);

impl Best {
    fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }

    fn raise(&self, score: f64) {
        // Numbers that are not negative are ordered as their bits are.
        self.0.fetch_max(score.max(0.0).to_bits(), Ordering::Relaxed);
    }
}

/// Judge the dialects of one delimiter.
fn judge_all(text: &[u8], group: &[Rules], is_quote_given: bool, best: &Best) -> Vec<Guess> {
    let mut found: Vec<Guess> = Vec::new();
    for rules in group {
        // Where double quotes read without a stray one, they are quotes.
        let fine = |guess: &Guess| guess.quoted > 0 && guess.strays == 0;
        if rules.quote.is_none() && !is_quote_given && found.iter().any(fine) {
            continue;
        }
        let guess = judge(text, rules.clone(), best.get());
        guess.iter().for_each(|guess| best.raise(guess.score));
        found.extend(guess);
    }
    found
}

/// The records of a text; a last one that is cut is left out unless the text `ended`.
pub fn records(text: &[u8], rules: &Rules, expected: Option<usize>, ended: bool, most: usize) -> Vec<Record> {
    let (mut at, mut found) = (0, Vec::new());
    while at < text.len() && found.len() < most {
        let mut record = Record::default();
        read(text, at, rules, expected, &mut record);
        let cut = record.next == text.len() && !ended;
        at = record.next.max(at + 1);
        if !cut || found.is_empty() {
            found.push(record);
        }
    }
    found
}

/// The width that most records have; several columns go before one.
pub fn usual_width(text: &[u8], records: &[Record]) -> usize {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    records
        .iter()
        .filter(|record| !record.is_blank(text))
        .for_each(|record| *counts.entry(record.cells.len()).or_default() += 1);
    let total: usize = counts.values().sum();
    let wide = counts.iter().filter(|(width, _)| **width > 1).max_by_key(|(width, count)| (**count, **width));
    match wide {
        Some((&width, &count)) if count * 5 >= total * 2 => width,
        Some((&width, &count)) if count * 2 >= counts.get(&1).copied().unwrap_or_default() => width,
        _ => counts.iter().max_by_key(|(width, count)| (**count, **width)).map_or(0, |(&width, _)| width),
    }
}

/// Judge a dialect; none if it cannot come near the best one so far.
fn judge(text: &[u8], rules: Rules, best: f64) -> Option<Guess> {
    let rough = records(text, &rules, None, true, MOST_RECORDS);
    let width = usual_width(text, &rough);
    let crooked = rough.iter().any(|record| record.strays > 0 || record.open);
    let records = if crooked { records(text, &rules, Some(width), true, MOST_RECORDS) } else { rough };
    let full: Vec<&Record> = records.iter().filter(|record| !record.is_blank(text)).collect();
    let first = full.iter().position(|record| record.cells.len() == width).unwrap_or(0);
    let last = full.iter().rposition(|record| record.cells.len() == width).unwrap_or(0);
    let body = &full[first.min(full.len())..(last + 1).min(full.len())];
    let fitting = body.iter().filter(|record| record.cells.len() == width).count();
    let consistency = fitting as f64 / body.len().max(1) as f64;
    let quoted = full.iter().flat_map(|record| &record.cells).filter(|cell| cell.quoted).count();
    let strays = full.iter().map(|record| record.strays + usize::from(record.inner)).sum();
    let frame = consistency.powf(1.5) * framed(&full, width, body.len()) * gain(width) * prior(&rules, width);
    if width == 0 || frame * 1.5 < best * WORTHWHILE {
        return None;
    }
    let paired = quoted * 2 > full.len() && strays == 0;
    let torn = if paired { 0.0 } else { torn(text, body, &rules) };
    let kinds = kinds(text, body, width, &rules) * (1.0 - 0.8 * torn);
    // Without quotes, stray ones would go untold: that must read much better.
    let quotes = if rules.quote.is_none() { 0.55 } else { quote_factor(quoted, strays, full.len()) };
    let score = kinds * frame * quotes;
    Some(Guess { rules, width, score, consistency, quoted, strays })
}

/// How much of the text is table, and whether it begins with it.
fn framed(full: &[&Record], width: usize, body: usize) -> f64 {
    let coverage = body as f64 / full.len().max(1) as f64;
    let headed = if full.first().is_some_and(|record| record.cells.len() == width) { 1.0 } else { 0.85 };
    (0.25 + 0.75 * coverage) * headed
}

/// How well cells can be told and how alike they are within their column, 0 to 1.
fn kinds(text: &[u8], body: &[&Record], width: usize, rules: &Rules) -> f64 {
    let columns = width.min(200);
    let mut groups: Vec<HashMap<Group, usize>> = vec![HashMap::new(); columns];
    let (mut weight, mut cells) = (0.0, 0);
    let step = (body.len() * columns / MOST_CELLS).max(1);
    for record in body.iter().step_by(step).filter(|record| record.cells.len() == width || width == 1) {
        for (column, &cell) in record.cells.iter().take(columns).enumerate() {
            let atom = classify(&value(text, cell, rules), cell.quoted);
            weight += atom.weight();
            cells += 1;
            if atom.group() != Group::None {
                *groups[column].entry(atom.group()).or_default() += 1;
            }
        }
    }
    let alike = groups.iter().filter(|counts| !counts.is_empty()).map(|counts| {
        let total: usize = counts.values().sum();
        counts.values().max().copied().unwrap_or(0) as f64 / total as f64
    });
    let (sum, count) = alike.fold((0.0, 0.0), |(sum, count), share| (sum + share, count + 1.0));
    let alike = if count > 0.0 { sum / count } else { 0.0 };
    (weight / f64::from(cells.max(1))) * (0.5 + 0.5 * alike) * filled(&groups)
}

/// Share of records in which the delimiter cuts something in two that is one value: a day, a time, a
/// number, an address.
fn torn(text: &[u8], body: &[&Record], rules: &Rules) -> f64 {
    if !matches!(rules.delimiter.as_slice(), b" " | b":" | b"-" | b"/" | b"." | b"@" | b"_" | b"+" | b"%" | b"$") {
        return 0.0;
    }
    let whole = |pair: &[Cell]| {
        let joined = &text[pair[0].start..pair[1].end.max(pair[0].start)];
        let atom = classify(joined, false);
        !pair[0].quoted && !pair[1].quoted && !matches!(atom.group(), Group::Text | Group::None)
            || rules.delimiter == b"." && matches!(atom, Atom::Code)
    };
    let torn = body.iter().take(300).filter(|record| record.cells.windows(2).any(whole)).count();
    torn as f64 / body.len().clamp(1, 300) as f64
}

/// Columns in which nothing ever stands speak against a dialect, a little.
fn filled(groups: &[HashMap<Group, usize>]) -> f64 {
    let empty = groups.iter().filter(|counts| counts.is_empty()).count();
    1.0 - 0.3 * empty as f64 / groups.len().max(1) as f64
}

fn gain(width: usize) -> f64 {
    if width <= 1 { SINGLE } else { 1.0 - 0.5 / width as f64 }
}

/// How usual a delimiter is.
fn prior(rules: &Rules, width: usize) -> f64 {
    if width <= 1 {
        return if rules.delimiter == b"," { 1.0 } else { 0.999 };
    }
    match rules.delimiter.as_slice() {
        b"," | b";" | b"\t" | b"||" => 1.0,
        b"|" | [0x01 | 0x1c..=0x1f] => 0.98,
        b"^" | b"~" | b"::" => 0.9,
        b":" | b"*" | b"!" | b"&" | b"#" | b"@" | b"%" => 0.6,
        b" " => 0.55,
        b"=" | b"+" | b"\\" | b"$" | b"`" => 0.45,
        b"/" | b"-" | b"_" => 0.4,
        b"." | b"'" | b"(" | b")" | b"<" | b">" | b"[" | b"]" | b"{" | b"}" | b"?" => 0.25,
        [first, ..] if *first >= 0x80 => 0.85,
        _ => 0.6,
    }
}

/// A delimiter under which all quotes stand in pairs around fields is likelier, the more there are.
fn quote_factor(quoted: usize, strays: usize, records: usize) -> f64 {
    if quoted + strays == 0 {
        return 1.0;
    }
    if strays == 0 {
        return 1.05 + 0.45 * (quoted as f64 / records.max(1) as f64).min(1.0);
    }
    let bad = strays as f64 / (quoted + strays) as f64;
    (1.0 - 0.4 * bad) * if quoted > strays { 1.05 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> (String, Option<char>, usize) {
        let best = guesses(text.as_bytes(), None, None, None).remove(0);
        (String::from_utf8_lossy(&best.rules.delimiter).into_owned(), best.rules.quote.map(char::from), best.width)
    }

    #[test]
    fn usual_dialects_are_found() {
        for delimiter in [",", ";", "\t", "|", "^", "~", "\u{1}", "||", "§", ":", "#", "@"] {
            let rows = [["id", "name", "price"], ["1", "a b", "1.5"], ["2", "c", "2.5"], ["3", "d e", "7.5"]];
            let text: String = rows.iter().map(|row| row.join(delimiter) + "\n").collect();
            assert_eq!(best(&text), (delimiter.into(), Some('"'), 3), "{text}");
        }
    }

    #[test]
    fn a_decimal_comma_is_no_delimiter() {
        assert_eq!(best("id;price\n1;1,50\n2;2,75\n3;3,00\n").0, ";");
        assert_eq!(best("1,50\t2,75\n3,50\t4,00\n").0, "\t");
    }

    #[test]
    fn dates_and_times_are_not_cut() {
        assert_eq!(best("when\n2026-01-01 10:00:00\n2026-01-02 11:00:00\n").2, 1);
        assert_eq!(best("when,n\n2026-01-01 10:00:00,1\n2026-01-02 11:00:00,2\n").0, ",");
    }

    #[test]
    fn single_quotes_are_quotes_where_they_enclose() {
        assert_eq!(best("id,t\n1,'a, b'\n2,'c, d, e'\n3,'f'\n"), (",".into(), Some('\''), 2));
        assert_eq!(best("id,t\n1,Men's\n2,'tis, really\n3,f\n").1, Some('"'));
    }
}
