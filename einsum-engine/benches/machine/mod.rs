//! What the machine can do, and the time: shared by the benchmarks of kernels.

use std::{hint::black_box, sync::LazyLock, time::Instant};

use einsum_engine::machine::isa;

/// Seconds that this thread has had a processor for, or that have passed if there are several threads: a machine is never
/// quiet.
pub(crate) fn now() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    if std::env::var_os("RAYON_NUM_THREADS").is_some_and(|threads| threads == "1") {
        return processor_time();
    }
    START.elapsed().as_secs_f64()
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn processor_time() -> f64 {
    #[repr(C)]
    struct Time {
        seconds: i64,
        nanoseconds: i64,
    }
    unsafe extern "C" {
        fn clock_gettime(clock: i32, time: *mut Time) -> i32;
    }
    /// `CLOCK_THREAD_CPUTIME_ID`
    const THREAD: i32 = 3;
    let mut time = Time { seconds: 0, nanoseconds: 0 };
    // SAFETY: the declaration is that of Linux on 64 bits, the time is there to be written.
    unsafe { clock_gettime(THREAD, &raw mut time) };
    time.seconds as f64 + time.nanoseconds as f64 / 1e9
}

/// Single-precision operations per second of one core that does nothing but multiply and add.
pub(crate) fn peak() -> f64 {
    (0..30).map(|_| peak_once()).fold(0.0, f64::max)
}

#[cfg(target_arch = "x86_64")]
fn peak_once() -> f64 {
    #[allow(clippy::wildcard_imports, reason = "all that the macro names")]
    use std::arch::x86_64::*;

    /// Twelve independent sums: more than an FMA takes cycles, times two.
    macro_rules! fma {
        ($name:ident, $V:ty, $feature:literal, $splat:ident $fma:ident) => {
            #[target_feature(enable = $feature)]
            fn $name(rounds: usize) -> [$V; 12] {
                let [x, y] = [$splat(black_box(1.0)), $splat(black_box(1e-9))];
                let [mut a, mut b, mut c, mut d, mut e, mut f] = [$splat(0.0); 6];
                let [mut g, mut h, mut i, mut j, mut k, mut l] = [$splat(0.0); 6];
                for _ in 0..rounds {
                    [a, b, c, d, e, f] =
                        [$fma(x, y, a), $fma(x, y, b), $fma(x, y, c), $fma(x, y, d), $fma(x, y, e), $fma(x, y, f)];
                    [g, h, i, j, k, l] =
                        [$fma(x, y, g), $fma(x, y, h), $fma(x, y, i), $fma(x, y, j), $fma(x, y, k), $fma(x, y, l)];
                }
                [a, b, c, d, e, f, g, h, i, j, k, l]
            }
        };
    }
    fma!(fma_256, __m256, "avx2,fma", _mm256_set1_ps _mm256_fmadd_ps);
    fma!(fma_512, __m512, "avx512f", _mm512_set1_ps _mm512_fmadd_ps);
    let rounds = 100_000;
    let start = Instant::now();
    let lanes = match isa::current().level() {
        isa::Level::Portable => return portable(rounds),
        isa::Level::Avx2 => {
            // SAFETY: the processor has AVX2 and FMA, says the level.
            black_box(unsafe { fma_256(black_box(rounds)) });
            8
        }
        isa::Level::Avx512 => {
            // SAFETY: the processor has AVX-512 F, says the level.
            black_box(unsafe { fma_512(black_box(rounds)) });
            16
        }
    };
    (rounds * 12 * 2 * lanes) as f64 / start.elapsed().as_secs_f64()
}

#[cfg(not(target_arch = "x86_64"))]
fn peak_once() -> f64 {
    portable(100_000)
}

/// The same with the baseline of the target, which may have no FMA: arrays that the compiler keeps in registers.
fn portable(rounds: usize) -> f64 {
    let [x, y] = [black_box(0.5), black_box(1e-9)];
    let mut sums = [[0.0_f32; 4]; 12];
    let start = Instant::now();
    for _ in 0..black_box(rounds) {
        for sum in &mut sums {
            *sum = sum.map(|lane| lane * x + y);
        }
    }
    black_box(sums);
    (rounds * 12 * 2 * 4) as f64 / start.elapsed().as_secs_f64()
}
