//! Ending work that nobody waits for any more, however deep it is: it unwinds to where it was begun.

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static CURRENT: RefCell<Option<Stop>> = const { RefCell::new(None) };
}

/// Whether some work is to end. Clones are one and the same.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

/// What a stopped thread unwinds with.
struct Stopped;

impl Stop {
    /// The work is to end.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work is to end.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Do work that this may end, on a thread that does nothing else.
    pub fn over<R>(&self, work: impl FnOnce() -> R) -> R {
        CURRENT.set(Some(self.clone()));
        work()
    }
}

/// What may end the work of this thread.
pub fn current() -> Stop {
    CURRENT.with_borrow(|stop| stop.clone().unwrap_or_default())
}

/// Unwind, if the work of this thread is to end.
pub fn check() {
    let stopped = CURRENT.with_borrow(|stop| stop.as_ref().is_some_and(Stop::is_stopped));
    if stopped {
        // No panic: nothing is wrong, and nothing is written to standard error.
        resume_unwind(Box::new(Stopped));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel;

    #[test]
    fn stopped_work_ends_on_all_threads() {
        for threads in [1, 3] {
            let stop = Stop::default();
            let work = || {
                parallel::map((0..1000).collect(), threads, |_, item: usize| {
                    if item == 10 {
                        stop.stop();
                    }
                    assert!(item < 500, "went on");
                });
            };
            let ended = std::thread::scope(|scope| scope.spawn(|| stop.over(work)).join());
            assert!(ended.is_err_and(|with| with.is::<Stopped>()));
        }
    }
}
