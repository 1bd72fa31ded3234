//! The same work on many items, on several threads.

use std::sync::{Mutex, PoisonError};

use crate::stop;

/// Apply `work` to each item with its number; the results come in the items' order. Between two items it ends, if
/// it is stopped.
pub fn map<T: Send, R: Send>(items: Vec<T>, threads: usize, work: impl Fn(usize, T) -> R + Sync) -> Vec<R> {
    let work = |(number, item): (usize, T)| {
        stop::check();
        work(number, item)
    };
    if threads < 2 || items.len() < 2 {
        return items.into_iter().enumerate().map(work).collect();
    }
    let stop = &stop::current();
    let count = items.len();
    let queue = Mutex::new(items.into_iter().enumerate());
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let run = || std::iter::from_fn(take).map(|(number, item)| (number, work((number, item)))).collect::<Vec<_>>();
        let workers: Vec<_> = (0..threads.min(count)).map(|_| scope.spawn(move || stop.over(run))).collect();
        let joined = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flat_map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for threads in [1, 2, 5] {
            assert_eq!(map(vec![1; 100], threads, |number, item| number + item), (1..=100).collect::<Vec<_>>());
        }
    }
}
