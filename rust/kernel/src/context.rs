//! What is known beside the states when figures are made of them.

use crate::options::Options;
use crate::value::MissingTokens;

/// What the summary needs beside the states.
pub struct Context<'a> {
    /// What the caller asked for.
    pub options: &'a Options,
    /// Spellings of "no value".
    pub missing: &'a MissingTokens,
    /// The columns' names.
    pub names: &'a [String],
    /// Threads that may be used.
    pub threads: usize,
}
