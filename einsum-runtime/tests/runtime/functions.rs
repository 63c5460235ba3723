//! The elementwise functions of formulas: largest errors in units of the last place, with and without instructions that multiply
//! and add at once.
//!
//! Values of `f64` are compared with numbers of many digits, `functions/reference.txt`; those of `f32` with functions of `f64` that are
//! not ours, on a grid of all bit patterns, or on all of them (or every so many: `STEP=257`), by all threads, of all functions or of
//! those that `FUNCTIONS` names:
//!
//! ```text
//! RUSTFLAGS="-C target-feature=+avx2,+fma" FUNCTIONS=gelu,erf cargo test --release -p einsum-compiler-runtime --test runtime functions \
//!     -- --ignored --nocapture
//! ```

#![allow(clippy::float_cmp, clippy::unwrap_used, reason = "tests of the very bits")]

use std::{array, collections::BTreeMap, f64::consts, thread};

use einsum_runtime::__private::{Field, Ordered, Real, Ring};
use num_complex::{Complex32, Complex64};

/// Largest errors in units of the last place: of `f32` and of `f64`.
const LIMITS: [(&str, f64, f64); 17] = [
    ("exp", 1.0, 1.0),
    ("exp_m1", 1.6, 2.0),
    ("ln", 0.9, 0.7),
    ("ln_1p", 1.0, 0.8),
    ("sqrt", 0.5, 0.5),
    ("recip", 0.5, 0.5),
    ("tanh", 1.5, 1.5),
    ("sigmoid", 1.4, 1.5),
    ("silu", 1.7, 1.6),
    ("softplus", 1.8, 1.5),
    ("sin", 0.51, 0.8),
    ("cos", 0.51, 0.8),
    ("erf", 1.35, 1.2),
    ("gelu", 1.9, 1.5),
    ("gelu_derivative", 1.9, 1.5),
    ("powf", 0.51, 1.2),
    ("powi", 2.0, 1.5),
];

const LANES: usize = 32;

fn limit(name: &str) -> (f64, f64) {
    LIMITS.iter().find(|limit| limit.0 == name).map(|limit| (limit.1, limit.2)).unwrap()
}

/// A function of one number, of each of a vector.
fn lanes<T: Real, const FUSED: bool>(name: &str, x: [T; LANES]) -> [T; LANES] {
    match name {
        "exp" => T::exp_lanes::<FUSED, LANES>(x),
        "exp_m1" => T::exp_m1_lanes::<FUSED, LANES>(x),
        "ln" => T::ln_lanes::<FUSED, LANES>(x),
        "ln_1p" => T::ln_1p_lanes::<FUSED, LANES>(x),
        "sqrt" => T::sqrt_lanes::<FUSED, LANES>(x),
        "recip" => T::recip_lanes::<FUSED, LANES>(x),
        "tanh" => T::tanh_lanes::<FUSED, LANES>(x),
        "sigmoid" => T::sigmoid_lanes::<FUSED, LANES>(x),
        "silu" => T::silu_lanes::<FUSED, LANES>(x),
        "softplus" => T::softplus_lanes::<FUSED, LANES>(x),
        "sin" => T::sin_lanes::<FUSED, LANES>(x),
        "cos" => T::cos_lanes::<FUSED, LANES>(x),
        "erf" => T::erf_lanes::<FUSED, LANES>(x),
        "gelu" => T::gelu_lanes::<FUSED, LANES>(x),
        "gelu_derivative" => T::gelu_derivative_lanes::<FUSED, LANES>(x),
        _ => panic!("no function {name} of one number"),
    }
}

/// A function of one number or two.
fn value<const FUSED: bool>(name: &str, arguments: &[f64]) -> f64 {
    match *arguments {
        [x] => lanes::<f64, FUSED>(name, [x; LANES])[LANES / 2],
        [x, y] if name == "powf" => f64::powf_lanes::<FUSED, LANES>([x; LANES], [y; LANES])[LANES / 2],
        #[allow(clippy::cast_possible_truncation, reason = "the exponents are integers")]
        [x, y] => f64::powi_lanes::<FUSED, LANES>([x; LANES], y as i32)[LANES / 2],
        _ => panic!("no function {name} of {} numbers", arguments.len()),
    }
}

/// The unit of the last place of a number with so many binary digits after the point, at least that of `least`.
fn unit(number: f64, digits: i32, least: f64) -> f64 {
    let magnitude = number.abs().clamp(least, f64::MAX);
    let exponent = i32::try_from(magnitude.to_bits() >> 52).unwrap() - 1023;
    2_f64.powi((exponent - digits) / 2) * 2_f64.powi((exponent - digits) - (exponent - digits) / 2)
}

/// The error in units of the last place of `want + above`; of zeros of the wrong sign, and of what is not a number, it is infinite.
fn error(got: f64, want: f64, above: f64, unit: f64) -> f64 {
    if want.is_nan() {
        return if got.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if got == want {
        return if got == 0.0 && got.is_sign_negative() != want.is_sign_negative() {
            f64::INFINITY
        } else {
            above.abs()
        };
    }
    let error = ((got - want) / unit - above).abs();
    if error.is_nan() { f64::INFINITY } else { error }
}

/// Larger of both terms of the derivative of `gelu`: near its zero they have other signs, and it has the digits of these.
fn terms(name: &str, x: f64, want: f64) -> f64 {
    let term = x * (-0.5 * x * x).exp() / consts::TAU.sqrt();
    if name == "gelu_derivative" && term.abs() > want.abs() { term } else { want }
}

#[test]
fn f64_is_as_exact_as_its_docs_say() {
    let mut largest: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for line in include_str!("functions/reference.txt").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let (name, numbers, above) = (words[0], &words[1..words.len() - 1], words[words.len() - 1]);
        let numbers: Vec<f64> =
            numbers.iter().map(|bits| f64::from_bits(u64::from_str_radix(bits, 16).unwrap())).collect();
        let (want, arguments) = numbers.split_last().unwrap();
        let unit = unit(terms(name, arguments[0], *want), 52, f64::MIN_POSITIVE);
        for (fused, got) in [value::<false>(name, arguments), value::<true>(name, arguments)].into_iter().enumerate() {
            let error = error(got, *want, above.parse().unwrap(), unit);
            assert!(error <= limit(name).1, "{name} of {arguments:?} is {got:e}, not {want:e}: {error} units");
            let largest = &mut largest.entry(name).or_default()[fused];
            *largest = f64::max(*largest, error);
        }
    }
    println!("{largest:.3?}");
    assert_eq!(largest.len(), LIMITS.len());
}

/// The function as `f64`: of the standard library where it has it.
fn wide(name: &str, x: f64) -> f64 {
    match name {
        "exp" => x.exp(),
        "exp_m1" => x.exp_m1(),
        "ln" => x.ln(),
        "ln_1p" => x.ln_1p(),
        "sqrt" => x.sqrt(),
        "recip" => x.recip(),
        "tanh" => x.tanh(),
        "sigmoid" if x < 0.0 => x.exp() / (1.0 + x.exp()),
        "sigmoid" => 1.0 / (1.0 + (-x).exp()),
        // What is left there is less than any number.
        "silu" | "gelu" if x < -1000.0 => -0.0,
        "silu" => x * wide("sigmoid", x),
        "softplus" if x > 0.0 => x + (-x).exp().ln_1p(),
        "softplus" => x.exp().ln_1p(),
        "sin" => x.sin(),
        "cos" => x.cos(),
        "erf" => libm::erf(x),
        "gelu" => x * normal(x),
        "gelu_derivative" if x < -30.0 => -0.0,
        "gelu_derivative" if x > 1000.0 => 1.0,
        "gelu_derivative" => normal(x) + x * (-0.5 * x * x).exp() / consts::TAU.sqrt(),
        _ => panic!("no function {name}"),
    }
}

/// The normal distribution.
fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x * consts::FRAC_1_SQRT_2)
}

/// The largest errors of a function of `f32` at every `step`th bit pattern, not fused and fused, and where they are.
fn largest_of_f32(name: &str, step: usize) -> [(f64, f32); 2] {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let largest = thread::scope(|scope| {
        let part = |number: usize| scope.spawn(move || largest_of_part(name, step, (number, threads)));
        let parts: Vec<_> = (0..threads).map(part).collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect::<Vec<_>>()
    });
    let larger = |one: (f64, f32), other: (f64, f32)| if other.0 > one.0 { other } else { one };
    largest.into_iter().fold([(0.0, 0.0); 2], |all, one| array::from_fn(|n| larger(all[n], one[n])))
}

/// The largest errors at the bit patterns of one of some threads, which take turns.
#[allow(clippy::cast_possible_truncation, reason = "of bits; and an infinity where it rounds to it")]
fn largest_of_part(name: &str, step: usize, (number, threads): (usize, usize)) -> [(f64, f32); 2] {
    let mut largest = [(0.0, 0.0); 2];
    for first in (0..1_u64 << 32).step_by(step * LANES).skip(number).step_by(threads) {
        let x: [f32; LANES] = array::from_fn(|n| f32::from_bits((first + (n * step) as u64) as u32));
        let got = [lanes::<f32, false>(name, x), lanes::<f32, true>(name, x)];
        for (n, x) in x.into_iter().enumerate() {
            let want = wide(name, f64::from(x));
            let unit = unit(terms(name, f64::from(x), want), 23, f64::from(f32::MIN_POSITIVE));
            for (largest, got) in largest.iter_mut().zip(&got) {
                // What rounds to zero or infinity is that.
                let is_limit =
                    [0.0, f32::INFINITY].contains(&(want as f32).abs()) && got[n].to_bits() == (want as f32).to_bits();
                let error = if is_limit { 0.0 } else { error(f64::from(got[n]), want, 0.0, unit) };
                if error > largest.0 {
                    *largest = (error, x);
                }
            }
        }
    }
    largest
}

fn f32_is_as_exact_as_its_docs_say(step: usize) {
    let asked = std::env::var("FUNCTIONS").unwrap_or_default();
    let is_asked = |name: &str| asked.is_empty() || asked.split(',').any(|one| one == name);
    for (name, limit, _) in LIMITS.into_iter().filter(|(name, ..)| !name.starts_with("pow") && is_asked(name)) {
        let largest = largest_of_f32(name, step);
        println!(
            "{name:16} {:.3} at {:e}, fused {:.3} at {:e}",
            largest[0].0, largest[0].1, largest[1].0, largest[1].1
        );
        assert!(largest[0].0 <= limit && largest[1].0 <= limit, "{name}: {largest:?}");
    }
}

#[test]
fn some_f32_are_as_exact_as_their_docs_say() {
    f32_is_as_exact_as_its_docs_say(130_003);
}

#[test]
#[ignore = "some minutes for each function"]
fn all_f32_are_as_exact_as_their_docs_say() {
    let step = std::env::var("STEP").map_or(1, |step| step.parse().expect("a number"));
    f32_is_as_exact_as_its_docs_say(step);
}

#[test]
#[allow(clippy::cast_possible_truncation, reason = "of bits; and an infinity where it rounds to it")]
fn powers_of_f32_are_as_exact_as_their_docs_say() {
    for bits in (0..1_u64 << 32).step_by(5_000_011) {
        let x = f32::from_bits(bits as u32);
        let check = |name: &str, got: f32, want: f64| {
            let unit = unit(want, 23, f64::from(f32::MIN_POSITIVE));
            let is_limit = (want as f32).to_bits() == got.to_bits();
            let error = error(f64::from(got), want, 0.0, unit);
            assert!(is_limit || error <= limit(name).0, "{name} of {x:e} is {got:e}, not {want:e}: {error} units");
        };
        for n in [0, 1, 2, 3, 4, 5, -1, -2, -3, 17, -40, 1001] {
            check("powi", f32::powi_lanes::<false, 4>([x; 4], n)[3], f64::from(x).powf(f64::from(n)));
            check("powi", Real::powi::<true>(x, n), f64::from(x).powf(f64::from(n)));
        }
        for y in [0.0, 0.5, 2.0, 3.0, -1.0, -2.5, 1.0 / 3.0, 1e-3, 77.0, 1e30, f32::INFINITY, -f32::INFINITY, f32::NAN]
        {
            check("powf", Real::powf::<false>(x, y), f64::from(x).powf(f64::from(y)));
            check("powf", Real::powf::<true>(x, y), f64::from(x).powf(f64::from(y)));
            check("powf", Real::powf::<true>(y, x), f64::from(y).powf(f64::from(x)));
        }
    }
}

/// Angles of all sizes, of which the reference has few, against the standard library, which is wrong by some units in the last place.
#[test]
fn large_angles_are_reduced_by_all_digits_of_pi() {
    for exponent in 20..1024 {
        for step in 0..16_u64 {
            let fraction = (exponent * 16 + step).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12;
            let x = f64::from_bits((exponent + 1023) << 52 | fraction);
            let x = if step % 2 == 0 { x } else { -x };
            let (sines, cosines) = (f64::sin_lanes::<false, 1>([x]), f64::cos_lanes::<false, 1>([x]));
            assert!((sines[0] - x.sin()).abs() <= 8.0 * f64::EPSILON * x.sin().abs(), "the sine of {x:e}");
            assert!((cosines[0] - x.cos()).abs() <= 8.0 * f64::EPSILON * x.cos().abs(), "the cosine of {x:e}");
        }
    }
}

/// A vector of small angles, large ones and none.
#[test]
fn angles_of_any_size_share_a_vector() {
    let x = [0.5, 1e30, -0.0, 1e300, f64::NAN, f64::INFINITY, -1e22, 3.0];
    let (sines, cosines) = (f64::sin_lanes::<false, 8>(x), f64::cos_lanes::<false, 8>(x));
    for n in 0..8 {
        assert_eq!(sines[n].is_nan(), !x[n].is_finite());
        assert_eq!(cosines[n].is_nan(), !x[n].is_finite());
        assert!(!x[n].is_finite() || (sines[n] - x[n].sin()).abs() < 1e-15);
        assert!(!x[n].is_finite() || (cosines[n] - x[n].cos()).abs() < 1e-15);
    }
    assert!(sines[2].is_sign_negative());
}

/// Numbers near zero, of which a vector may have nothing else, have the same value beside others.
#[test]
fn numbers_near_zero_share_a_vector_with_others() {
    fn check<const FUSED: bool>() {
        let x = [0.25, -3.0, -0.0, 0.6, f32::INFINITY, -f32::INFINITY, f32::NAN, -0.55];
        let (values, slopes) = (f32::gelu_lanes::<FUSED, 8>(x), f32::gelu_derivative_lanes::<FUSED, 8>(x));
        for n in 0..8 {
            assert_eq!(values[n].to_bits(), x[n].gelu::<FUSED>().to_bits(), "of {}", x[n]);
            assert_eq!(slopes[n].to_bits(), x[n].gelu_derivative::<FUSED>().to_bits(), "of {}", x[n]);
        }
        assert_eq!((values[4], values[5], values[6].is_nan()), (f32::INFINITY, -0.0, true));
        assert_eq!((slopes[2], slopes[4], slopes[5], slopes[6].is_nan()), (0.5, 1.0, 0.0, true));
    }
    check::<false>();
    check::<true>();
}

#[test]
fn numbers_in_the_tails_share_a_vector_with_others() {
    fn check<const FUSED: bool>() {
        let x = [0.25, -79.9, -0.0, 80.1, f32::INFINITY, -f32::INFINITY, f32::NAN, -80.1, -103.0, -87.5, 5.0, 0.0];
        let (values, slopes) = (f32::silu_lanes::<FUSED, 12>(x), f32::sigmoid_lanes::<FUSED, 12>(x));
        for n in 0..x.len() {
            assert_eq!(values[n].to_bits(), x[n].silu::<FUSED>().to_bits(), "of {}", x[n]);
            assert_eq!(slopes[n].to_bits(), x[n].sigmoid::<FUSED>().to_bits(), "of {}", x[n]);
        }
        assert_eq!((values[2].to_bits(), values[11].to_bits()), ((-0.0_f32).to_bits(), 0));
        assert_eq!((values[3], values[4], values[5].to_bits()), (80.1, f32::INFINITY, (-0.0_f32).to_bits()));
        assert_eq!((slopes[2], slopes[4], slopes[5]), (0.5, 1.0, 0.0));
        assert!(values[6].is_nan() && slopes[6].is_nan());
        assert_eq!(f64::silu::<FUSED>(-f64::INFINITY).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(
            (f64::sigmoid::<FUSED>(-700.5), f64::sigmoid::<FUSED>(700.5)),
            (Field::exp::<FUSED>(-700.5_f64), 1.0)
        );
    }
    check::<false>();
    check::<true>();
}

/// A closure over a function of arrays, called twice: a compiler that takes the array of the caller for that of the function
/// would compute the function of the function.
#[test]
#[allow(clippy::redundant_closure, reason = "it is the closure that matters")]
fn arrays_that_are_given_are_not_changed() {
    #[inline(never)]
    fn twice(x: &[f32; 64], f: impl Fn([f32; 64]) -> [f32; 64], g: impl Fn([f32; 64]) -> [f32; 64]) -> [[f32; 64]; 2] {
        [f(*x), g(*x)]
    }
    let x = std::hint::black_box(array::from_fn(|n| f32::from_bits(u32::try_from(n).unwrap() << 20)));
    let [first, second] = twice(&x, |x| f32::recip_lanes::<false, 64>(x), |x| f32::recip_lanes::<true, 64>(x));
    assert_eq!(first, second);
    let [first, second] = twice(&x, |x| f32::powi_lanes::<false, 64>(x, -7), |x| f32::powi_lanes::<false, 64>(x, -7));
    assert_eq!(first, second);
}

#[test]
fn maxima_and_minima_propagate_nan_and_order_zeros() {
    fn check<T: Real + std::fmt::Debug>(nan: T) {
        let [zero, one, minus] = [T::from_f64(0.0), T::from_f64(1.0), T::from_f64(-0.0)];
        let is_nan = |x: T| !x.equal(x);
        let sign = |x: T| x.recip::<false>().less(zero);
        for (a, b) in [(nan, one), (one, nan), (nan, nan)] {
            assert!(is_nan(a.max(b)) && is_nan(a.min(b)));
            assert!(!a.less(b) && !a.less_equal(b) && !a.equal(b));
        }
        for (a, b) in [(zero, minus), (minus, zero)] {
            assert!(!sign(a.max(b)) && sign(a.min(b)));
            assert!(a.equal(b) && a.less_equal(b) && !a.less(b));
        }
        assert!(zero.max(one).equal(one) && zero.min(one).equal(zero) && one.max(zero).equal(one));
        assert!(
            !sign(minus.abs()) && sign(zero.negated()) && is_nan(nan.relu::<false>()) && !sign(minus.relu::<false>())
        );
        assert!(
            one.negated().relu::<true>().equal(zero) && one.minus(one).equal(zero) && one.negated().abs().equal(one)
        );
        assert!(T::from_u64(7).divided(T::from_f64(2.0)).equal(T::from_f64(3.5)));
    }
    check(f32::NAN);
    check(f64::NAN);
}

#[test]
fn integers_wrap() {
    assert_eq!((Ordered::abs(i8::MIN), i8::MIN.negated(), i8::MIN.minus(1)), (i8::MIN, i8::MIN, i8::MAX));
    assert_eq!((Ordered::abs(-5_i64), Ordered::abs(5_u8), 3_u8.minus(5)), (5, 5, 254));
    assert_eq!(
        (Ordered::max(3, 5), Ordered::min(3, 5), 3.less(5), 5.less_equal(3), 3.equal(3)),
        (5, 3, true, false, true)
    );
    assert_eq!((u8::from_u64(257), i128::from_u64(9)), (1, 9));
}

#[test]
fn complex_exponentials_have_the_limits_of_c() {
    let exp = |re, im| Field::exp::<false>(Complex64::new(re, im));
    for (re, im) in [(0.5, 2.0), (-3.0, -1e5), (100.0, 1e30), (-700.0, 3.0)] {
        let want = Complex64::new(re, im).exp();
        assert!((exp(re, im) - want).norm() <= 4e-16 * want.norm());
        assert!((Field::exp::<true>(Complex64::new(re, im)) - want).norm() <= 4e-16 * want.norm());
    }
    let near = Field::exp::<false>(Complex32::new(0.25, -1.5)) - Complex32::new(0.25, -1.5).exp();
    assert!(near.norm() < 3e-7);
    // The factor e^710 is infinite, and the result is not.
    assert!(exp(710.0, 1.5).re.is_finite());
    assert_eq!(exp(f64::INFINITY, 0.0), Complex64::new(f64::INFINITY, 0.0));
    assert_eq!(exp(f64::INFINITY, 2.0), Complex64::new(-f64::INFINITY, f64::INFINITY));
    assert_eq!(exp(-f64::INFINITY, f64::NAN), Complex64::new(0.0, 0.0));
    assert!(exp(f64::NAN, 0.0).re.is_nan() && exp(f64::NAN, 0.0).im == 0.0 && exp(1.0, f64::INFINITY).re.is_nan());
}
