//! What the caller asks for.

use serde::Deserialize;

use crate::error::ScanError;

/// How the file writes fields and rows, as the caller says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Dialect {
    /// One ASCII character between fields.
    pub delimiter: String,
    /// One ASCII character around fields; `None` when quotes have no meaning.
    pub quote: Option<String>,
    /// The character that escapes a quote; `None` when a quote is doubled.
    pub escape: Option<String>,
    /// Whether the first record names the columns.
    pub header: bool,
    /// Lines before the header that are no part of the table.
    pub skip_lines: u64,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: ",".into(), quote: Some("\"".into()), escape: None, header: true, skip_lines: 0 }
    }
}

/// The dialect as bytes, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields.
    pub quote: Option<u8>,
    /// Before a quote that is a character, when that is not a second quote.
    pub escape: Option<u8>,
}

impl Dialect {
    /// Check the characters.
    pub fn format(&self) -> Result<Format, ScanError> {
        let format = Format {
            delimiter: single("delimiter", &self.delimiter)?,
            quote: self.quote.as_deref().map(|text| single("quote", text)).transpose()?,
            escape: self.escape.as_deref().map(|text| single("escape", text)).transpose()?,
        };
        let escape = format.escape.filter(|&byte| Some(byte) != format.quote);
        if Some(format.delimiter) == format.quote || Some(format.delimiter) == escape {
            return Err(ScanError::new("invalid_params", "The delimiter is also the quote or the escape."));
        }
        Ok(Format { escape, ..format })
    }
}

fn single(what: &str, text: &str) -> Result<u8, ScanError> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err(ScanError::new("invalid_params", format!("The {what} must be one ASCII character, not {text:?}."))),
    }
}

/// What to look for and how much it may cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How the file is written.
    pub dialect: Dialect,
    /// Spellings of "no value".
    pub missing_tokens: Vec<String>,
    /// `None` means one for every core.
    pub threads: Option<usize>,
    /// The cap on state.
    pub memory_bytes: u64,
    /// The size of the pieces that threads work on.
    pub chunk_bytes: Option<usize>,
    /// ISO date after which a date counts as future.
    pub today: Option<String>,
    /// Whether relations between columns are looked for.
    pub pairs: bool,
    /// Names to use instead of the header's.
    pub columns: Option<Vec<String>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            missing_tokens: ["", "NA", "NULL", "null"].map(String::from).to_vec(),
            threads: None,
            memory_bytes: 512 << 20,
            chunk_bytes: None,
            today: None,
            pairs: true,
            columns: None,
        }
    }
}

impl Options {
    /// Threads to start: never more than there are pieces of work.
    pub fn threads(&self, chunks: u64) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let wanted = self.threads.unwrap_or_else(cores).clamp(1, 256);
        wanted.min(usize::try_from(chunks.max(1)).unwrap_or(usize::MAX))
    }

    /// The longest record that is read; a longer one is an error, not a crash.
    pub fn max_record_bytes(&self) -> usize {
        usize::try_from(self.memory_bytes / 8).unwrap_or(usize::MAX).clamp(1 << 20, 256 << 20)
    }
}
