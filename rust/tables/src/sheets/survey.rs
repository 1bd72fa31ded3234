//! A look over the XML of a sheet for what its cells do not tell: hidden rows and columns, merged cells,
//! formulas without a value; and, of open-document sheets, how large a sheet would be.

use std::io::BufRead;

use agensium_kernel::ScanError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::cells::limit;
use crate::guard::broken;
use crate::limits::Limits;

/// Rows and columns that a sheet may have.
const MAX_ROWS: u64 = 1 << 20;
const MAX_COLUMNS: u64 = 1 << 14;
/// Elements within elements.
const MAX_DEPTH: usize = 256;

/// What was seen in a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Its name, in open-document files.
    pub name: String,
    /// Rows that are hidden.
    pub hidden_rows: u64,
    /// Columns that are hidden: the first and the last of each group, from 0.
    pub hidden_columns: Vec<(u64, u64)>,
    /// Groups of cells that are one.
    pub merged: u64,
    /// Formulas.
    pub formulas: u64,
    /// Formulas whose value was not saved.
    pub without_value: u64,
}

/// Look over a sheet of an xlsx.
pub fn xlsx(source: impl BufRead) -> Result<Survey, ScanError> {
    let mut survey = Survey::default();
    let (mut formula, mut value) = (false, false);
    walk(source, |event| {
        match event {
            Seen::Start(element) => match element.local_name().as_ref() {
                "row" => survey.hidden_rows += u64::from(truth(element, "hidden")),
                "col" if truth(element, "hidden") => {
                    let (from, to) = (number(element, "min").unwrap_or(1), number(element, "max").unwrap_or(1));
                    survey.hidden_columns.push((from.saturating_sub(1), to.saturating_sub(1)));
                }
                "mergeCell" => survey.merged += 1,
                "c" => (formula, value) = (false, false),
                "f" => formula = true,
                "v" | "is" => value = true,
                _ => {}
            },
            Seen::End("c") => {
                survey.formulas += u64::from(formula);
                survey.without_value += u64::from(formula && !value);
                formula = false;
            }
            Seen::End(_) => {}
        }
        Ok(())
    })?;
    Ok(survey)
}

/// Look over the sheets of an open-document file; refuse one that would have too many cells, which
/// repeated rows and columns make of a few bytes.
pub fn ods(source: impl BufRead, limits: Limits) -> Result<Vec<Survey>, ScanError> {
    let mut sheets: Vec<Survey> = Vec::new();
    let (mut row, mut repeats, mut column, mut width, mut bottom) = (0u64, 1, 0u64, 0u64, 0u64);
    let mut shown = 0u64;
    walk(source, |event| {
        match event {
            Seen::Start(element) if element.local_name().as_ref() == "table" => {
                sheets.push(Survey { name: text(element, "name").unwrap_or_default(), ..Survey::default() });
                (row, width, bottom, shown) = (0, 0, 0, 0);
            }
            Seen::Start(element) => {
                let Some(sheet) = sheets.last_mut() else { return Ok(()) };
                let collapsed = text(element, "visibility").is_some_and(|how| how != "visible");
                match element.local_name().as_ref() {
                    "table-column" => {
                        let times = number(element, "number-columns-repeated").unwrap_or(1).clamp(1, MAX_COLUMNS);
                        if collapsed {
                            sheet.hidden_columns.push((shown, shown + times - 1));
                        }
                        shown = shown.saturating_add(times);
                    }
                    "table-row" => {
                        repeats = number(element, "number-rows-repeated").unwrap_or(1).min(MAX_ROWS);
                        column = 0;
                        sheet.hidden_rows += if collapsed { repeats } else { 0 };
                    }
                    "table-cell" | "covered-table-cell" => {
                        let times = number(element, "number-columns-repeated").unwrap_or(1);
                        let formula = text(element, "formula").is_some();
                        let valued = text(element, "value-type").is_some();
                        let spans = |name: &str| number(element, name).is_some_and(|count| count > 1);
                        sheet.merged += u64::from(spans("number-columns-spanned") || spans("number-rows-spanned"));
                        sheet.formulas += u64::from(formula);
                        sheet.without_value += u64::from(formula && !valued);
                        column = column.saturating_add(times).min(MAX_COLUMNS);
                        if valued || formula {
                            (width, bottom) = (width.max(column), (row + repeats).min(MAX_ROWS));
                        }
                        if width * bottom > limits.sheet_cells {
                            let message =
                                format!("The sheet '{}' has more than {} cells.", sheet.name, limits.sheet_cells);
                            return Err(limit(message));
                        }
                    }
                    _ => {}
                }
            }
            Seen::End("table-row") => row = (row + repeats).min(MAX_ROWS),
            Seen::End(_) => {}
        }
        Ok(())
    })?;
    Ok(sheets)
}

enum Seen<'a> {
    Start(&'a BytesStart<'a>),
    End(&'a str),
}

fn walk(source: impl BufRead, mut see: impl FnMut(Seen<'_>) -> Result<(), ScanError>) -> Result<(), ScanError> {
    let mut reader = Reader::from_reader(source);
    let (mut buffer, mut depth) = (Vec::new(), 0usize);
    loop {
        match reader.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(element) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    let message = format!("The XML of a sheet is nested more than {MAX_DEPTH} deep.");
                    return Err(ScanError::new("too_deep", message));
                }
                see(Seen::Start(&element))?;
            }
            Event::Empty(element) => {
                see(Seen::Start(&element))?;
                see(Seen::End(element.local_name().as_ref()))?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                see(Seen::End(element.local_name().as_ref()))?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        buffer.clear();
    }
}

fn text(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        element.attributes().with_checks(false).flatten().find(|each| each.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// An attribute of the element that has another one of a certain value.
pub fn attribute(xml: &[u8], element: &str, known: (&str, &str), wanted: &str) -> Option<String> {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(found) | Event::Empty(found) if found.local_name().as_ref() == element => {
                let value = text(&found, known.0).unwrap_or_default();
                let plain =
                    quick_xml::escape::unescape(&value).map_or_else(|_| value.clone(), std::borrow::Cow::into_owned);
                if plain == known.1 {
                    return text(&found, wanted);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<u64> {
    text(element, name)?.parse().ok()
}

fn truth(element: &BytesStart<'_>, name: &str) -> bool {
    text(element, name).is_some_and(|value| value == "1" || value == "true")
}

/// What to say about a table in a sheet, from its first column to its last.
pub fn notes(survey: &Survey, (left, right): (u32, u32)) -> Vec<String> {
    let mut notes = Vec::new();
    let (left, right) = (u64::from(left), u64::from(right));
    let within = |&(from, to): &(u64, u64)| (to.min(right) + 1).saturating_sub(from.max(left));
    let hidden_columns: u64 = survey.hidden_columns.iter().map(within).sum();
    for (count, what) in [(survey.hidden_rows, "row"), (hidden_columns, "column")] {
        if count > 0 {
            let many = if count == 1 { format!("1 {what} is") } else { format!("{count} {what}s are") };
            notes.push(format!("{many} hidden in the sheet, and read like the others."));
        }
    }
    match survey.merged {
        0 => {}
        1 => notes.push("1 group of cells is merged; the value stands in the first of them.".into()),
        many => notes.push(format!("{many} groups of cells are merged; the value stands in the first of each.")),
    }
    match (survey.formulas, survey.without_value) {
        (0, _) => {}
        (1, 0) => notes.push("1 cell holds a formula; the value that was last saved is read.".into()),
        (many, 0) => notes.push(format!("{many} cells hold formulas; the values that were last saved are read.")),
        (many, missing) => notes.push(format!(
            "{missing} of {many} formulas have no saved value and are read as empty; save the file in a spreadsheet first."
        )),
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_merged_or_not_computed_is_counted() {
        let sheet = br#"<worksheet><cols><col min="2" max="4" hidden="1"/></cols><sheetData>
            <row r="1" hidden="1"><c r="A1"><f>B1</f></c><c r="B1"><f>1+1</f><v>2</v></c></row><row r="2"/></sheetData>
            <mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>"#;
        let found = xlsx(&sheet[..]).unwrap();
        let counts = (found.hidden_rows, found.merged, found.formulas, found.without_value);
        assert_eq!(counts, (1, 1, 2, 1));
        assert_eq!(found.hidden_columns, [(1, 3)]);
        assert!(notes(&found, (0, 2)).contains(&"2 columns are hidden in the sheet, and read like the others.".into()));
    }

    #[test]
    fn repeated_cells_are_counted_before_they_are_made() {
        let sheet = |rows: u64| {
            format!(
                r#"<d xmlns:table="t"><table:table table:name="S"><table:table-row table:number-rows-repeated="{rows}">
                <table:table-cell office:value-type="float" table:number-columns-repeated="16384"/>
                </table:table-row></table:table></d>"#
            )
        };
        assert_eq!(ods(sheet(1 << 30).as_bytes(), Limits::default()).unwrap_err().code, "too_many_cells");
        assert_eq!(ods(sheet(10).as_bytes(), Limits::default()).unwrap()[0].name, "S");
    }
}
