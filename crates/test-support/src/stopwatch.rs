//! How long something takes, in a test that guards against work that grows faster than its input.

use std::time::{Duration, Instant};

/// Runs since it was made, and stands still while other threads have the processor, where the system tells: a busy machine does not fail
/// a test.
#[derive(Debug)]
pub struct Stopwatch {
    processor: Option<Duration>,
    clock: Instant,
}

impl Stopwatch {
    /// Starts one. It belongs to the thread that starts it.
    pub fn start() -> Stopwatch {
        Stopwatch { processor: processor_time(), clock: Instant::now() }
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        match (self.processor, processor_time()) {
            (Some(start), Some(now)) => now.saturating_sub(start),
            _ => self.clock.elapsed(),
        }
    }
}

/// How long this thread has had a processor so far; Linux says it in nanoseconds.
#[expect(clippy::disallowed_methods, reason = "a clock that is read as a file")]
fn processor_time() -> Option<Duration> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    line.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_work_and_no_sleep() {
        let watch = Stopwatch::start();
        std::thread::sleep(Duration::from_millis(30));
        let slept = watch.elapsed();
        let mut sum = 0u64;
        for n in 0..3_000_000u64 {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(n));
        }
        assert!(watch.elapsed() > slept, "{sum}");
        if processor_time().is_some() {
            assert!(slept < Duration::from_millis(25), "{slept:?}");
        }
    }
}
