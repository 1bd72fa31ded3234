//! Notes below a table whose end lies beyond the head: looked for in the last bytes of the file.

use crate::columns::columns;
use crate::encoding::Charset;
use crate::ending::footer_start;
use crate::frame::Head;
use crate::guess::records;
use crate::sample::Sample;
use crate::sniff::{Reading, last_rows};
use crate::split::{Record, line_end};

/// Find the footer in the tail, and where the table ends.
pub fn footer(sample: &Sample, head: &Head<'_>, charset: Charset, reading: &mut Reading) {
    let plain = !matches!(charset, Charset::Utf16(_) | Charset::Utf32(_));
    if sample.tail.is_empty() || !plain || !reading.plan.starts.is_empty() || head.width < 2 {
        return;
    }
    // Line ends are the same bytes in all encodings that are left, so places hold in the file too.
    let from = line_end(&sample.tail, 0);
    let text = &sample.tail[(from + 1).min(sample.tail.len())..];
    let rows = records(text, head.rules, Some(head.width), true, usize::MAX);
    let tail = Head { text, records: &rows, rules: head.rules, width: head.width, ended: true };
    let full: Vec<&Record> = head.records.iter().filter(|row| row.cells.len() == head.width).collect();
    let kinds = columns(head.text, &full, head.width, head.rules);
    let start = footer_start(&tail, &kinds, 0, rows.len());
    reading.last = last_rows(&tail, 0, start);
    reading.last.iter_mut().for_each(|row| row.0 = 0);
    if start == 0 || start == rows.len() {
        return;
    }
    reading.footer = (start..rows.len()).filter(|&at| !rows[at].is_blank(text)).map(|at| tail.shown(at)).collect();
    reading.footer.iter_mut().for_each(|line| line.line = 0);
    reading.plan.end_bytes = Some(sample.bytes - (text.len() - rows[start].start) as u64);
}
