//! Bytes, of a fuzzer or of a seed, that decide what is tried.

/// What is left of the bytes. When there are none, every decision is the first.
pub(crate) struct Entropy<'a>(&'a [u8]);

impl<'a> Entropy<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = u16::from_le_bytes([self.byte(), if bound > 256 { self.byte() } else { 0 }]);
        usize::from(number) % bound
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Numbers for elements, which need no decisions of their own.
    pub(crate) fn numbers(&mut self) -> Numbers {
        Numbers(u64::from_le_bytes([self.byte(), self.byte(), 1, 2, 3, 4, 5, 6]))
    }
}

/// Some numbers, always the same.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// The bytes of a seed.
pub(crate) fn of_seed(seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (0..160).map(|_| (numbers.next() >> 11).to_le_bytes()[0]).collect()
}
