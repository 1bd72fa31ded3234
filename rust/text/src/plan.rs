//! How a file is to be read: what was found out or said, enough to read it again in the same way.

use agensium_kernel::ScanError;
use agensium_kernel::options::Dialect;
use serde::{Deserialize, Serialize};

use crate::encoding::Charset;
use crate::limits::Limits;
use crate::split::Rules;

/// The delimiter that mended rows get where their own is no single ASCII character.
pub const UNIT: &str = "\u{1f}";

/// Everything that reading needs to know.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// The member of an archive.
    pub member: Option<String>,
    /// A label of an encoding.
    pub encoding: String,
    /// The encoding of the bytes that are not UTF-8, in a mixture.
    pub fallback: Option<String>,
    /// Between fields; one character or several; empty for columns of fixed width.
    pub delimiter: String,
    /// Around fields.
    pub quote: Option<char>,
    /// Before a quote that is a character.
    pub escape: Option<char>,
    /// Whether blanks after a delimiter are no part of a value.
    pub blanks: bool,
    /// What lines that are no rows start with.
    pub comment: Option<String>,
    /// Where columns of fixed width start.
    pub starts: Vec<usize>,
    /// Names of the columns.
    pub names: Vec<String>,
    /// Whether there is one column, which nothing cuts.
    pub single: bool,
    /// Columns of the table.
    pub width: usize,
    /// Lines before the first row.
    pub skip_lines: u64,
    /// Where the table ends in the decoded text.
    pub end_text: Option<u64>,
    /// Where the table ends in the bytes of the file.
    pub end_bytes: Option<u64>,
    /// The header's cells, where it comes back further down and is left out there.
    pub repeated: Option<Vec<String>>,
    /// Whether rows are read with care and mended.
    pub careful: bool,
}

impl Plan {
    /// Its rules.
    pub fn rules(&self) -> Result<Rules, ScanError> {
        Ok(Rules {
            delimiter: if self.single { UNIT.into() } else { self.delimiter.clone().into_bytes() },
            quote: single("quote", self.quote)?,
            escape: single("escape", self.escape)?,
            blanks: self.blanks,
        })
    }

    /// Whether rows must be written anew for the kernel.
    pub fn rewrites(&self) -> bool {
        !self.starts.is_empty() || self.delimiter.len() != 1 || self.blanks
    }

    /// Whether rows go through the mender.
    pub fn mends(&self) -> bool {
        self.careful || self.rewrites() || self.comment.is_some() || self.repeated.is_some()
    }

    /// The delimiter of what the kernel reads.
    pub fn given_delimiter(&self) -> &str {
        if self.starts.is_empty() && self.delimiter.len() == 1 && !self.single { &self.delimiter } else { UNIT }
    }

    /// The quote of what the kernel reads.
    pub fn given_quote(&self) -> Option<char> {
        if self.rewrites() { self.quote.or(Some('"')) } else { self.quote }
    }

    /// The dialect of what the kernel reads.
    pub fn dialect(&self) -> Dialect {
        Dialect {
            delimiter: self.given_delimiter().into(),
            quote: self.given_quote().map(String::from),
            escape: if self.rewrites() { None } else { self.escape.map(String::from) },
            header: false,
            skip_lines: self.skip_lines,
        }
    }

    /// The encoding.
    pub fn charset(&self) -> Result<Charset, ScanError> {
        let unknown = |label: &str| {
            ScanError::new("invalid_params", format!("There is no encoding {label:?}."))
                .hint("Use a name such as utf-8, windows-1252, shift_jis or utf-16le.")
        };
        if let Some(label) = &self.fallback {
            return match Charset::named(label) {
                Some(Charset::Legacy(encoding)) => Ok(Charset::Mixed(encoding)),
                _ => Err(unknown(label)),
            };
        }
        Charset::named(&self.encoding).ok_or_else(|| unknown(&self.encoding))
    }
}

fn single(what: &str, c: Option<char>) -> Result<Option<u8>, ScanError> {
    c.map(|c| {
        u8::try_from(c)
            .ok()
            .filter(u8::is_ascii)
            .ok_or_else(|| ScanError::new("invalid_params", format!("The {what} must be one ASCII character.")))
    })
    .transpose()
}

/// What the user said; the rest is found out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// The member of an archive.
    pub member: Option<String>,
    /// A label of an encoding.
    pub encoding: Option<String>,
    /// Between fields.
    pub delimiter: Option<String>,
    /// Around fields; empty for none.
    pub quote: Option<String>,
    /// Before a quote that is a character; empty for none.
    pub escape: Option<String>,
    /// Rows of the header.
    pub header_rows: Option<usize>,
    /// Lines before the header.
    pub skip_lines: Option<usize>,
    /// What lines that are no rows start with; empty for none.
    pub comment: Option<String>,
    /// The limits.
    pub limits: Option<Limits>,
}
