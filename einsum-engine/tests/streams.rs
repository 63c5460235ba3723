//! Steps that are no generalised matrix product, against nested loops.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::eq_op,
    clippy::unwrap_used,
    reason = "numbers are small, and NaN is not itself"
)]

mod accuracy;

use std::{
    fmt::Debug,
    sync::{Mutex, MutexGuard},
};

use einsum_engine::Number;
use einsum_engine::{
    machine::{caches, isa},
    testing::{Step, Strides},
};
use num_complex::{Complex32, Complex64};

/// Numbers small enough for sums to be exact.
trait Sample: Number + Debug {
    /// What the result holds before it is written, if nobody may read it.
    const POISON: Self;
    fn small(n: i64) -> Self;
}

macro_rules! sample {
    ($($T:ty, $poison:expr, |$n:ident| $small:expr;)*) => { $(
        impl Sample for $T {
            const POISON: Self = $poison;
            fn small($n: i64) -> Self { $small }
        }
    )* };
}

sample! {
    f32, f32::NAN, |n| n as f32;
    f64, f64::NAN, |n| n as f64;
    Complex32, Complex32::new(f32::NAN, f32::NAN), |n| Complex32::new(n as f32, (n * 7 % 5) as f32);
    Complex64, Complex64::new(f64::NAN, f64::NAN), |n| Complex64::new(n as f64, (n * 7 % 5) as f64);
}

/// Integers that are unusual as floats of as many bits: signaling and quiet NaN, -0.0, subnormal numbers.
macro_rules! patterns {
    ($($T:ty, $bits:expr;)*) => { $(
        impl Sample for $T {
            const POISON: Self = $bits[7] as $T;
            fn small(n: i64) -> Self { $bits[(n + 3) as usize] as $T }
        }
    )* };
}
const OF_32: [u32; 8] = [0x7f80_0001, 0xffa0_0000, 0x8000_0000, 1, 0x7fc0_0005, 0xdead_beef, 0x007f_ffff, 0x5a5a_5a5a];
const OF_64: [u64; 8] = [
    0x7ff0_0000_0000_0001,
    0xfff4_0000_0000_0000,
    0x8000_0000_0000_0000,
    1,
    0x7ff8_0000_0000_0005,
    0xdead_beef_dead_beef,
    0x000f_ffff_ffff_ffff,
    0x5a5a_5a5a_5a5a_5a5a,
];
patterns! {
    i32, OF_32;
    u32, OF_32;
    i64, OF_64;
    u64, OF_64;
}

/// Numbers that look random, the same ones in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn choose<A: Copy>(&mut self, from: &[A]) -> A {
        from[self.below(from.len())]
    }

    fn element<T: Sample>(&mut self) -> T {
        T::small(self.below(7) as i64 - 3)
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// A tensor with room around it: its elements, where index 0 is, and strides.
struct Tensor<T> {
    elements: Vec<T>,
    start: usize,
    strides: Vec<isize>,
}

impl<T> Tensor<T> {
    fn place(&self) -> Strides<'_> {
        Strides { start: self.start, strides: &self.strides }
    }
}

const GUARD: usize = 9;

/// Lays out the axes that a tensor has: in a random order, with random gaps and directions.
fn tensor<T: Sample>(random: &mut Random, extents: &[usize], has: &[bool], plain: bool) -> Tensor<T> {
    let mut order: Vec<usize> = (0..extents.len()).collect();
    if !plain || random.chance(2) {
        for n in (1..order.len()).rev() {
            order.swap(n, random.below(n + 1));
        }
    }
    let mut strides = vec![0; extents.len()];
    let mut len = 1;
    let mut start = 0;
    for &n in order.iter().rev().filter(|&&n| has[n]) {
        let stride = len + if !plain && random.chance(5) { random.below(3) } else { 0 };
        strides[n] = stride as isize;
        let span = stride * extents[n].max(1);
        if !plain && random.chance(6) {
            strides[n] = -(stride as isize);
            start += stride * (extents[n].max(1) - 1);
        }
        len = span;
    }
    let elements = (0..len + 2 * GUARD).map(|_| random.element()).collect();
    Tensor { elements, start: start + GUARD, strides }
}

/// Offsets of all indices, in order. (Plain loops: what tests compute is not optimised.)
fn offsets(extents: &[usize], strides: &[isize], start: isize) -> Vec<isize> {
    let mut offsets = vec![start];
    for (&extent, &stride) in extents.iter().zip(strides) {
        let mut along = Vec::with_capacity(offsets.len() * extent);
        for mut offset in offsets {
            for _ in 0..extent {
                along.push(offset);
                offset += stride;
            }
        }
        offsets = along;
    }
    offsets
}

struct Case<T> {
    extents: Vec<usize>,
    contracted: Vec<bool>,
    out: Tensor<T>,
    lhs: (Tensor<T>, bool),
    rhs: Option<(Tensor<T>, bool)>,
    alpha: Option<T>,
    beta: Option<T>,
}

impl<T: Sample> Case<T> {
    fn run(&self) -> Vec<T> {
        let mut elements = self.out.elements.clone();
        let out = (&mut elements[..], self.out.place());
        let lhs = (&self.lhs.0.elements[..], self.lhs.0.place(), self.lhs.1);
        let rhs = self.rhs.as_ref().map(|rhs| (&rhs.0.elements[..], rhs.0.place(), rhs.1));
        Step::new((&self.extents, &self.contracted), out, lhs, rhs, (self.alpha, self.beta)).run();
        elements
    }

    /// Nested loops: the axes of the result first.
    fn expected(&self) -> Vec<T> {
        let (contracted, kept): (Vec<_>, Vec<_>) = (0..self.extents.len()).partition(|&n| self.contracted[n]);
        let along = |axes: &[usize], tensor: &Tensor<T>, start: isize| {
            let pick = |from: &dyn Fn(usize) -> isize| axes.iter().map(|&n| from(n)).collect::<Vec<_>>();
            let extents: Vec<_> = axes.iter().map(|&n| self.extents[n]).collect();
            offsets(&extents, &pick(&|n| tensor.strides[n]), start)
        };
        let read = |tensor: &Tensor<T>, conj: bool, at: isize| {
            let element = tensor.elements[(tensor.start as isize + at) as usize];
            if conj { element.conjugate() } else { element }
        };
        let mut elements = self.out.elements.clone();
        let (lhs, lhs_conj) = (&self.lhs.0, self.lhs.1);
        let lhs_kept = along(&kept, lhs, 0);
        let lhs_contracted = along(&contracted, lhs, 0);
        let rhs_offsets = self.rhs.as_ref().map(|(rhs, _)| (along(&kept, rhs, 0), along(&contracted, rhs, 0)));
        for (n, out) in along(&kept, &self.out, self.out.start as isize).into_iter().enumerate() {
            let mut sum = T::ZERO;
            for m in 0..lhs_contracted.len() {
                let mut term = read(lhs, lhs_conj, lhs_kept[n] + lhs_contracted[m]);
                if let (Some((rhs, conj)), Some((kept, contracted))) = (&self.rhs, &rhs_offsets) {
                    term = term.times(read(rhs, *conj, kept[n] + contracted[m]));
                }
                sum = sum.plus(term);
            }
            let value = self.alpha.map_or(sum, |alpha| alpha.times(sum));
            let old = elements[out as usize];
            elements[out as usize] = self.beta.map_or(value, |beta| value.plus(beta.times(old)));
        }
        elements
    }

    /// Checks the step on every instruction set.
    fn check(&self) {
        self.check_with(None);
    }

    /// Checks the step on every instruction set, with caches that this text describes.
    fn check_with(&self, caches: Option<&str>) {
        let expected = self.expected();
        with_every_isa(caches, || self.compare(&self.run(), &expected));
    }

    fn compare(&self, found: &[T], expected: &[T]) {
        // Poison outside the result is not equal to itself.
        for n in 0..found.len() {
            let same = found[n] == expected[n] || (found[n] != found[n] && expected[n] != expected[n]);
            assert!(
                same,
                "{:?} instead of {:?} at {n} of {}: extents {:?}, strides {:?} {:?} {:?}, alpha {:?}, beta {:?}, conj {} {:?}",
                found[n],
                expected[n],
                found.len(),
                self.extents,
                self.out.strides,
                self.lhs.0.strides,
                self.rhs.as_ref().map(|rhs| &rhs.0.strides),
                self.alpha,
                self.beta,
                self.lhs.1,
                self.rhs.as_ref().map(|rhs| rhs.1),
            );
        }
    }
}

/// A problem with given axes: the extent, whether the result, the first and the second factor have it.
fn case<T: Sample>(random: &mut Random, axes: &[(usize, [bool; 3])], two: bool, plain: bool) -> Case<T> {
    let extents: Vec<_> = axes.iter().map(|axis| axis.0).collect();
    let has = |n: usize| axes.iter().map(|axis| axis.1[n]).collect::<Vec<_>>();
    let mut out = tensor(random, &extents, &has(0), plain);
    let lhs = (tensor(random, &extents, &has(1), plain), random.chance(3));
    let rhs = two.then(|| (tensor(random, &extents, &has(2), plain), random.chance(3)));
    let alpha = random.chance(3).then(|| random.element());
    let beta = random.chance(3).then(|| random.element());
    if beta.is_none() {
        out.elements.fill(T::POISON);
    }
    let contracted = has(0).iter().map(|has| !has).collect();
    Case { extents, contracted, out, lhs, rhs, alpha, beta }
}

fn random_case<T: Sample>(random: &mut Random) -> Case<T> {
    let two = random.chance(2);
    let rank = random.below(7);
    let plain = random.chance(2);
    let mut room = 6000;
    let axes: Vec<_> = (0..rank)
        .map(|_| {
            let extent =
                random.choose(&[1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 16, 17, 31, 32, 33, 63, 64, 65, 67, 129, 1025]);
            let extent = if random.chance(60) {
                0
            } else if extent > room {
                1 + extent % 3
            } else {
                extent
            };
            room /= extent.max(1);
            let has = [random.chance(2), !random.chance(4), !random.chance(3)];
            (extent, has)
        })
        .collect();
    case(random, &axes, two, plain)
}

static FORCED: Mutex<()> = Mutex::new(());

/// Keeps others from choosing an instruction set, and caches.
fn forced() -> MutexGuard<'static, ()> {
    FORCED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Runs a step with every instruction set of this machine: with these caches, or the best one with those of the machine, others with
/// such as make everything far, or near.
fn with_every_isa(caches: Option<&str>, run: impl Fn()) {
    let _guard = forced();
    for (isa, others) in isa::available().rev().zip(["", "4K,16K,0", "1M,64M,1G"]) {
        isa::force(Some(isa));
        force_caches(caches.unwrap_or(others));
        run();
    }
    isa::force(None);
    caches::force(None);
}

/// Describes the caches; by nothing, those of the machine.
fn force_caches(caches: &str) {
    caches::force((!caches.is_empty()).then(|| caches.parse().unwrap()));
}

fn random_problems<T: Sample>(seed: u64, count: usize) {
    let mut random = Random(seed);
    for round in 0..count {
        random_case::<T>(&mut random).check_with(Some(["", "1K,2K,0", "1,1,1", "1M,64M,1G"][round % 4]));
    }
}

#[test]
fn random_problems_of_f32() {
    random_problems::<f32>(1, 4000);
}

#[test]
fn random_problems_of_f64() {
    random_problems::<f64>(2, 2000);
}

#[test]
fn random_problems_of_complex32() {
    random_problems::<Complex32>(3, 2000);
}

#[test]
fn random_problems_of_complex64() {
    random_problems::<Complex64>(4, 2000);
}

/// Few terms along two axes at most, which are computed as they are, and somewhat more.
#[test]
fn short_problems() {
    fn short<T: Sample>(seed: u64) {
        let mut random = Random(seed);
        for _ in 0..3000 {
            let (two, plain) = (random.chance(2), random.chance(2));
            let axes: Vec<_> = (0..=random.below(2))
                .map(|_| {
                    let extent = random.choose(&[0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33]);
                    (extent, [random.chance(2), !random.chance(4), !random.chance(4)])
                })
                .collect();
            case::<T>(&mut random, &axes, two, plain).check();
        }
    }
    short::<f32>(21);
    short::<f64>(22);
    short::<Complex32>(23);
    short::<Complex64>(24);
}

/// Subscripts as in numpy: a problem of contiguous tensors.
fn subscripts<T: Sample>(random: &mut Random, subscripts: &str, extents: &dyn Fn(char) -> usize) -> Case<T> {
    let (inputs, out) = subscripts.split_once("->").unwrap();
    let mut inputs = inputs.split(',');
    let (lhs, rhs) = (inputs.next().unwrap(), inputs.next());
    let mut labels: Vec<char> = subscripts.chars().filter(char::is_ascii_alphabetic).collect();
    labels.sort_unstable();
    labels.dedup();
    let contiguous = |random: &mut Random, subscript: &str| {
        let mut strides = vec![0; labels.len()];
        let mut len = 1;
        for label in subscript.chars().rev() {
            strides[labels.iter().position(|&other| other == label).unwrap()] += len as isize;
            len *= extents(label);
        }
        let elements = (0..len).map(|_| random.element()).collect();
        Tensor { elements, start: 0, strides }
    };
    let mut target = contiguous(random, out);
    target.elements.fill(T::POISON);
    Case {
        extents: labels.iter().map(|&label| extents(label)).collect(),
        contracted: labels.iter().map(|&label| !out.contains(label)).collect(),
        out: target,
        lhs: (contiguous(random, lhs), false),
        rhs: rhs.map(|rhs| (contiguous(random, rhs), false)),
        alpha: None,
        beta: None,
    }
}

const SUBSCRIPTS: &[&str] = &[
    "ij->ji",
    "ijk->kji",
    "ijkl->lkji",
    "ijkl->ikjl",
    "ii->i",
    "iij->ji",
    "i->ij",
    "->ij",
    "ij->",
    "ij->i",
    "ij->j",
    "ijk->j",
    "ijk->ki",
    "ii->",
    "ij,ij->ij",
    "ij,ji->ij",
    "i,j->ij",
    "i,j->ji",
    "ri,rj->rij",
    "ir,jr->ijr",
    ",ij->ij",
    "i,i->",
    "ij,ij->",
    "ij,ji->",
    "ij,j->i",
    "ij,i->j",
    "ji,j->i",
    "bhd,bhd->bh",
    "bdh,bhd->bh",
    "ijk,ikj->i",
    "ij,k->i",
    "i,j->",
    "ik,kj->ij",
    "ki,kj->ij",
    "ik,jk->ij",
    "ik,jk->ji",
    "bik,bkj->bij",
    "i->",
    "ijk,jk->ik",
    "ikj,ij->ik",
    "ikj,ik->ij",
    "ik,ij->ikj",
    "ki,k->ki",
    "ki,i->ki",
    "ij,ij->ji",
    "ij,ji->ji",
    ",ij->ji",
    "ij,->ji",
    "kij,kji->kji",
    "kij->kji",
    "hkij,hkj->hki",
];

fn all_subscripts<T: Sample>() {
    let mut random = Random(11);
    for subscript in SUBSCRIPTS {
        for extents in [
            [1; 4],
            [2, 3, 5, 7],
            [4; 4],
            [8, 8, 8, 8],
            [17, 13, 11, 19],
            [3, 65, 64, 2],
            [0, 5, 3, 2],
            [33, 16, 15, 34],
            [3, 2, 3, 41],
            [2, 6, 4, 9],
            [41, 3, 2, 5],
        ] {
            let of = |label: char| extents[label as usize % 4];
            subscripts::<T>(&mut random, subscript, &of).check();
        }
    }
}

#[test]
fn all_subscripts_of_all_elements() {
    all_subscripts::<f32>();
    all_subscripts::<f64>();
    all_subscripts::<Complex32>();
    all_subscripts::<Complex64>();
}

#[test]
fn large_steps() {
    let mut random = Random(12);
    for subscript in
        ["ij->ji", "ij->", "ij->i", "ij->j", "ij,ij->ij", "ij,ji->", "ij,j->i", "ij,i->j", "ii->i", "i,j->ij"]
    {
        let of = |label| if label == 'i' { 517 } else { 1031 };
        let of = |label| if subscript.starts_with("ii") || subscript.contains("ij,ji") { 700 } else { of(label) };
        subscripts::<f32>(&mut random, subscript, &of).check();
        subscripts::<Complex64>(&mut random, subscript, &of).check();
    }
    // Short lanes of more than the caches hold.
    for (j, i) in [(67, 61), (31, 127), (127, 31)] {
        let of = |label| match label {
            'b' => (5 << 20) / (i * j),
            'i' => i,
            _ => j,
        };
        subscripts::<f32>(&mut random, "bij,bj->bi", &of).check();
    }
    // Sums of sums, and sums in parts.
    for subscript in ["ijk->j", "ijk->ik", "ijk->ij", "ijk,ijk->j", "ijk,ik->j"] {
        let of = |label| [(131, 'i'), (67, 'j'), (37, 'k')].into_iter().find(|&(_, known)| known == label).unwrap().0;
        subscripts::<f32>(&mut random, subscript, &of).check();
        subscripts::<Complex64>(&mut random, subscript, &of).check();
    }
}

/// Lanes that are read four at a time, and one, two and three that are left; one lane, in parts: a multiple of four, and more, the last one shorter.
#[test]
fn long_lanes() {
    let mut random = Random(17);
    for (rows, len) in [(1, 9001), (5, 9001), (6, 8192), (11, 8209), (1, 4 << 16), (1, (7 << 16) + 13)] {
        let of = |label| if label == 'i' { rows } else { len };
        for subscript in ["ij->i", "ij->"] {
            subscripts::<f32>(&mut random, subscript, &of).check();
            subscripts::<f64>(&mut random, subscript, &of).check();
        }
    }
}

/// Steps of which all tensors together are more than the caches hold, whole lines and not: those of the machine, and smaller ones.
#[test]
fn streamed_steps() {
    let mut random = Random(15);
    for (extents, caches) in [([536, 1080], "48K,256K,2M"), ([600, 1101], "32K,128K,2M"), ([1700, 2801], "")] {
        for subscript in ["ij->ji", "ij,ji->ij", "ij,ij->ji", "ij,j->ij", "i,j->ij", ",ij->ji"] {
            let square = if subscript.contains("ij,ji") { extents[0] + 201 } else { extents[0] };
            let of = |label| {
                if label == 'i' {
                    square
                } else if square == extents[0] {
                    extents[1]
                } else {
                    square
                }
            };
            // (Of the machine's one product and one copy, of all others all.)
            if !caches.is_empty() || ["ij->ji", "ij,ji->ij"].contains(&subscript) {
                subscripts::<f64>(&mut random, subscript, &of).check_with(Some(caches));
            }
        }
    }
    // Sums in several parts, which read what the first of them has written.
    for subscript in ["aibjck->ijk", "aibjck,aikb->ijk"] {
        let of = |label| if label == 'k' { 1303 } else { (label as usize % 4 + 1) * 2 };
        subscripts::<f64>(&mut random, subscript, &of).check();
    }
}

/// Permutations of more than the caches hold, of which whole lines are written, and not whole ones.
#[test]
fn large_permutations() {
    for (order, extents) in [
        ([0, 2, 1, 3], [17, 20, 33, 112]),
        ([3, 2, 1, 0], [64, 17, 19, 64]),
        ([3, 1, 2, 0], [48, 17, 19, 80]),
        ([2, 3, 0, 1], [17, 64, 64, 19]),
        ([0, 2, 1, 3], [33, 20, 65, 112]),
        ([0, 3, 1, 2], [5, 300, 301, 3]),
        ([0, 2, 3, 1], [5, 3, 301, 300]),
        ([3, 1, 0, 2], [40, 41, 14, 13]),
    ] {
        for misaligned in [0, 3] {
            permutation(order, extents, misaligned, |n| n as f32);
            permutation(order, extents, misaligned, |n| n as f64);
        }
    }
}

/// Axis `n` of the result is axis `order[n]` of the operand; the result begins so many elements after a line.
fn permutation<T: Sample>(order: [usize; 4], extents: [usize; 4], misaligned: usize, number: impl Fn(usize) -> T) {
    let row_major =
        |extents: [usize; 4]| [extents[1] * extents[2] * extents[3], extents[2] * extents[3], extents[3], 1];
    let len = extents.iter().product::<usize>();
    let operand: Vec<T> = (0..len).map(number).collect();
    let strides = row_major(extents);
    let out_strides = row_major(order.map(|axis| extents[axis]));
    let mut strides_of_out = [0; 4];
    order.iter().zip(out_strides).for_each(|(&axis, stride)| strides_of_out[axis] = stride.cast_signed());
    let from = Strides { start: 0, strides: &strides.map(usize::cast_signed) };
    with_every_isa(None, || {
        let mut out = vec![T::POISON; len + 32];
        let start = out.as_ptr().align_offset(64) + misaligned;
        let to = Strides { start, strides: &strides_of_out };
        Step::new((&extents, &[false; 4]), (&mut out[..], to), (&operand, from, false), None, (None, None)).run();
        let mut next = 0;
        for place in offsets(&extents[..3], &strides_of_out[..3], start.cast_signed()) {
            let mut place = place;
            for _ in 0..extents[3] {
                assert!(out[place as usize] == operand[next], "{order:?} {extents:?}, element {next} of the operand");
                place += strides_of_out[3];
                next += 1;
            }
        }
        assert_eq!(next, len);
        let around = (0..start).chain(start + len..out.len());
        assert!({ around }.all(|n| out[n] != out[n]), "written beside the result");
    });
}

/// Integers of 32 and 64 bits are moved as floats are: not a bit may change.
#[test]
#[cfg(not(target_arch = "x86"))]
fn copies_of_integers() {
    fn copies<T: Sample>(seed: u64) {
        let mut random = Random(seed);
        for round in 0..200 {
            let rank = random.below(5);
            let extent = |random: &mut Random| random.choose(&[1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17, 0]);
            let large = [(517, [true, true, false]), (1031, [true, true, false])];
            let axes: Vec<_> = (0..rank).map(|_| (extent(&mut random), [true, !random.chance(4), false])).collect();
            let plain = random.chance(2);
            let axes = if round % 50 == 0 { &large[..] } else { &axes[..] };
            let case = Case { alpha: None, beta: None, ..case::<T>(&mut random, axes, false, plain) };
            let expected = case.expected();
            with_every_isa(None, || {
                let mut elements = case.out.elements.clone();
                let (out, lhs) = ((&mut elements[..], case.out.place()), &case.lhs.0);
                let lhs = (&lhs.elements[..], lhs.place(), case.lhs.1);
                let is_copied = Step::new((&case.extents, &case.contracted), out, lhs, None, (None, None)).run_copied();
                assert!(is_copied, "{:?} is a copy", case.extents);
                case.compare(&elements, &expected);
            });
        }
    }
    copies::<i32>(41);
    copies::<u32>(42);
    copies::<i64>(43);
    copies::<u64>(44);
    let mut random = Random(45);
    for subscript in ["ij->i", "ij,ij->ij"] {
        let case = subscripts::<u32>(&mut random, subscript, &|_| 5);
        let (mut elements, lhs) = (case.out.elements.clone(), &case.lhs.0);
        let rhs = case.rhs.as_ref().map(|(rhs, _)| (&rhs.elements[..], rhs.place(), false));
        let (out, lhs) = ((&mut elements[..], case.out.place()), (&lhs.elements[..], lhs.place(), false));
        let is_copied = Step::new((&case.extents, &case.contracted), out, lhs, rhs, (None, None)).run_copied();
        assert!(!is_copied, "{subscript} is no copy");
    }
    // What is no integer has patterns that need not be those of floats.
    let case = subscripts::<f32>(&mut random, "ij->ji", &|_| 5);
    let (mut elements, lhs) = (case.out.elements.clone(), &case.lhs.0);
    let (out, lhs) = ((&mut elements[..], case.out.place()), (&lhs.elements[..], lhs.place(), false));
    let is_copied = Step::new((&case.extents, &case.contracted), out, lhs, None, (None, None)).run_copied();
    assert!(!is_copied, "no integers are moved as such");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    // They do depend on the instruction set, which other tests choose.
    let _guard = forced();
    let mut random = Random(13);
    macro_rules! of_element {
        ($T:ty) => {
            for subscript in
                ["ij->ji", "ij->", "ij->i", "ij->j", "ij,ij->ij", "ij,ij->", "ij,j->i", "ij,i->j", "i,i->", "ii->i"]
            {
                let of = |label| if label == 'i' { 3001 } else { 1031 };
                let of = |label| if subscript.contains("ii") { 3001 } else { of(label) };
                let mut case = subscripts::<$T>(&mut random, subscript, &of);
                let factors = [Some(&mut case.lhs), case.rhs.as_mut()];
                for (tensor, _) in factors.into_iter().flatten() {
                    tensor.elements.iter_mut().for_each(|element| *element += random.below(1 << 20) as $T * 1e-7);
                }
                let results = [1, 2, 3, 7].map(|threads| {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                    pool.install(|| case.run()).iter().map(|value| value.to_bits()).collect::<Vec<_>>()
                });
                assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{subscript}");
            }
        };
    }
    of_element!(f32);
    of_element!(f64);
}

/// Numbers of which half of the bits are lost when they are added up one after the other, and that nearly cancel.
#[test]
fn long_sums_lose_little() {
    let len = 3_000_017;
    let mut random = Random(14);
    let numbers: Vec<f32> = (0..len).map(|_| random.below(1 << 24) as f32 / (1 << 24) as f32 - 0.5).collect();
    let exact: f64 = numbers.iter().map(|&number| f64::from(number)).sum();
    with_every_isa(None, || {
        let mut numbers = numbers.clone();
        let sum = |numbers: &[f32]| {
            let (from, to) = (Strides { start: 0, strides: &[1] }, Strides { start: 0, strides: &[0] });
            let mut out = [0.0];
            Step::new((&[len], &[true]), (&mut out[..], to), (numbers, from, false), None, (None, None)).run();
            out[0]
        };
        let error = f64::from(sum(&numbers)) - exact;
        assert!(error.abs() < 2e-4, "off by {error}");
        numbers[len / 2] = f32::INFINITY;
        assert!(sum(&numbers).is_infinite());
        numbers[len / 3] = f32::NEG_INFINITY;
        assert!(sum(&numbers).is_nan());
    });
}

#[test]
fn nothing_is_skipped_because_a_factor_is_zero() {
    for len in [1, 8, 100] {
        let (zeros, mut nans, mut out) = (vec![0.0f32; len], vec![1.0; len], [0.0]);
        nans[len - 1] = f32::NAN;
        let at = |strides| Strides { start: 0, strides };
        let (lhs, rhs) = ((&zeros[..], at(&[1]), false), (&nans[..], at(&[1]), false));
        Step::new((&[len], &[true]), (&mut out[..], at(&[0])), lhs, Some(rhs), (None, None)).run();
        assert!(out[0].is_nan());
    }
}
