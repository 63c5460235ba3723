//! Numbers that look random, the same in every build: Steele, Lea and Flood's `SplitMix64`.

/// A generator, from a seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, without 1.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or_default()) / 2.0_f64.powi(32)
    }

    /// From one number to another, their logarithms evenly.
    pub(super) fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.unit())
    }

    /// One of some items, each as likely as the others.
    pub(super) fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        let bits = usize::try_from(self.next() >> 40).unwrap_or_default();
        some[bits % some.len()]
    }

    /// A number that is added to scores, for that the largest of them be chosen with the probabilities of
    /// Boltzmann: the distribution of Gumbel.
    pub(super) fn gumbel(&mut self) -> f64 {
        let unit = self.unit().max(f64::MIN_POSITIVE);
        -(-unit.ln()).ln()
    }
}
