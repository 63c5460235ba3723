//! Generalised matrix products against naive loops: every instruction set of this machine, extents
//! around the edges of tiles and blocks, operands and results of any strides.

#![allow(clippy::unwrap_used, reason = "a test")]

use einsum_engine::Number;
use einsum_engine::{
    machine::{
        caches,
        isa::{self, Isa},
    },
    testing::{Step, Strides, add_windows},
};
use num_complex::{Complex32, Complex64};

/// Some numbers, always the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// An element that small integers are exact in, products and sums of them as well.
trait Exact: Number + std::fmt::Debug {
    fn small(random: &mut Random) -> Self;
    /// What no result may ever contain.
    fn poison() -> Self;
    /// Computes a step, and returns whether it could.
    fn run(mut step: Step<'_, Self>) -> bool {
        step.run();
        true
    }
}

macro_rules! exact {
    ($($T:ty: $random:ident => $small:expr, $poison:expr;)*) => { $(
        impl Exact for $T {
            fn small($random: &mut Random) -> Self { $small }
            fn poison() -> Self { $poison }
        }
    )* };
}

fn small(random: &mut Random) -> i8 {
    i8::try_from(random.below(7)).unwrap() - 3
}

exact! {
    f32: random => f32::from(small(random)), f32::NAN;
    f64: random => f64::from(small(random)), f64::NAN;
    Complex32: random => Complex32::new(small(random).into(), small(random).into()), Complex32::new(f32::NAN, f32::NAN);
    Complex64: random => Complex64::new(small(random).into(), small(random).into()), Complex64::new(f64::NAN, f64::NAN);
}

/// Integers: any at all, as they wrap.
macro_rules! integers {
    ($($T:ty)*) => { $(
        impl Exact for $T {
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "any bits will do")]
            fn small(random: &mut Random) -> Self {
                (random.next() << 33 | random.next() << 2 | random.next() >> 29) as $T
            }
            fn poison() -> Self {
                <$T>::MAX / 3
            }
            fn run(mut step: Step<'_, Self>) -> bool {
                step.run_packed()
            }
        }
    )* };
}
integers!(i8 i16 i32 i64 u8 u16 u32 u64 isize usize);

/// A tensor: its elements in a slice that has others around and in between.
#[derive(Clone)]
struct Tensor<T> {
    elements: Vec<T>,
    start: usize,
    strides: Vec<isize>,
}

/// How a tensor lies in memory.
#[derive(Clone, Copy, Debug)]
enum Layout {
    RowMajor,
    Permuted,
    /// With gaps, and axes that run backwards.
    Strided,
}

impl<T: Exact> Tensor<T> {
    /// A tensor of the labels in `subscript`, of all `labels`. `repeat`: perhaps broadcast along one.
    fn new(random: &mut Random, labels: &[(char, usize)], subscript: &str, layout: Layout, repeat: bool) -> Self {
        let mut order: Vec<char> = subscript.chars().collect();
        if !matches!(layout, Layout::RowMajor) {
            for n in (1..order.len()).rev() {
                order.swap(n, random.below(n + 1));
            }
        }
        let mut strides = vec![0; labels.len()];
        let (mut start, mut reach, mut step) = (0, 0, 1);
        for label in order.iter().rev() {
            let place = labels.iter().position(|(known, _)| known == label).unwrap();
            let extent = labels[place].1;
            if repeat && random.below(8) == 0 {
                continue;
            }
            let mut stride = step;
            if matches!(layout, Layout::Strided) {
                stride += random.below(3);
            }
            let extends = (extent.max(1) - 1) * stride;
            strides[place] = stride.cast_signed();
            if matches!(layout, Layout::Strided) && random.below(3) == 0 {
                strides[place] = -strides[place];
                start += extends;
            }
            reach += extends;
            step = reach + 1;
        }
        let guard = random.below(3);
        let elements = (0..reach + 1 + 2 * guard).map(|_| T::small(random)).collect();
        Self { elements, start: start + guard, strides }
    }

    fn strides(&self) -> Strides<'_> {
        Strides { start: self.start, strides: &self.strides }
    }

    /// Where the element is that is so far from index 0.
    fn place(&self, offset: isize) -> usize {
        self.start.checked_add_signed(offset).unwrap()
    }

    fn element(&self, offset: isize) -> T {
        self.elements[self.place(offset)]
    }
}

struct Case<'a> {
    spec: &'a str,
    labels: Vec<(char, usize)>,
    layouts: [Layout; 3],
    conj: [bool; 2],
    repeat: bool,
    alpha: bool,
    beta: bool,
}

/// How far each index along some of the axes is from index 0. (Plain loops: what tests compute is not optimised.)
fn offsets(extents: &[usize], strides: &[isize], is_walked: impl Fn(usize) -> bool) -> Vec<isize> {
    let mut offsets = vec![0];
    for axis in (0..extents.len()).filter(|&axis| is_walked(axis)) {
        let mut along = Vec::with_capacity(offsets.len() * extents[axis]);
        for mut offset in offsets {
            for _ in 0..extents[axis] {
                along.push(offset);
                offset += strides[axis];
            }
        }
        offsets = along;
    }
    offsets
}

/// Caches of any size: those of the machine, and such that blocks are a few rows, or all there is.
const CACHES: &[&str] = &["", "1K,2K,0", "4K,16K,0", "1,1,1", "48K,2M,32M", "1M,64M,1G"];

fn check<T: Exact>(random: &mut Random, case: &Case<'_>, isas: &[Isa]) {
    let (factors, result) = case.spec.split_once("->").unwrap();
    let (lhs, rhs) = factors.split_once(',').unwrap();
    let lhs = Tensor::<T>::new(random, &case.labels, lhs, case.layouts[0], case.repeat);
    let rhs = Tensor::<T>::new(random, &case.labels, rhs, case.layouts[1], case.repeat);
    let out = Tensor::<T>::new(random, &case.labels, result, case.layouts[2], false);
    check_on(random, case, [lhs, rhs, out], (isas, CACHES));
}

/// Checks a step on these tensors: two factors and the result; on these levels, with some of these caches.
fn check_on<T: Exact>(
    random: &mut Random,
    case: &Case<'_>,
    [lhs, rhs, mut out]: [Tensor<T>; 3],
    (isas, sizes): (&[Isa], &[&str]),
) {
    let result = case.spec.split_once("->").unwrap().1;
    let extents: Vec<_> = case.labels.iter().map(|&(_, extent)| extent).collect();
    let contracted: Vec<_> = case.labels.iter().map(|&(label, _)| !result.contains(label)).collect();
    let alpha = case.alpha.then(|| T::small(random));
    let beta = case.beta.then(|| T::small(random));
    let conj = |value: T, conj: bool| if conj { value.conjugate() } else { value };

    let along =
        |tensor: &Tensor<T>, is_summed: bool| offsets(&extents, &tensor.strides, |n| contracted[n] == is_summed);
    let (lhs_kept, lhs_summed, rhs_kept, rhs_summed) =
        (along(&lhs, false), along(&lhs, true), along(&rhs, false), along(&rhs, true));
    let mut expected = out.elements.clone();
    for (n, place) in along(&out, false).into_iter().enumerate() {
        let mut sum = T::ZERO;
        for m in 0..lhs_summed.len() {
            let lhs = conj(lhs.element(lhs_kept[n] + lhs_summed[m]), case.conj[0]);
            let rhs = conj(rhs.element(rhs_kept[n] + rhs_summed[m]), case.conj[1]);
            sum = sum.plus(lhs.times(rhs));
        }
        let place = out.place(place);
        sum = alpha.map_or(sum, |alpha| alpha.times(sum));
        expected[place] = beta.map_or(sum, |beta| sum.plus(beta.times(out.elements[place])));
        if beta.is_none() {
            out.elements[place] = T::poison();
        }
    }
    for &isa in isas {
        let caches = random.pick(sizes);
        isa::force(Some(isa));
        caches::force((!caches.is_empty()).then(|| caches.parse().unwrap()));
        let mut found = out.clone();
        let step = Step::new(
            (&extents, &contracted),
            (&mut found.elements, out.strides()),
            (&lhs.elements, lhs.strides(), case.conj[0]),
            Some((&rhs.elements, rhs.strides(), case.conj[1])),
            (alpha, beta),
        );
        if !T::run(step) {
            continue;
        }
        let wrong = expected.iter().zip(&found.elements).position(|(expected, found)| expected != found);
        assert!(
            wrong.is_none(),
            "{} {:?} {:?} conj {:?} alpha {alpha:?} beta {beta:?} {isa:?} caches {caches}: {:?} instead of {:?} at {wrong:?}\nout {:?} lhs {:?} rhs {:?}",
            case.spec,
            case.labels,
            case.layouts,
            case.conj,
            found.elements[wrong.unwrap()],
            expected[wrong.unwrap()],
            out.strides,
            lhs.strides,
            rhs.strides,
        );
    }
    isa::force(None);
    caches::force(None);
}

/// The labels of a spec, with extents that `extent` gives.
fn labelled(spec: &str, mut extent: impl FnMut(char) -> usize) -> Vec<(char, usize)> {
    let mut labels: Vec<(char, usize)> = Vec::new();
    for label in spec.chars().filter(char::is_ascii_alphabetic) {
        if labels.iter().all(|&(known, _)| known != label) {
            labels.push((label, extent(label)));
        }
    }
    labels
}

fn everything<T: Exact>(seed: u64, rounds: usize) {
    const SPECS: &[&str] = &[
        "ij,jk->ik",
        "ij,kj->ik",
        "ji,jk->ki",
        "bij,bjk->bik",
        "ijb,jkb->ikb",
        "bij,jbk->ikb",
        "dabfe,fc->edcba",
        "aebd,ce->dcba",
        "bgfd,caeg->fedcba",
        "dfae,cebf->dcba",
        "dac,bcd->ba",
        "abc,abd->cd",
        "abij,cjbi->acxji",
        "ijx,jk->ik",
        "ij,jky->kiz",
        "abcd,cdef->abef",
        "ij,jk->izk",
    ];
    const EXTENTS: &[usize] = &[1, 2, 3, 4, 5, 7, 8, 11, 13, 16, 17];
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    // The naive loops are slow without optimisation.
    let rounds = if cfg!(debug_assertions) { rounds / 40 } else { rounds };
    for round in 0..rounds {
        let spec = random.pick(SPECS);
        let many = spec.chars().filter(char::is_ascii_alphabetic).count() > 10;
        let mut labels = labelled(spec, |_| random.pick(if many { &EXTENTS[..6] } else { EXTENTS }));
        if round % 29 == 0 {
            let place = random.below(labels.len());
            labels[place].1 = 0;
        }
        let mut flag = || random.below(2) == 0;
        let case = Case {
            spec,
            labels,
            conj: [flag(), flag()],
            repeat: flag(),
            alpha: flag(),
            beta: flag(),
            layouts: [(); 3].map(|()| random.pick(&[Layout::RowMajor, Layout::Permuted, Layout::Strided])),
        };
        check::<T>(&mut random, &case, &isas);
    }
}

/// Extents at, below and above multiples of the tiles and blocks of any kernel.
fn edges<T: Exact>(seed: u64, rounds: usize, deep: &[usize]) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    // The naive loops are slow without optimisation.
    let rounds = if cfg!(debug_assertions) { rounds / 40 } else { rounds };
    for round in 0..rounds {
        let spec = random.pick(&["ij,jk->ik", "ij,kj->ik", "ji,jk->ik", "ijb,jkb->ikb", "ja,abjk->kab", "kjb,ibj->ik"]);
        let mut edge = || (random.pick(&[4, 6, 8, 12, 16, 24, 32, 48, 64]) + random.below(3)) - 1;
        let [i, k] = [edge(), edge()];
        let j = if round % 3 == 0 { random.pick(deep) } else { edge() };
        let labels = labelled(spec, |label| match label {
            'i' => i,
            'j' => j,
            'k' => k,
            _ if spec.starts_with("kjb") => 48,
            _ => 3,
        });
        let mut flag = || random.below(2) == 0;
        let case = Case {
            spec,
            labels,
            conj: [flag(), flag()],
            repeat: false,
            alpha: flag(),
            beta: flag(),
            layouts: [(); 3].map(|()| random.pick(&[Layout::RowMajor, Layout::Permuted, Layout::Strided])),
        };
        check::<T>(&mut random, &case, &isas);
    }
}

/// One side of few indices, the other of more than a page.
fn narrow<T: Exact>(seed: u64, rounds: usize) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    let rounds = if cfg!(debug_assertions) { rounds / 20 } else { rounds };
    for _ in 0..rounds {
        let spec = random.pick(&["lj,kj->lk", "lj,kj->kl", "jl,jk->kl", "jl,jk->lk", "kj,jl->kl", "blj,bkj->blk"]);
        let labels = labelled(spec, |label| match label {
            'l' => random.pick(&[20, 1027, 2053]),
            'j' => random.pick(&[1, 3, 8, 9, 17, 64, 67, 130]),
            'k' => 1 + random.below(9),
            _ => 2,
        });
        let mut flag = || random.below(2) == 0;
        let (conj, alpha, beta) = ([flag(), flag()], flag(), flag());
        let layouts = [(); 3].map(|()| random.pick(&[Layout::RowMajor, Layout::Permuted, Layout::Strided]));
        let case = Case { spec, labels, conj, repeat: false, alpha, beta, layouts };
        check::<T>(&mut random, &case, &isas);
    }
}

/// The extents of a convolution, whose image has the labels `n` and `c`, `y`, which is `i + p`, and `x`, which is `step * j + q`.
struct Convolution {
    extents: [(char, usize); 7],
    step: usize,
}

impl Convolution {
    /// A convolution of any extents; those of `n`, `c` and `f` are at most these.
    fn new(random: &mut Random, [n, c, f]: [usize; 3]) -> Self {
        let step = random.pick(&[1, 1, 2]);
        let most = [('n', n), ('c', c), ('f', f), ('i', 9), ('j', 40), ('p', 4), ('q', 4)];
        Self { extents: most.map(|(label, most)| (label, 1 + random.below(most))), step }
    }

    fn extent(&self, label: char) -> usize {
        let of = |label| self.extent(label);
        match label {
            'y' => of('i') + of('p') - 1,
            'x' => self.step * (of('j') - 1) + of('q'),
            _ => self.extents.iter().find(|(other, _)| *other == label).expect("a label of a convolution").1,
        }
    }

    /// An image with these labels, as a view of its windows: with the strides of the labels of the convolution.
    fn windows<T: Exact>(
        &self,
        random: &mut Random,
        image: &str,
        labels: &[(char, usize)],
        layout: Layout,
    ) -> Tensor<T> {
        let places: Vec<_> = image.chars().map(|label| (label, self.extent(label))).collect();
        let whole = Tensor::<T>::new(random, &places, image, layout, false);
        let along = |label: char| whole.strides[image.find(label).unwrap()];
        let stride = |&(label, _): &(char, usize)| match label {
            'i' | 'p' => along('y'),
            'j' => self.step.cast_signed() * along('x'),
            'q' => along('x'),
            'f' => 0,
            other => along(other),
        };
        let strides = labels.iter().map(stride).collect();
        Tensor { strides, ..whole }
    }
}

/// Convolutions, and gradients by their weights: an image of which windows overlap, in any layout.
fn windows<T: Exact>(seed: u64, rounds: usize) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    let rounds = if cfg!(debug_assertions) { rounds / 20 } else { rounds };
    for _ in 0..rounds {
        // Of the image `n`, `c`, `y` and `x`, where `y` is `i + p` and `x` is `2*j + q`, or `j + q`.
        let (image, spec) = random.pick(&[
            ("ncyx", "ncipjq,fcpq->nfij"),
            ("nyxc", "ncipjq,pqcf->nijf"),
            ("ncyx", "nfij,ncipjq->fcpq"),
            ("nyxc", "ncipjq,nijf->pqcf"),
            ("cynx", "ncipjq,nfij->qfpc"),
        ]);
        let convolution = Convolution::new(&mut random, [2, 20, 40]);
        let labels = labelled(spec, |label| convolution.extent(label));
        let mut layout = || random.pick(&[Layout::RowMajor, Layout::RowMajor, Layout::Permuted, Layout::Strided]);
        let layouts = [layout(), layout(), layout()];
        let windows = convolution.windows(&mut random, image, &labels, layouts[0]);
        let (factors, result) = spec.split_once("->").unwrap();
        let (lhs, rhs) = factors.split_once(',').unwrap();
        let is_first = lhs == "ncipjq";
        let other = Tensor::new(&mut random, &labels, if is_first { rhs } else { lhs }, layouts[1], false);
        let out = Tensor::new(&mut random, &labels, result, layouts[2], false);
        let tensors = if is_first { [windows, other, out] } else { [other, windows, out] };
        let mut flag = || random.below(2) == 0;
        let case = Case { spec, labels, conj: [flag(), flag()], repeat: false, alpha: flag(), beta: flag(), layouts };
        check_on::<T>(&mut random, &case, tensors, (&isas, CACHES));
    }
}

/// Gradients of convolutions by their images: all windows that overlap at once, against plain loops.
fn overlapping<T: Exact>(seed: u64, rounds: usize) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    let rounds = if cfg!(debug_assertions) { rounds / 20 } else { rounds };
    let mut computed = 0;
    for _ in 0..rounds {
        let orders =
            [("ncyx", "fcpq", "nfij"), ("nyxc", "pqcf", "nijf"), ("nyxc", "fqcp", "fnij"), ("cxny", "cpqf", "jnfi")];
        let (image, weights, result) = random.pick(&orders);
        let convolution = Convolution::new(&mut random, [3, 40, 30]);
        let labels = labelled("nfijcpq", |label| convolution.extent(label));
        let extents: Vec<_> = labels.iter().map(|&(_, extent)| extent).collect();
        let mut layout = || random.pick(&[Layout::RowMajor, Layout::RowMajor, Layout::Permuted, Layout::Strided]);
        let layouts = [layout(), layout(), layout()];
        let out: Tensor<T> = convolution.windows(&mut random, image, &labels, layouts[0]);
        let lhs = Tensor::<T>::new(&mut random, &labels, result, layouts[1], false);
        let rhs = Tensor::<T>::new(&mut random, &labels, weights, layouts[2], false);
        let alpha = (random.below(2) == 0).then(|| T::small(&mut random));
        let mut expected = out.elements.clone();
        let [outs, of_lhs, of_rhs] = [&out, &lhs, &rhs].map(|tensor| offsets(&extents, &tensor.strides, |_| true));
        for n in 0..outs.len() {
            let product = lhs.element(of_lhs[n]).times(rhs.element(of_rhs[n]));
            let place = &mut expected[out.place(outs[n])];
            *place = place.plus(alpha.map_or(product, |alpha| alpha.times(product)));
        }
        for &isa in &isas {
            let caches = random.pick(CACHES);
            isa::force(Some(isa));
            caches::force((!caches.is_empty()).then(|| caches.parse().unwrap()));
            let mut found = out.clone();
            let is_window = [false, false, false, false, false, true, true];
            let tensors = ((&lhs.elements[..], lhs.strides()), (&rhs.elements[..], rhs.strides()));
            let target = (&mut found.elements[..], out.strides());
            if add_windows((&extents, &is_window), target, tensors.0, tensors.1, alpha) {
                computed += 1;
                assert!(found.elements == expected, "{orders:?} {labels:?} {layouts:?} {isa:?} caches {caches}");
            } else {
                assert!(found.elements == out.elements, "what is left is as it was");
            }
        }
    }
    isa::force(None);
    caches::force(None);
    assert!(computed > rounds / 4, "{computed} of {rounds}");
}

/// Few rows along an axis that is long, and lies side by side in both factors.
fn inner_products<T: Exact>(seed: u64, rounds: usize) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    let rounds = if cfg!(debug_assertions) { rounds / 20 } else { rounds };
    for round in 0..rounds {
        let spec =
            random.pick(&["lj,kj->lk", "lj,kj->kl", "blj,bkj->bkl", "lbj,kbj->lk", "ljb,kjb->kl", "jbl,jbk->lk"]);
        let labels = labelled(spec, |label| match label {
            'l' if round % 4 == 0 => 97 + random.below(20),
            'l' | 'k' => 1 + random.below(14),
            'b' => random.pick(&[1, 3, 66, 131]),
            _ => random.pick(&[64, 65, 79, 130, 777, 1024, 2051]),
        });
        let mut flag = || random.below(2) == 0;
        let (conj, alpha, beta) = ([flag(), flag()], flag(), flag());
        let layouts = [Layout::RowMajor, Layout::RowMajor, random.pick(&[Layout::RowMajor, Layout::Strided])];
        check::<T>(&mut random, &Case { spec, labels, conj, repeat: false, alpha, beta, layouts }, &isas);
    }
}

/// Every count of rows around the ends of vectors, with every count of columns around the widths of tiles: as one
/// product, as one with a batch label, and as one with rows that do not lie side by side in the factor or the result.
fn ends<T: Exact>(seed: u64) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    for rows in 1..=if cfg!(debug_assertions) { 5 } else { 35 } {
        for columns in 1..=9 {
            let spec =
                random.pick(&["kj,jl->kl", "jl,kj->kl", "kj,lj->kl", "kj,jl->lk", "bkj,bjl->bkl", "bkj,bjl->lbk"]);
            let depth = 1 + random.below(10);
            let labels = labelled(spec, |label| match label {
                'l' => rows,
                'k' => columns,
                'j' => depth,
                _ => 3,
            });
            let mut flag = || random.below(2) == 0;
            let (conj, alpha, beta) = ([flag(), flag()], flag(), flag());
            let out = random.pick(&[Layout::RowMajor, Layout::RowMajor, Layout::Strided]);
            let layouts = [random.pick(&[Layout::RowMajor, Layout::Permuted]), Layout::RowMajor, out];
            check::<T>(&mut random, &Case { spec, labels, conj, repeat: false, alpha, beta, layouts }, &isas);
        }
    }
}

/// Products side by side, of which rows are a power of two apart, or not; with lanes left over.
fn lanes<T: Exact>(seed: u64) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    let all: &[usize] = if cfg!(debug_assertions) { &[512] } else { &[512, 1024, 1030, 2048] };
    for &lanes in all {
        for spec in ["ijb,jkb->ikb", "aijb,jkb->ikab"] {
            let [rows, depth, columns] = [(); 3].map(|()| 4 + random.below(7));
            let labels = labelled(spec, |label| match label {
                'a' => 2,
                'b' => lanes,
                'i' => rows,
                'j' => depth,
                _ => columns,
            });
            let mut flag = || random.below(2) == 0;
            let (alpha, beta) = (flag(), flag());
            let layouts = [Layout::RowMajor; 3];
            let case = Case { spec, labels, conj: [false; 2], repeat: false, alpha, beta, layouts };
            check::<T>(&mut random, &case, &isas);
        }
    }
}

/// The same where contracted indices alone are a power of two apart, in either factor or both: their columns are copied.
fn columns<T: Exact>(seed: u64) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    for spec in ["ijb,jkb->ikb", "kjb,jib->kib", "jib,jkb->ikb", "aijb,ajkb->akib"] {
        for depth in [1, 5, 90] {
            let labels = labelled(spec, |label| match label {
                'a' => 2,
                'b' => 40,
                'i' => 17 + random.below(3),
                'j' => depth,
                _ => 64,
            });
            let mut flag = || random.below(2) == 0;
            let (alpha, beta) = (flag(), flag());
            let layouts = [Layout::RowMajor; 3];
            let case = Case { spec, labels, conj: [false; 2], repeat: false, alpha, beta, layouts };
            check::<T>(&mut random, &case, &isas);
        }
    }
}

/// Rows side by side, of columns that are pages or halves of pages apart, and so many that they displace each other in caches.
fn displaced<T: Exact>(seed: u64) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    for (rows, part) in [(1, 1), (5, 2), (17, 1), (40, 2), (67, 1), (120, 2)] {
        let step = 4096 / part / size_of::<T>();
        for spec in ["kj,jl->kl", "jl,kj->kl", "kbj,jl->bkl", "bkj,bjl->bkl", "kij,ijl->kl"] {
            let depth = random.pick(&[70, 131]) * part;
            let labels = labelled(spec, |label| match label {
                'l' => rows,
                'j' => depth,
                'k' => 32 + random.below(3),
                _ => 2,
            });
            let mut flag = || random.below(2) == 0;
            let (conj, alpha, beta) = ([flag(), flag()], flag(), flag());
            let case = Case { spec, labels, conj, repeat: false, alpha, beta, layouts: [Layout::RowMajor; 3] };
            let (factors, result) = spec.split_once("->").unwrap();
            let (lhs, rhs) = factors.split_once(',').unwrap();
            let tensors = [lhs, rhs, result].map(|subscript| {
                if !subscript.ends_with("jl") {
                    return Tensor::<T>::new(&mut random, &case.labels, subscript, Layout::RowMajor, false);
                }
                // (Rows of so many elements, of which some are those of the factor; or all of it backwards.)
                let whole = [('b', 2), ('i', 2), ('j', depth), ('l', step)];
                let whole = Tensor::new(&mut random, &whole, subscript, Layout::RowMajor, false);
                let is_backwards = random.below(2) == 0;
                let strides = case.labels.iter().map(|&(label, _)| match label {
                    'l' => 1,
                    'j' if is_backwards => -step.cast_signed(),
                    'j' => step.cast_signed(),
                    _ if subscript.contains(label) => (depth * step).cast_signed(),
                    _ => 0,
                });
                let start = if is_backwards { whole.start + (depth - 1) * step } else { whole.start };
                Tensor { strides: strides.collect(), start, ..whole }
            });
            check_on(&mut random, &case, tensors, (&isas, &["48K,2M,32M", "48K,1M,32M"]));
        }
    }
}

/// Small products along a batch label that lies side by side in the result alone, or in the factors alone: lanes are turned.
fn turned<T: Exact>(seed: u64, rounds: usize) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    let rounds = if cfg!(debug_assertions) { rounds / 10 } else { rounds };
    for _ in 0..rounds {
        let spec = random.pick(&[
            "nxc,mxc->nmx",
            "xnc,xcm->nmx",
            "acxn,mxc->anmx",
            "ncx,cmx->xnm",
            "ancx,cmx->xamn",
            "ncx,xmc->nmx",
            "xnc,cmx->mnx",
        ]);
        let labels = labelled(spec, |label| match label {
            'x' => random.pick(&[15, 16, 17, 31, 33, 67, 131]),
            'a' => 2,
            _ => random.pick(&[1, 2, 3, 5, 7, 8, 11, 13, 16, 17]),
        });
        let mut flag = || random.below(2) == 0;
        let (alpha, beta, repeat) = (flag(), flag(), flag());
        let layouts = [(); 3].map(|()| random.pick(&[Layout::RowMajor, Layout::RowMajor, Layout::Strided]));
        check::<T>(&mut random, &Case { spec, labels, conj: [false; 2], repeat, alpha, beta, layouts }, &isas);
    }
}

/// Lanes that are turned, of sums whose last block is of a few terms.
fn turned_in_blocks<T: Exact>(seed: u64) {
    let isas: Vec<_> = isa::available().collect();
    let mut random = Random(seed);
    for _ in 0..12 {
        let labels = labelled("nkx,kmx->xnm", |label| match label {
            'x' => 16,
            'k' => random.pick(&[1025, 1026, 1027]),
            _ => random.pick(&[2, 3]),
        });
        let case = Case {
            spec: "nkx,kmx->xnm",
            labels,
            conj: [false; 2],
            repeat: false,
            alpha: false,
            beta: random.below(2) == 0,
            layouts: [Layout::RowMajor; 3],
        };
        check::<T>(&mut random, &case, &isas);
    }
}

/// Integers, by packed factors.
fn packed<T: Exact>(seed: u64) {
    everything::<T>(seed, 120);
    narrow::<T>(seed, 40);
    ends::<T>(seed);
    edges::<T>(seed, 60, &[255, 256, 1023, 1024, 1025, 2050]);
}

/// One test: it forces the instruction set and the caches of the whole process.
#[test]
fn contractions_are_those_of_naive_loops() {
    everything::<f32>(1, 400);
    everything::<f64>(2, 400);
    everything::<Complex32>(3, 300);
    everything::<Complex64>(4, 300);
    narrow::<f32>(9, 80);
    narrow::<f64>(10, 80);
    narrow::<Complex32>(11, 40);
    narrow::<Complex64>(12, 40);
    windows::<f32>(33, 300);
    windows::<f64>(34, 300);
    windows::<Complex32>(35, 40);
    overlapping::<f32>(36, 200);
    overlapping::<f64>(37, 200);
    lanes::<f32>(21);
    lanes::<f64>(22);
    turned::<f32>(25, 300);
    turned::<f64>(26, 300);
    turned_in_blocks::<f32>(27);
    turned_in_blocks::<f64>(28);
    displaced::<f32>(41);
    displaced::<f64>(42);
    displaced::<Complex32>(43);
    displaced::<Complex64>(44);
    columns::<f32>(23);
    columns::<f64>(24);
    inner_products::<f32>(18, 40);
    inner_products::<f64>(19, 40);
    inner_products::<Complex32>(20, 20);
    ends::<f32>(13);
    ends::<f64>(14);
    for seed in 15..18 {
        ends::<Complex32>(seed);
        ends::<Complex64>(seed);
    }
    packed::<i8>(31);
    packed::<i16>(32);
    packed::<i32>(33);
    packed::<i64>(34);
    packed::<u8>(35);
    packed::<u16>(36);
    packed::<u32>(37);
    packed::<u64>(38);
    packed::<isize>(39);
    packed::<usize>(40);
    edges::<f32>(5, 120, &[383, 384, 385, 769, 1100]);
    edges::<f64>(6, 120, &[191, 192, 193, 400, 600]);
    edges::<Complex32>(7, 60, &[255, 384, 385, 700]);
    edges::<Complex64>(8, 60, &[191, 192, 193, 400]);
}
