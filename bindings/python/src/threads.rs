//! Threads beside those of Python.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::ThreadPoolBuilder;

/// Wall time after which Python is asked for signals.
pub(crate) const PIECE: Duration = Duration::from_millis(50);

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

/// What `work` gives, with the interpreter's lock released: another thread does it, while this one looks for
/// interrupts, and then tells it to stop.
pub(crate) fn interruptible<T: Send>(py: Python<'_>, work: impl FnOnce(&AtomicBool) -> T + Send) -> PyResult<T> {
    let stop = AtomicBool::new(false);
    if rayon::current_thread_index().is_some() {
        // This thread computes alone: see above.
        return Ok(py.detach(|| work(&stop)));
    }
    thread::scope(|scope| {
        let (sender, mut receiver) = mpsc::channel();
        let stop = &stop;
        scope.spawn(move || sender.send(work(stop)));
        loop {
            let waited = py.detach(move || (receiver.recv_timeout(PIECE), receiver));
            receiver = waited.1;
            match waited.0 {
                Ok(found) => return Ok(found),
                Err(RecvTimeoutError::Timeout) => {
                    py.check_signals().inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
                }
                Err(RecvTimeoutError::Disconnected) => return Err(PyRuntimeError::new_err("a thread ended early")),
            }
        }
    })
}
