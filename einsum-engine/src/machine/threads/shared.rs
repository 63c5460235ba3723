//! Pointers that several threads share.

/// Something with pointers in it that several threads share.
#[derive(Clone, Copy, Debug)]
pub struct Shared<S>(S);

// SAFETY: by the contract of `Shared::new` the pointers and what they point to may be used from any thread, without races.
unsafe impl<S> Send for Shared<S> {}

// SAFETY: as for `Send`: a reference gives the same pointers.
unsafe impl<S> Sync for Shared<S> {}

impl<S> Shared<S> {
    /// Lets threads share the pointers in `shared`.
    ///
    /// # Safety
    /// - Whatever threads do with the pointers in `shared`, no two of them reach one element unless
    ///   both read it.
    /// - What they point to may be used from any thread (elements are `Send` and `Sync`).
    #[must_use]
    pub unsafe fn new(shared: S) -> Self {
        Self(shared)
    }

    /// The shared value. A method, so that a closure captures the whole, not the field.
    #[must_use]
    pub fn get(&self) -> &S {
        &self.0
    }
}
