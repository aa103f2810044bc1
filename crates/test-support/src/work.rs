//! How much work something is, in a test that guards against work that grows faster than its input.
//!
//! Work is counted, not timed: a clock says as much about the machine as about the code, and some stand still for milliseconds. The
//! counts are those of the compiler's instrumentation for coverage, one for every branch and every turn of a loop of each crate that was
//! built with it. `cargo xtask test` builds so (`-C instrument-coverage --cfg counted`) and runs the tests whose names say `linear`;
//! in any other build they only show that the code takes its input. Not counted is what the standard library does by itself, as where it
//! searches a string.

/// How much more than its share a larger input may cost: enough for a logarithm, and far too little for a square.
const LENIENCE: f64 = 1.5;

/// Fails if the work goes up faster than the size of the input does. `prepare` makes the input of a size, and is not counted.
///
/// # Panics
/// If more than linear work is done: it says how much.
#[track_caller]
pub fn assert_linear<T>(what: &str, sizes: [usize; 2], prepare: impl Fn(usize) -> T, run: impl Fn(T)) {
    let [small, large] = sizes;
    // What is made once for all, such as a table, is not the input's.
    run(prepare(small));
    let work = |size| {
        done()?;
        let input = prepare(size);
        let before = done()?;
        run(input);
        Some(done()?.wrapping_sub(before))
    };
    let (Some(little), Some(much)) = (work(small), work(large)) else { return };
    let times = much as f64 / little.max(1) as f64;
    let fair = large as f64 / small as f64;
    assert!(
        times < fair * LENIENCE,
        "{what:?}: {fair} times the input are {times:.1} times the work, {little} to {much}"
    );
}

/// What the process has done so far. The counters are not guarded: another thread's work counts, too, or is lost.
#[cfg(counted)]
#[expect(unsafe_code, reason = "the counters are the instrumentation's, between two addresses that its runtime tells")]
fn done() -> Option<u64> {
    unsafe extern "C" {
        safe fn __llvm_profile_begin_counters() -> *const u64;
        safe fn __llvm_profile_end_counters() -> *const u64;
    }
    let (begin, end) = (__llvm_profile_begin_counters(), __llvm_profile_end_counters());
    let count = (end.addr() - begin.addr()) / size_of::<u64>();
    // SAFETY: the runtime's section of counters lasts as long as the process and holds nothing else. They may change while they are
    // read, which is why each is read by itself and as volatile.
    Some((0..count).map(|n| unsafe { begin.add(n).read_volatile() }).fold(0, u64::wrapping_add))
}

#[cfg(not(counted))]
fn done() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(count: usize) {
        let mut sum = 0;
        for n in 0..count {
            sum = std::hint::black_box(sum + n);
        }
    }

    #[test]
    fn work_that_is_linear() {
        assert_linear("one loop", [100, 1000], |n| n, turns);
        assert_linear("what is prepared", [100, 1000], |n| (turns(n * n), n).1, turns);
    }

    #[cfg(counted)]
    #[test]
    #[should_panic(expected = "10 times the input are 9")]
    fn work_that_is_not_linear() {
        assert_linear("a loop in a loop", [100, 1000], |n| n, |n| (0..n).for_each(|_| turns(n)));
    }
}
