//! Steps of the engine on slices: any number of labels, in any role, of any strides.

use einsum_engine::{
    machine::isa,
    testing::{Step, Strides},
};

use num_complex::{Complex32, Complex64};

use super::{entropy::Entropy, number::Number};

/// The most indices of all labels together, where all are walked over.
const MOST: usize = 1 << 15;

/// Tries a step of elements of one of these types, on one instruction set, with one number of threads.
pub(crate) fn step(entropy: &mut Entropy<'_>) {
    let sets: Vec<_> = isa::available().collect();
    isa::force(Some(entropy.pick(&sets)));
    let elements = [of::<f32>, of::<f64>, of::<Complex32>, of::<Complex64>];
    entropy.pick(&elements)(entropy);
    isa::force(None);
}

/// A tensor in a slice, with others around and between its elements.
struct Tensor<T> {
    elements: Vec<T>,
    start: usize,
    strides: Vec<isize>,
}

impl<T: Number> Tensor<T> {
    /// A tensor that has these of the labels. Of one that is only read, elements may be repeated, or overlap.
    fn new(entropy: &mut Entropy<'_>, extents: &[usize], has: &[bool], is_read: bool) -> Self {
        let mut order: Vec<usize> = (0..extents.len()).filter(|&n| has[n]).collect();
        let is_plain = entropy.once_in(3);
        if !is_plain {
            (1..order.len()).for_each(|n| order.swap(n, entropy.below(n + 1)));
        }
        let mut strides = vec![0; extents.len()];
        let is_small = order.iter().map(|&label| extents[label]).product::<usize>() <= MOST;
        let (mut start, mut reach, mut step) = (0, 0, 1);
        for &label in order.iter().rev() {
            if is_read && entropy.once_in(10) {
                continue;
            }
            // (Wide gaps between single elements are for tensors of few.)
            let wide = if step > 1 || is_small { 30 } else { 3 };
            let stride = if is_plain { step } else { step + entropy.pick(&[0, 0, 1, 2, wide]) };
            let extends = extents[label].saturating_sub(1) * stride;
            let backwards = !is_plain && entropy.once_in(4);
            strides[label] = if backwards { -stride.cast_signed() } else { stride.cast_signed() };
            start += if backwards { extends } else { 0 };
            reach += extends;
            step = if is_read && entropy.once_in(20) { 1 } else { reach + 1 };
        }
        // Without an index there are no elements either, so that whatever is read is found out.
        let is_empty = (0..extents.len()).any(|n| has[n] && extents[n] == 0);
        let guard = if is_empty { 0 } else { entropy.below(3) };
        let len = if is_empty { 0 } else { reach + 1 + 2 * guard };
        let mut numbers = entropy.numbers();
        Self { elements: (0..len).map(|_| T::small(numbers.next())).collect(), start: start + guard, strides }
    }

    fn strides(&self) -> Strides<'_> {
        Strides { start: self.start, strides: &self.strides }
    }

    fn place(&self, index: &[usize]) -> usize {
        let walk = index.iter().zip(&self.strides);
        let offset = walk.map(|(&index, &stride)| index.cast_signed() * stride).sum();
        self.start.checked_add_signed(offset).expect("the slice begins at its first element")
    }
}

fn of<T: Number + einsum_engine::Number>(entropy: &mut Entropy<'_>) {
    let labels = 1 + entropy.below(6);
    // How a label is on the result and the factors: free, batch, contracted, lone, of the result alone.
    let roles = [
        [true, true, false],
        [true, false, true],
        [false, true, true],
        [true, true, true],
        [false, true, false],
        [false, false, true],
        [true, false, false],
    ];
    let is_one_factor = entropy.once_in(4);
    let on: Vec<[bool; 3]> =
        (0..labels).map(|_| roles[entropy.below(16).min(15) % if entropy.once_in(3) { 7 } else { 4 }]).collect();
    let on: Vec<[bool; 3]> = on.into_iter().map(|[out, lhs, rhs]| [out, lhs, rhs && !is_one_factor]).collect();
    let extents = extents(entropy, labels);
    let has = |tensor: usize| on.iter().map(|on| on[tensor]).collect::<Vec<_>>();
    let contracted: Vec<bool> = on.iter().map(|on| !on[0]).collect();
    let mut out = Tensor::<T>::new(entropy, &extents, &has(0), false);
    let lhs = Tensor::<T>::new(entropy, &extents, &has(1), true);
    let rhs = Tensor::<T>::new(entropy, &extents, &has(2), true);
    let rhs = (!is_one_factor).then_some(rhs);
    let conj = [entropy.once_in(3), entropy.once_in(3)];
    let mut numbers = entropy.numbers();
    let mut scale = || entropy.once_in(3).then(|| T::small(numbers.next()));
    let (alpha, beta) = (scale(), scale());
    let threads = 1 + entropy.below(3);
    let expected = expected((&extents, &contracted), &out, (&lhs, rhs.as_ref()), conj, (alpha, beta));
    let strides = out.strides.clone();
    in_threads(threads, || {
        Step::new(
            (&extents, &contracted),
            (&mut out.elements, Strides { start: out.start, strides: &strides }),
            (&lhs.elements, lhs.strides(), conj[0]),
            rhs.as_ref().map(|rhs| (&rhs.elements[..], rhs.strides(), conj[1])),
            (alpha, beta),
        )
        .run();
    });
    let what = std::any::type_name::<T>();
    assert!(
        out.elements == expected,
        "{what} {extents:?} {on:?} {strides:?} {:?} conj {conj:?}, {alpha:?}, {beta:?}",
        lhs.strides
    );
}

/// Extents that together are few enough, or along two or three labels enough for blocks and threads.
fn extents(entropy: &mut Entropy<'_>, labels: usize) -> Vec<usize> {
    let few = [2, 3, 1, 5, 7, 4, 8, 11, 13, 16, 17, 31, 33, 0, 64, 67, 131, 257, 509, 1024];
    let most = if entropy.once_in(8) { 32 * MOST } else { MOST };
    let mut all = 1;
    let mut extents = Vec::new();
    for _ in 0..labels {
        let extent = Some(entropy.pick(&few)).filter(|extent| all * extent <= most).unwrap_or(1 + entropy.below(2));
        all *= extent.max(1);
        extents.push(extent);
    }
    extents
}

/// The elements of the result's slice after the step, by plain loops.
fn expected<T: Number>(
    (extents, contracted): (&[usize], &[bool]),
    out: &Tensor<T>,
    (lhs, rhs): (&Tensor<T>, Option<&Tensor<T>>),
    conj: [bool; 2],
    (alpha, beta): (Option<T>, Option<T>),
) -> Vec<T> {
    let read = |tensor: &Tensor<T>, index: &[usize], conj: bool| {
        let element = tensor.elements[tensor.place(index)];
        if conj { element.conjugated() } else { element }
    };
    let mut elements = out.elements.clone();
    let outer: Vec<usize> =
        extents.iter().zip(contracted).map(|(&extent, &sum)| if sum { 1 } else { extent }).collect();
    let inner: Vec<usize> =
        extents.iter().zip(contracted).map(|(&extent, &sum)| if sum { extent } else { 1 }).collect();
    for_each_index(&outer, |kept| {
        let mut sum = T::ZERO;
        for_each_index(&inner, |summed| {
            let index: Vec<usize> = kept.iter().zip(summed).map(|(a, b)| a + b).collect();
            let term = read(lhs, &index, conj[0]);
            sum = sum.sum(rhs.map_or(term, |rhs| term.product(read(rhs, &index, conj[1]))));
        });
        let sum = alpha.map_or(sum, |alpha| alpha.product(sum));
        let place = out.place(kept);
        elements[place] = beta.map_or(sum, |beta| sum.sum(beta.product(out.elements[place])));
    });
    elements
}

fn for_each_index(extents: &[usize], mut each: impl FnMut(&[usize])) {
    let mut index = vec![0; extents.len()];
    if extents.contains(&0) {
        return;
    }
    loop {
        each(&index);
        let Some(axis) = (0..extents.len()).rev().find(|&axis| index[axis] + 1 < extents[axis]) else { return };
        index[axis] += 1;
        index[axis + 1..].fill(0);
    }
}

fn in_threads(threads: usize, work: impl FnOnce() + Send) {
    use std::sync::LazyLock;
    static POOLS: LazyLock<[rayon::ThreadPool; 2]> = LazyLock::new(|| {
        [2, 3].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("there are threads"))
    });
    match threads {
        1 => work(),
        threads => POOLS[threads - 2].install(work),
    }
}
