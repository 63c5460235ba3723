//! The end of a job in which one rank panics.

use std::{cell::RefCell, io::Write, marker::PhantomData, panic, rc::Rc, sync::Once, thread};

use crate::collective::Collective;

/// The exit code of a rank that panics, as of Rust programs.
const CODE: i32 = 101;

thread_local! {
    /// Ends the job if this thread panics.
    static RANKS: RefCell<Option<Box<dyn Collective>>> = const { RefCell::new(None) };
}

/// A guard that ends the job if its thread panics while it lives (see [`abort_on_panic`]).
#[must_use = "panics end the job as long as this lives"]
pub struct AbortOnPanic {
    _of_its_thread: PhantomData<Rc<()>>,
}

/// Ends the job, all ranks of it, when this rank panics, instead of leaving the others to wait for it forever.
///
/// From the call until what it gives is dropped, a panic of this thread prints its message, as ever, and then calls
/// [`Collective::abort`] with the exit code 101, which with MPI is `MPI_Abort`: before anything is dropped, and before
/// `catch_unwind`. A panic of another thread, of a rayon pool or one that is joined, ends the job when it reaches this one. All ranks call it;
/// a hook that the program has set is called first. What it gives is dropped before MPI is finalised.
///
/// ```
/// use einsum_mpi::{Single, abort_on_panic};
///
/// let _end = abort_on_panic(&Single);
/// // From here on a panic ends all ranks.
/// ```
///
/// # Panics
/// If it is called again while the first lives.
pub fn abort_on_panic<C: Collective + ?Sized>(communicator: &C) -> AbortOnPanic {
    static HOOK: Once = Once::new();
    let ranks = communicator.split(0);
    RANKS.with_borrow_mut(|current| {
        assert!(current.is_none(), "panics of this thread end its job already");
        *current = Some(ranks);
    });
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            before(panic);
            end();
        }));
    });
    AbortOnPanic { _of_its_thread: PhantomData }
}

/// Ends the job, if this thread is to.
fn end() {
    // (Neither while it is being set, nor where the thread has no such variables any more.)
    let _ = RANKS.try_with(|ranks| {
        if let Some(ranks) = ranks.try_borrow().ok().as_ref().and_then(|ranks| ranks.as_ref()) {
            let _ = std::io::stdout().flush();
            eprintln!("rank {} of {} panicked: all ranks end", ranks.rank(), ranks.size());
            ranks.abort(CODE);
        }
    });
}

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            end();
        }
        RANKS.set(None);
    }
}
