//! Opening a file while somebody watches: what its decoders do before the first row cannot be asked
//! to stop, but what they read can be taken from them.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::Builder;
use std::time::Duration;

use agensium_kernel::{Progress, ScanError};

use crate::input::Input;

/// How often the watcher is told of progress and may stop.
const BEAT: Duration = Duration::from_millis(200);
/// Deep schemas are read by recursion.
const STACK_BYTES: usize = 8 << 20;

/// Run `work` in a thread of its own. `monitor` is called from this one; false ends the work at its
/// next read.
pub fn watched<T: Send>(
    input: &Input,
    monitor: &mut dyn FnMut(Progress) -> bool,
    work: impl FnOnce() -> Result<T, ScanError> + Send,
) -> Result<T, ScanError> {
    let mut cancelled = false;
    let found = std::thread::scope(|scope| {
        let (sender, done) = channel::<()>();
        let worker = Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, move || {
            // Whatever becomes of the work, its end drops the sender, and that is heard.
            let _sender = sender;
            work()
        })?;
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(BEAT) {
            let progress = Progress { rows: 0, bytes: 0, total_bytes: input.length() };
            if !cancelled && !monitor(progress) {
                cancelled = true;
                input.stop();
            }
        }
        worker.join().map_err(|_| ScanError::new("internal", "A thread of the reader failed."))?
    });
    if cancelled { Err(ScanError::cancelled()) } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::path::Path;

    #[test]
    fn work_ends_at_its_next_read() {
        let input = Input::open(Path::new("/dev/null")).unwrap();
        let endless = || loop {
            if input.reader().read(&mut [0; 8]).is_err() {
                return Ok(());
            }
        };
        assert_eq!(watched(&input, &mut |_| false, endless), Err(ScanError::cancelled()));
    }

    #[test]
    fn what_was_found_is_handed_over() {
        let input = Input::open(Path::new("/dev/null")).unwrap();
        assert_eq!(watched(&input, &mut |_| true, || Ok(7)), Ok(7));
    }
}
