//! The state of a whole table in one thread: columns, rows, repairs, hashes of rows.

use crate::batch::{Batch, CellBuffer};
use crate::cells::{Cells, Span, pad, strip_quotes, unquote};
use crate::column::{Column, Scratch};
use crate::cutter::Chunk;
use crate::error::ScanError;
use crate::options::Format;
use crate::parallel;
use crate::row_hashes::RowHashes;
use crate::row_sample::RowSample;
use crate::stop;
use crate::tokenize::{Fields, Places, line_breaks};
use crate::value::MissingTokens;

/// What was mended, by place.
#[derive(Debug, Default, Clone)]
pub struct Repairs {
    /// Rows with too few fields.
    pub padded: Mended,
    /// Rows with too many fields.
    pub cut: Mended,
    /// Rows with stray quotes.
    pub stray: Mended,
    /// Rows with bytes that are not UTF-8.
    pub invalid: Mended,
    /// Blank lines.
    pub blank: Mended,
    /// A quote without end.
    pub unclosed: Mended,
}

/// How often, and the first places.
#[derive(Debug, Default, Clone)]
pub struct Mended {
    /// How often.
    pub count: u64,
    /// Chunk and line.
    pub first: Vec<u64>,
}

impl Mended {
    fn add(&mut self, places: &Places, chunk: u64) {
        self.count += places.count;
        self.first.extend(places.first.iter().map(|&line| chunk | u64::from(line)));
        self.shorten();
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first.extend_from_slice(&other.first);
        self.shorten();
    }

    fn shorten(&mut self) {
        self.first.sort_unstable();
        self.first.truncate(Places::KEPT);
    }
}

/// A table's state; states of parts merge.
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: u64,
    /// What was mended.
    pub repairs: Repairs,
    /// Lines of each chunk, by its number.
    pub chunk_lines: Vec<(u32, u32)>,
    /// For duplicate rows.
    pub row_hashes: RowHashes,
    /// Some rows as they are.
    pub sample: RowSample,
    fields: Fields,
    starts: Vec<u32>,
    hashes: Vec<u64>,
    spans: Vec<Span>,
    unquoted: Vec<u8>,
    scratch: Scratch,
    buffer: CellBuffer,
    chosen: Vec<u32>,
    lines: Vec<u32>,
}

impl Table {
    /// An empty table.
    pub fn new(columns: Vec<Column>, row_hashes: RowHashes, sample: RowSample) -> Self {
        Self {
            columns,
            rows: 0,
            repairs: Repairs::default(),
            chunk_lines: Vec::new(),
            row_hashes,
            sample,
            fields: Fields::default(),
            starts: Vec::new(),
            hashes: Vec::new(),
            spans: Vec::new(),
            unquoted: Vec::new(),
            scratch: Scratch::default(),
            buffer: CellBuffer::default(),
            chosen: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Take in a chunk; returns its rows.
    pub fn read(&mut self, chunk: &mut Chunk, format: Format, missing: &MissingTokens) -> u64 {
        let place = u64::from(chunk.index) << 32;
        let invalid = self.find_fields(chunk, format);
        self.hashes.clear();
        self.hashes.resize(self.fields.rows(), 0);
        self.sample.read(chunk, &self.starts, &self.fields, format);
        pad(&mut chunk.text);
        for (number, column) in self.columns.iter_mut().enumerate() {
            stop::check();
            self.fields.spans(number, &mut self.spans);
            let quoted = self.fields.quoted[number];
            if quoted && (self.fields.inner_quotes || chunk.unclosed) {
                unquote(&mut chunk.text, &mut self.spans, format, &mut self.unquoted);
            } else if quoted {
                strip_quotes(&chunk.text, &mut self.spans, format);
            }
            let cells = Cells { text: &chunk.text, spans: &self.spans, lines: &self.fields.lines, chunk: place };
            column.read(&cells, &mut self.hashes, &mut self.scratch, missing);
        }
        self.row_hashes.add(&self.hashes);
        self.note_repairs(place, &invalid, chunk.unclosed);
        self.chunk_lines.push((chunk.index, self.fields.line_count));
        self.rows += self.fields.rows() as u64;
        self.fields.rows() as u64
    }

    /// Find the fields of a chunk, and where its rows start in the file; returns the lines that were not UTF-8.
    fn find_fields(&mut self, chunk: &mut Chunk, format: Format) -> Places {
        self.fields.read(&chunk.text, chunk.quotes, format, self.columns.len());
        // Replacing bytes moves the rows behind them.
        self.starts.clone_from(&self.fields.starts);
        let invalid = make_utf8(&mut chunk.text);
        if invalid.count > 0 {
            self.fields.read(&chunk.text, chunk.quotes, format, self.columns.len());
        }
        invalid
    }

    /// Free the buffers, which a long record has made large.
    pub fn shed(&mut self) {
        self.starts = Vec::new();
        (self.fields, self.scratch) = (Fields::default(), Scratch::default());
        (self.hashes, self.spans, self.unquoted) = (Vec::new(), Vec::new(), Vec::new());
    }

    /// Take in a batch, column by column.
    pub fn read_batch(&mut self, batch: &impl Batch, missing: &MissingTokens) -> Result<(), ScanError> {
        let (rows, chunk) = (batch.rows(), u64::from(batch.index()) << 32);
        self.hashes.clear();
        self.hashes.resize(rows, 0);
        self.lines.clear();
        self.lines.extend(0..rows as u32);
        self.sample.choose(batch.first_row(), rows, &mut self.chosen);
        let mut picked = Vec::with_capacity(self.columns.len());
        for (number, column) in self.columns.iter_mut().enumerate() {
            self.buffer.clear();
            batch.render(number, &mut self.buffer)?;
            picked.push(self.buffer.picked(&self.chosen));
            pad(&mut self.buffer.text);
            let cells = Cells { text: &self.buffer.text, spans: &self.buffer.spans, lines: &self.lines, chunk };
            column.read(&cells, &mut self.hashes, &mut self.scratch, missing);
        }
        self.sample.read_batch(batch.first_row(), &self.chosen, &picked);
        self.row_hashes.add(&self.hashes);
        self.chunk_lines.push((batch.index(), rows as u32));
        self.rows += rows as u64;
        Ok(())
    }

    fn note_repairs(&mut self, place: u64, invalid: &Places, unclosed: bool) {
        self.repairs.padded.add(&self.fields.padded, place);
        self.repairs.cut.add(&self.fields.cut, place);
        self.repairs.blank.add(&self.fields.blank, place);
        self.repairs.stray.add(&self.fields.stray, place);
        self.repairs.invalid.add(invalid, place);
        if unclosed {
            let line = self.fields.lines.last().copied().unwrap_or(0);
            let mut places = Places::default();
            places.add(line);
            self.repairs.unclosed.add(&places, place);
        }
    }

    /// The state of all parts together.
    pub fn merge_all(mut parts: Vec<Self>, threads: usize, missing: &MissingTokens) -> Option<Self> {
        let width = parts.first()?.columns.len();
        let mut columns: Vec<Vec<Column>> = (0..width).map(|_| Vec::with_capacity(parts.len())).collect();
        for part in &mut parts {
            columns.iter_mut().zip(part.columns.drain(..)).for_each(|(parts, column)| parts.push(column));
        }
        let merged = parallel::map(columns, threads, |_, parts| Column::merge_all(parts, missing));
        let mut parts = parts.into_iter();
        let mut whole = parts.next()?;
        parts.for_each(|part| whole.merge_rest(part));
        whole.columns = merged.into_iter().flatten().collect();
        Some(whole)
    }

    /// Add everything but the columns of another part.
    fn merge_rest(&mut self, other: Self) {
        self.rows += other.rows;
        self.chunk_lines.extend(other.chunk_lines);
        self.row_hashes.merge(other.row_hashes);
        self.sample.merge(other.sample);
        let (mine, theirs) = (&mut self.repairs, &other.repairs);
        mine.padded.merge(&theirs.padded);
        mine.cut.merge(&theirs.cut);
        mine.stray.merge(&theirs.stray);
        mine.invalid.merge(&theirs.invalid);
        mine.blank.merge(&theirs.blank);
        mine.unclosed.merge(&theirs.unclosed);
    }
}

/// Replace bytes that are not UTF-8 with U+FFFD; returns the lines where that happened.
fn make_utf8(text: &mut Vec<u8>) -> Places {
    let mut places = Places::default();
    if simdutf8::basic::from_utf8(text).is_ok() {
        return places;
    }
    let mut line = 0;
    let mut mended = Vec::with_capacity(text.len() + 16);
    for part in text.utf8_chunks() {
        line += line_breaks(part.valid().as_bytes());
        mended.extend_from_slice(part.valid().as_bytes());
        if !part.invalid().is_empty() {
            mended.extend_from_slice("\u{fffd}".as_bytes());
            places.add_once(line);
        }
    }
    *text = mended;
    places
}
