//! Threads of processes that were forked.

use pyo3::prelude::*;
use rayon::ThreadPoolBuilder;

/// Lets this thread compute by itself from now on.
///
/// A forked process has none of the threads of its parent, and would wait for them forever.
#[pyfunction]
pub(crate) fn compute_alone() {
    // A thread that belongs to a pool already is one that called this before: its pool has no other threads.
    if let Ok(pool) = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
        // The thread stays in the pool for as long as the pool lives.
        std::mem::forget(pool);
    }
}
