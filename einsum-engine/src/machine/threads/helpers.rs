//! Help of other threads of the pool, for work of which one thread could do all.
//!
//! Whoever waits in rayon takes on other work of the pool meanwhile: of the user's, perhaps, which needs a lock that is held
//! around this einsum, or by this element. So nobody waits in rayon here. Others are asked to help, and those that come are
//! waited for; who comes when all is done finds the door closed.

use std::{
    any::Any,
    hint, mem,
    ops::Range,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    machine::threads::shared::Shared,
    plan::tuning::{HELPER_WAIT_SPINS, HELPER_WAIT_YIELDS},
};

/// Calls `work(0)`, and from other threads of the pool, as far as any come, `work` with the numbers up to `threads`. Returns
/// when all these calls have returned.
///
/// # Panics
/// If a call does: then the others end first.
pub(super) fn with_helpers(threads: usize, work: &(dyn Fn(usize) + Sync)) {
    if threads <= 1 {
        return work(0);
    }
    // SAFETY:
    // - threads only read what the pointer leads to, a reference to a function;
    // - that function is `Sync`, and so may be called from any thread.
    let shared = unsafe { Shared::new((&raw const work).cast()) };
    let (state, panic, left) = (AtomicUsize::new(0), Mutex::new(None), Condvar::new());
    let call = Arc::new(Call { work: shared, state, panic, left });
    let own = panic::catch_unwind(AssertUnwindSafe(|| {
        ask(&call, 1..threads);
        work(0);
    }));
    call.close();
    let of_helper = call.panic().take();
    if let Some(panic) = own.err().or(of_helper) {
        panic::resume_unwind(panic);
    }
}

thread_local! {
    /// How many jobs this thread has asked for that nobody has begun: of pools whose threads have other things to do.
    static WAITING: Arc<AtomicUsize> = Arc::default();
}

/// Asks for help by threads of these numbers: one thread, which asks half of the others, and another, which asks the rest, as it
/// takes some microseconds to wake one. If nobody came to many calls before, it does not ask.
fn ask(call: &Arc<Call>, Range { start, end }: Range<usize>) {
    // (What runs while the thread ends may find it gone.)
    let Ok(waiting) = WAITING.try_with(Arc::clone) else { return };
    let middle = start + (end - start).div_ceil(2);
    for range in [start..middle, middle..end] {
        if !range.is_empty() && waiting.load(Ordering::Relaxed) < 2 * rayon::current_num_threads() {
            let (call, waiting) = (Arc::clone(call), Arc::clone(&waiting));
            waiting.fetch_add(1, Ordering::Relaxed);
            rayon::spawn(move || {
                waiting.fetch_sub(1, Ordering::Relaxed);
                help(&call, range);
            });
        }
    }
}

fn help(call: &Arc<Call>, Range { start, end }: Range<usize>) {
    let Some(within) = call.enter() else { return };
    ask(call, start + 1..end);
    // SAFETY: the door was open, and this helper is `within` until the end of this function: so long, `with_helpers`, whose
    // `work` it is, waits for it in `close`, whether it was left by a panic or not.
    let work = unsafe { *call.work.get().cast::<&(dyn Fn(usize) + Sync)>() };
    if let Err(panic) = panic::catch_unwind(AssertUnwindSafe(|| work(start))) {
        let mut first = call.panic();
        if first.is_none() {
            *first = Some(panic);
        } else {
            // To drop it could be a panic once more.
            mem::forget(panic);
        }
    }
    drop(within);
}

/// Work that others may help with.
struct Call {
    /// A `&(dyn Fn(usize) + Sync)`, valid for those who are within.
    work: Shared<*const ()>,
    /// How many helpers are within, times [`HELPER`]; and [`CLOSED`].
    state: AtomicUsize,
    /// The first panic of a helper.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// Told when the last helper leaves through a closed door.
    left: Condvar,
}

const CLOSED: usize = 1;
const HELPER: usize = 2;

impl Call {
    /// If the door is open, there is one more within.
    fn enter(&self) -> Option<Within<'_>> {
        let entered = |state: usize| (state & CLOSED == 0).then_some(state + HELPER);
        self.state.fetch_update(Ordering::Acquire, Ordering::Relaxed, entered).ok().map(|_| Within(self))
    }

    /// Lets nobody in any more, and waits until all are out: a while without sleeping, as they will soon be done, and to sleep
    /// and be woken takes tens of microseconds.
    fn close(&self) {
        self.state.fetch_or(CLOSED, Ordering::Relaxed);
        for n in 0..HELPER_WAIT_SPINS + HELPER_WAIT_YIELDS {
            if self.is_empty() {
                return;
            }
            if n < HELPER_WAIT_SPINS { hint::spin_loop() } else { thread::yield_now() }
        }
        let mut guard = self.panic();
        while !self.is_empty() {
            guard = self.left.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_empty(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    fn panic(&self) -> MutexGuard<'_, Option<Box<dyn Any + Send>>> {
        self.panic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A helper who has entered, and leaves when this is dropped.
struct Within<'a>(&'a Call);

impl Drop for Within<'_> {
    fn drop(&mut self) {
        // What this helper has written can be seen by whoever waits.
        if self.0.state.fetch_sub(HELPER, Ordering::Release) == HELPER | CLOSED {
            // Who has seen others within either sleeps by now, or holds the lock.
            drop(self.0.panic());
            self.0.left.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// How often each is tried; Miri takes seconds for one.
    const ROUNDS: usize = if cfg!(miri) { 2 } else { 50 };

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
    }

    #[test]
    fn nobody_is_within_when_it_returns() {
        for threads in [2, 3, 8] {
            let pool = pool(threads);
            for _ in 0..4 * ROUNDS {
                let (within, calls) = (AtomicUsize::new(0), AtomicUsize::new(0));
                let work = |_: usize| {
                    within.fetch_add(1, Ordering::Relaxed);
                    calls.fetch_add(1, Ordering::Relaxed);
                    thread::yield_now();
                    within.fetch_sub(1, Ordering::Relaxed);
                };
                pool.install(|| with_helpers(threads, &work));
                assert_eq!(within.load(Ordering::Relaxed), 0);
                assert!((1..=threads).contains(&calls.load(Ordering::Relaxed)));
            }
        }
    }

    #[test]
    fn nobody_waits_for_a_pool_that_has_other_things_to_do() {
        let pool = pool(1);
        // The only other thread is the one that calls: nobody ever comes.
        pool.install(|| with_helpers(5, &|number| assert_eq!(number, 0)));
    }

    #[test]
    fn a_panic_of_a_helper_is_passed_on_when_all_are_out() {
        let pool = pool(3);
        for _ in 0..ROUNDS {
            let within = AtomicUsize::new(0);
            let has_come = AtomicUsize::new(0);
            let work = |number: usize| {
                if number > 0 {
                    has_come.store(1, Ordering::Release);
                    panic!("a helper");
                }
                within.fetch_add(1, Ordering::Relaxed);
                while has_come.load(Ordering::Acquire) == 0 {
                    thread::yield_now();
                }
                within.fetch_sub(1, Ordering::Relaxed);
            };
            let panicking = AssertUnwindSafe(|| pool.install(|| with_helpers(3, &work)));
            let panic = panic::catch_unwind(panicking).expect_err("the panic is passed on");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"a helper"));
            assert_eq!(within.load(Ordering::Relaxed), 0);
        }
    }

    #[test]
    fn a_panic_of_who_asks_waits_for_the_helpers() {
        let pool = pool(3);
        for _ in 0..ROUNDS {
            let (within, has_come) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let work = |number: usize| {
                if number == 0 {
                    while has_come.load(Ordering::Acquire) == 0 {
                        thread::yield_now();
                    }
                    panic!("who asks");
                }
                within.fetch_add(1, Ordering::Relaxed);
                has_come.store(1, Ordering::Release);
                thread::sleep(Duration::from_millis(2));
                within.fetch_sub(1, Ordering::Relaxed);
            };
            let panicking = AssertUnwindSafe(|| pool.install(|| with_helpers(3, &work)));
            let panic = panic::catch_unwind(panicking).expect_err("the panic is passed on");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"who asks"));
            assert_eq!(within.load(Ordering::Relaxed), 0);
        }
    }

    /// A pool of one thread, which calls: nobody begins a job.
    #[test]
    fn who_is_never_helped_asks_no_more() {
        let asked = || WAITING.with(|waiting| waiting.load(Ordering::Relaxed));
        let pool = pool(1);
        let after = pool.install(|| {
            (0..20 * ROUNDS).for_each(|_| with_helpers(5, &|_| ()));
            asked()
        });
        assert!((1..=2).contains(&after), "{after} jobs");
        // They end, and then it asks again.
        let left = pool.install(|| {
            while rayon::yield_now() == Some(rayon::Yield::Executed) {}
            asked()
        });
        assert_eq!(left, 0);
    }
}
