//! Foreign decoders may panic on broken files; here that becomes an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use agensium_kernel::ScanError;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Run a decoder; a panic in it means that the file is broken.
pub fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, ScanError> {
    silence();
    let before = QUIET.replace(true);
    // Whatever the decoder left half-done is dropped by the caller.
    let result = catch_unwind(AssertUnwindSafe(decode));
    QUIET.set(before);
    result.map_err(|_| broken("its structure contradicts itself"))
}

/// The error of a file that cannot be decoded.
pub fn broken(reason: impl std::fmt::Display) -> ScanError {
    let reason = reason.to_string();
    let reason: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    ScanError::new("invalid_input", format!("The file is damaged: {}.", reason.trim_end_matches('.')))
        .hint("Send the file anew; if it was cut on its way, its end is missing.")
}

/// Let panics of guarded decoders print nothing; all others print as before.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                print(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let failed = guarded(|| [1, 2, 3].iter().map(|n| 6 / (n - 2)).sum::<i32>()).unwrap_err();
        assert_eq!(failed.code, "invalid_input");
        assert_eq!(guarded(|| 7), Ok(7));
    }

    #[test]
    fn a_reason_is_one_short_line() {
        assert_eq!(broken("a\nb.").message, "The file is damaged: a b.");
    }
}
