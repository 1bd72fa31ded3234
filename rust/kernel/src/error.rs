//! What can go wrong, with the stable codes that the service shows.

use std::fmt;

/// A failure for a person: a stable code, one sentence, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanError {
    /// Stable, machine-readable name.
    pub code: &'static str,
    /// What was wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
    /// What there is to choose from, such as the files of an archive.
    pub choices: Vec<String>,
}

impl ScanError {
    /// An error without a hint.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, choices: Vec::new() }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with what there is to choose from.
    #[must_use]
    pub fn choices(self, choices: Vec<String>) -> Self {
        Self { choices, ..self }
    }

    /// Somebody asked the scan to stop.
    pub fn cancelled() -> Self {
        Self::new("cancelled", "The scan was cancelled.")
    }
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ScanError {}

impl From<std::io::Error> for ScanError {
    /// A reader may carry an error of ours inside its own.
    fn from(error: std::io::Error) -> Self {
        if let Some(known) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return known.clone();
        }
        if error.kind() == std::io::ErrorKind::OutOfMemory {
            return Self::new("out_of_memory", "The job needs more memory than it may use.");
        }
        Self::new("file_unreadable", format!("The file cannot be read: {error}."))
    }
}
