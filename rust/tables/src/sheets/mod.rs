//! Workbooks: xlsx, xlsb, xls and ods. Cells are read with the values that were last computed; no formula,
//! macro or link is followed.

pub mod area;
pub mod cells;
pub mod ending;
pub mod feed;
pub mod names;
pub mod read;
pub mod records;
pub mod survey;
pub mod unpack;

use agensium_kernel::ScanError;

use crate::columns::{Leaf, What};
use crate::input::Input;
use crate::open::{Choice, Member};
use area::{Area, parse_range};
use cells::Store;
use feed::SheetFeed;
use read::Workbook;

/// Sheets beyond this are not listed.
pub const MAX_SHEETS: usize = 1_000;

/// A workbook whose table was found.
pub struct Opened {
    /// What it is.
    pub format: &'static str,
    /// All sheets.
    pub members: Vec<Member>,
    /// The sheet that was read.
    pub chosen: String,
    /// The table's columns.
    pub leaves: Vec<Leaf>,
    /// Rows under the header.
    pub rows: u64,
    /// Rows of the sheet before those.
    pub rows_before: u64,
    /// Where the rows come from.
    pub feed: SheetFeed,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Open a workbook and read one of its sheets.
pub fn open(input: &Input, choice: &Choice) -> Result<Opened, ScanError> {
    let wanted = choice.range.as_deref().map(parse_range).transpose()?;
    let mut book = Workbook::open(input, choice.limits)?;
    let members = book.members()?;
    let chosen = choose(&members, choice.table.as_deref())?;
    let store = book.sheet(&chosen)?;
    let Some(area) = area::find(&store, wanted, choice.header_rows) else {
        return Err(ScanError::new("no_rows", format!("The sheet '{chosen}' holds no cells there."))
            .hint(format!("Choose another with read.sheet: {}.", listed(&members))));
    };
    area.check(store.cells.len())?;
    let mut notes = notes(&store, &area, &members, &chosen);
    notes.extend(book.notes(input, &chosen, (area.left, area.right))?);
    notes.extend(area::total(&store, &area));
    notes.extend(area::others(&store, &area));
    let names = names::join(&store, &area);
    let leaves = names.into_iter().map(|name| Leaf::flat(name, String::new(), What::Value)).collect();
    let feed = SheetFeed::new(store, area, input.length());
    let (rows, rows_before) = (u64::from(area.rows()), u64::from(area.first_row()));
    Ok(Opened { format: book.format(), members, chosen, leaves, rows, rows_before, feed, notes })
}

/// The sheet that was asked for, or the largest that is not hidden.
fn choose(members: &[Member], wanted: Option<&str>) -> Result<String, ScanError> {
    if let Some(wanted) = wanted {
        let found = Member::find(members, wanted);
        return found.map(|member| member.name.clone()).ok_or_else(|| {
            ScanError::new("invalid_input", format!("The workbook has no sheet '{wanted}'."))
                .hint(format!("It has: {}.", listed(members)))
        });
    }
    let size = |member: &Member| (!member.hidden, member.rows.unwrap_or(0) * u64::from(member.columns.unwrap_or(0)));
    let mut best: Option<&Member> = None;
    for member in members {
        if best.is_none_or(|best| size(member) > size(best)) {
            best = Some(member);
        }
    }
    best.map(|member| member.name.clone()).ok_or_else(|| {
        ScanError::new("no_rows", "The workbook has no sheet with cells.").hint("Send a workbook with a table.")
    })
}

fn listed(members: &[Member]) -> String {
    members.iter().take(20).map(|member| format!("'{}'", member.name)).collect::<Vec<_>>().join(", ")
}

fn notes(store: &Store, area: &Area, members: &[Member], chosen: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if members.len() > 1 {
        let text = format!("Of {} sheets, '{chosen}' is read; choose another with read.sheet.", members.len());
        notes.push(text);
    }
    let rows = |count: u32| if count == 1 { "1 row".into() } else { format!("{count} rows") };
    if area.skipped > 0 {
        notes.push(format!(
            "The table starts in row {}, below {} of titles or notes.",
            area.top + 1,
            rows(area.skipped)
        ));
    }
    if area.headers > 1 {
        notes.push(format!("{} name the columns; their names were joined.", rows(area.headers)));
    }
    if let Some((row, count)) = area.below {
        notes.push(format!("Below the table, from row {} on, {} of notes are no part of it.", row + 1, rows(count)));
    }
    match store.errors {
        0 => {}
        1 => notes.push(format!("1 cell holds an error, {}; it is read as text.", store.first_error)),
        many => notes.push(format!("{many} cells hold errors such as {}; they are read as text.", store.first_error)),
    }
    notes
}
