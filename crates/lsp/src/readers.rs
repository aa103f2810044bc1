//! Who has a snapshot, and what is done when a write waits for one.
//!
//! A write waits until every snapshot is dropped. Running queries are told to stop and do so at once; what does not stop is work
//! between queries, so that has to be short. Whoever makes it long is named in the log, while the write still waits.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rustc_hash::FxHashMap;
use sfmc_db::{Host, Snapshot};

/// No write should wait longer.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// All snapshots there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readers(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// A write begins or ceases to wait.
    changed: Condvar,
    longest: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    held: FxHashMap<u64, Held>,
    /// Since when a write waits.
    waiting: Option<Instant>,
    watched: bool,
}

#[derive(Clone, Debug)]
struct Held {
    by: &'static str,
    since: Instant,
}

/// A snapshot that is known to be held. Dropped before anything is sent to anybody.
#[derive(Debug)]
pub(crate) struct Reader {
    // The order matters: what is not registered is not waited for.
    snapshot: Snapshot,
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "held to be dropped"))]
    registration: Registration,
}

#[derive(Debug)]
struct Registration {
    id: u64,
    readers: Readers,
}

impl Reader {
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// How long a write has waited for readers at most.
    #[cfg(feature = "testing")]
    pub(crate) fn longest_wait(&self) -> Duration {
        self.registration.readers.longest_wait()
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.readers.state().held.remove(&self.id);
    }
}

impl Readers {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a snapshot for somebody.
    pub(crate) fn read(&self, host: &Host, by: &'static str) -> Reader {
        let mut state = self.state();
        state.next += 1;
        let id = state.next;
        state.held.insert(id, Held { by, since: Instant::now() });
        Reader { snapshot: host.snapshot(), registration: Registration { id, readers: self.clone() } }
    }

    /// Stops all readers and waits until they are gone.
    pub(crate) fn stop(&self, host: &mut Host) {
        let started = Instant::now();
        {
            let mut state = self.state();
            if state.held.is_empty() {
                return;
            }
            if !state.watched {
                state.watched = true;
                self.start_watching();
            }
            state.waiting = Some(started);
            self.0.changed.notify_all();
        }
        host.cancel_readers();
        self.state().waiting = None;
        let waited = started.elapsed();
        self.0.longest.fetch_max(u64::try_from(waited.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        if waited > PATIENCE {
            tracing::warn!("a write waited {waited:?} for readers");
        } else {
            tracing::trace!("a write waited {waited:?} for readers");
        }
    }

    /// How long a write has waited at most.
    pub(crate) fn longest_wait(&self) -> Duration {
        Duration::from_micros(self.0.longest.load(Ordering::Relaxed))
    }

    /// A thread that says whom a write waits for, even when it never ends.
    fn start_watching(&self) {
        let shared = Arc::downgrade(&self.0);
        let watch = move || {
            let mut named = None;
            while let Some(shared) = shared.upgrade() {
                let state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
                let left =
                    state.waiting.map_or(Duration::from_secs(1), |since| PATIENCE.saturating_sub(since.elapsed()));
                match state.waiting {
                    Some(since) if left.is_zero() && named != Some(since) => {
                        named = Some(since);
                        let holders = holders(&state.held);
                        drop(state);
                        tracing::warn!("a write has waited {PATIENCE:?} for {holders}");
                    }
                    _ => {
                        let left = if left.is_zero() { PATIENCE } else { left };
                        drop(shared.changed.wait_timeout(state, left));
                    }
                }
            }
        };
        if let Err(error) = std::thread::Builder::new().name("sfmc-lsp-watchdog".to_owned()).spawn(watch) {
            tracing::error!("cannot watch over readers: {error}");
        }
    }
}

fn holders(held: &FxHashMap<u64, Held>) -> String {
    let mut held: Vec<_> = held.values().collect();
    held.sort_by_key(|held| held.since);
    let names: Vec<_> = held.iter().map(|held| format!("{} ({:?})", held.by, held.since.elapsed())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sfmc_db::{Db, FileKind};

    use super::*;

    #[test]
    fn a_write_waits_for_whoever_is_registered() {
        let readers = Readers::default();
        let mut host = Host::default();
        host.set_text(Path::new("/a.html"), "x".to_owned(), FileKind::Page);
        readers.stop(&mut host);
        assert_eq!(readers.longest_wait(), Duration::ZERO);
        let reader = readers.read(&host, "test");
        assert_eq!(readers.state().held.len(), 1);
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(500));
            let cancelled = sfmc_db::Cancelled::catch(std::panic::AssertUnwindSafe(|| {
                reader.snapshot().db().unwind_if_revision_cancelled();
            }));
            assert!(cancelled.is_err());
        });
        readers.stop(&mut host);
        assert!(readers.longest_wait() >= Duration::from_millis(100), "{:?}", readers.longest_wait());
        thread.join().unwrap();
        assert!(readers.state().held.is_empty());
    }
}
