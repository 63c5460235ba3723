//! The functions that expansions call, called as no expansion would: with axes, labels and loops that do not belong
//! together. They are safe functions, so that they refuse, or compute what they were told to.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a test crate")]

use std::{
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
};

use einsum_runtime::__private::{
    Array, ArrayView, ArrayViewMut, Axes, Blocks, Common, IxDyn, Loaded, LoadedTarget, OfArrays, Output, Site, Spread,
    SpreadMut, Step, Tensor, View, ViewMut, cast, compute_onto, rescale,
};
use ndarray::{Array1, Array2, Array3, Axis, array};

const SITE: Site = Site { subscripts: "...", operands: &[("x", "..."), ("y", "...")], labels: &["..."] };
const ELEMENT: PhantomData<f64> = PhantomData;

/// What ellipses of these extents stand for together.
fn common(ellipses: [&[usize]; 2]) -> Common {
    SITE.ellipsis([(0, (0, ellipses[0])), (1, (0, ellipses[1]))]).unwrap()
}

/// Calls back with what is written to, its ellipsis one axis.
fn written<const N: usize>(
    target: &mut Array<f64, IxDyn>,
    place: usize,
    common: &Common,
    write: impl FnOnce(&mut ViewMut<'_, f64, N>),
) {
    let mut target = LoadedTarget::new(ArrayViewMut::from(target));
    let spread: SpreadMut<'_, f64, N> = SITE.spread_target(ELEMENT, 1, &mut target, place).unwrap();
    write(&mut spread.fuse(common).view_mut());
}

fn is_refused(call: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

#[test]
fn every_element_of_an_ellipsis_is_rescaled_once() {
    let mut y =
        Array3::from_shape_fn((3, 5, 2), |(i, j, k)| (100 * i + 10 * j + k) as f64).permuted_axes([2, 0, 1]).into_dyn();
    let expected = &y * 3.0;
    written::<1>(&mut y, 0, &common([&[2, 3, 5], &[]]), |target| rescale(target, 3.0));
    assert_eq!(y, expected);
    // And where the step says nothing of an ellipsis at all.
    let one = 1.0;
    written::<2>(&mut y, 0, &common([&[2, 3], &[]]), |target| {
        let factors = [View::scalar(&one)];
        let factors = [factors[0].read(&[])];
        Step::<_, 2>::new(&factors).split().onto(1.0).write(target.write(&[0, 1]));
        // A step that splits no axis takes none that stands for several.
        assert!(is_refused(|| Step::<_, 2>::new(&factors).onto(1.0).write(target.write(&[0, 1]))));
    });
    assert_eq!(y, &expected + 1.0);
}

/// Elements of another type are never read as if they were of that which is computed with.
#[test]
fn a_step_that_converts_nothing_refuses_what_is_converted() {
    let (x, mut y) = (array![1_u8, 2, 3], array![9.0, 9.0, 9.0]);
    let x = cast(ELEMENT, &x);
    let site = Site { subscripts: "i->i", operands: &[("x", "i")], labels: &["i"] };
    let view: View<'_, f64, 1> = Axes::<1>::operand(site, ELEMENT, 0, &x).unwrap();
    let factors = [view.read(&[0])];
    {
        let mut out = ViewMut::of_array(&mut y).unwrap();
        assert!(is_refused(|| Step::<_, 1>::new(&factors).write(out.write(&[0]))));
        assert!(is_refused(|| drop(site.tensor(ELEMENT, OfArrays, [3], &[0], Step::<_, 1>::new(&factors)))));
        Step::<_, 1>::new(&factors).convert().write(out.write(&[0]));
    }
    assert_eq!(y, array![1.0, 2.0, 3.0]);
    // The part of a view that begins later is so many of its own elements further on.
    let part = view.narrow(0, 1, 2);
    let factors = [part.read(&[0])];
    let part = site.tensor(ELEMENT, OfArrays, [2], &[0], Step::<_, 1>::new(&factors).convert()).unwrap();
    assert_eq!(part.into_array::<ndarray::Ix1>(), array![2.0, 3.0]);
}

/// Whatever is asked for, a part of a view is within it.
#[test]
fn a_view_is_narrowed_to_indices_that_it_has() {
    let (x, mut y) = ([3, 4, 5], [3, 4, 5]);
    let x = View::row_major(&x, [3]);
    let most = usize::MAX;
    for (start, len) in
        [(2, 2), (3, 1), (4, 0), (0, 4), (1, most), (most, 1), (most, most), (most / 2 + 1, most / 2 + 1)]
    {
        assert!(is_refused(|| _ = x.narrow(0, start, len)), "{len} from {start}");
        assert!(is_refused(|| _ = ViewMut::row_major(&mut y, [3]).narrow(0, start, len)), "{len} from {start}");
    }
    assert!(is_refused(|| _ = x.narrow(1, 0, 1)), "no such axis");
    for (start, len) in [(0, 3), (1, 2), (2, 1), (3, 0), (0, 0)] {
        let mut sum = 0;
        let part = x.narrow(0, start, len);
        Step::<_, 1>::new(&[part.read(&[0])]).write(ViewMut::row_major(std::slice::from_mut(&mut sum), []).write(&[]));
        assert_eq!(sum, [3, 4, 5][start..start + len].iter().sum::<i32>());
    }
    // The axis that stands for several is none that a stride walks along; the others are as those of any view.
    let mut y = Array::from_shape_fn(IxDyn(&[2, 3, 5]), |_| 1.0);
    y.swap_axes(0, 1);
    written::<2>(&mut y, 0, &common([&[3, 2], &[]]), |y| {
        assert!(is_refused(|| _ = y.reborrow().narrow(0, 0, 2)));
        rescale(&mut y.reborrow().narrow(1, 1, 3), 7.0);
    });
    assert_eq!(y.lanes(Axis(2)).into_iter().filter(|lane| *lane == array![1.0, 7.0, 7.0, 7.0, 1.0]).count(), 6);
}

/// Blocks of other tensors, and labels that there are not.
#[test]
fn blocks_that_do_not_belong_to_a_tensor_are_refused() {
    let (x, mut y) = ([3, 4, 5], [0; 4]);
    let x = View::row_major(&x, [3]);
    let of_four = Blocks::new([4, 1], [3, 1]);
    let last = of_four.iter().last().unwrap();
    assert!(is_refused(|| _ = last.read(&x, &[0])), "another extent");
    assert_eq!(last.read(&x, &[2]).extent(0), 3, "no blocks are taken of a label that there is not");
    assert!(is_refused(|| _ = last.extent(2)));
    assert!(is_refused(|| _ = Blocks::new([4, 1], [0, 1])), "no index in a block");
    let step = || Step::<_, 1>::new(&[]);
    let mut view = ViewMut::row_major(&mut y, [4]);
    let one = 1;
    Output::new(&mut view, &[2], 0).write(&last, &[0], Step::<_, 1>::new(&[View::scalar(&one).read(&[])]));
    assert_eq!(y, [1; 4], "all is written if no blocks are taken of its label");
    let mut view = ViewMut::row_major(&mut y, [4]);
    assert!(is_refused(|| Output::new(&mut view, &[0], 0).write(&last, &[1], step())), "none of the step");
    // Blocks of other lengths, one after the other: each part is written where it is.
    let mut output = Output::new(&mut view, &[0], 0);
    for blocks in [of_four, Blocks::whole([4, 1]), Blocks::new([4, 1], [1, 1])] {
        for block in &blocks {
            output.write(&block, &[0], Step::<_, 1>::new(&[View::scalar(&one).read(&[])]));
        }
    }
    let mut other = [7; 5];
    let mut other = ViewMut::row_major(&mut other, [5]);
    assert!(is_refused(|| Output::new(&mut other, &[0], 0).write(&last, &[0], step())), "another extent");
}

#[test]
fn an_ellipsis_of_fewer_axes_than_an_array_has_is_refused() {
    let (none, one) = (common([&[], &[]]), 1.0);
    let (mut slot, mut array) = (None, Array::zeros(IxDyn(&[2, 3])));
    let step = || Step::<_, 1>::new(&[]).split();
    assert!(is_refused(|| drop(SITE.gradient(ELEMENT, &[2, 3], (0, &none), &[0], step()))));
    assert!(is_refused(|| drop(SITE.accumulate_gradient(ELEMENT, &mut slot, &[2, 3], (0, &none), &[0], step()))));
    assert!(is_refused(|| compute_onto(&mut array, (0, &none), &[0], step().scaled(one))));
    // No such axis; no axis at all; other extents.
    let matrix = common([&[2, 3], &[]]);
    assert!(is_refused(|| compute_onto(&mut array, (1, &matrix), &[0], step())));
    assert!(is_refused(|| compute_onto(&mut array, (0, &matrix), &[], Step::<_, 0>::new(&[]).split())));
    assert!(is_refused(|| compute_onto(&mut array, (0, &common([&[3, 2], &[]])), &[0], step())));
    let target = &mut LoadedTarget::new(array.view_mut());
    assert!(SITE.spread_target::<_, _, 2>(ELEMENT, 1, target, 2).is_err());
}

#[test]
fn ellipses_of_one_step_are_of_one_kind() {
    let (x, mut y) = (Array1::<f64>::zeros(2 * 3), Array::zeros(IxDyn(&[2, 3])));
    let x = x.into_shape_with_order((2, 3)).unwrap();
    let x = Loaded::new(ArrayView::from(&x).into_dyn());
    let x: Spread<'_, f64, IxDyn, 1> = SITE.spread::<f64, _, 0, 1>(ELEMENT, 0, 0, &x).unwrap();
    let other = x.fuse(&common([&[5, 2, 3], &[]]));
    let (own, long) = (common([&[2, 3], &[]]), [0.0; 7]);
    written::<1>(&mut y, 0, &own, |y| {
        let step = || Step::<_, 2>::new(&[]).split();
        assert!(is_refused(|| Step::<_, 2>::new(&[other.view().read(&[0])]).split().write(y.write(&[0]))));
        assert!(is_refused(|| Step::<_, 2>::new(&[other.view().read(&[1])]).split().write(y.write(&[0]))));
        assert!(is_refused(|| Step::<_, 2>::new(&[View::row_major(&long, [7]).read(&[0])])
            .split()
            .write(y.write(&[0]))));
        assert!(is_refused(|| step().write(y.write(&[2]))));
    });
}

#[test]
fn a_label_is_one_of_those_of_the_step() {
    let x = Array2::<f64>::ones((2, 3));
    let x = Loaded::new(ArrayView::from(&x).into_dyn());
    let x: Spread<'_, f64, IxDyn, 1> = SITE.spread::<f64, _, 0, 1>(ELEMENT, 0, 0, &x).unwrap();
    let fused = x.fuse(&common([&[2, 3], &[]]));
    let (view, far) = (fused.view(), 1 << (usize::BITS - 1));
    let factors = [view.read(&[0])];
    // Times two parts that is label 0, so that elements off a diagonal would be nobody's.
    assert!(is_refused(|| drop(<Tensor<_, _>>::compute([6, 6], &[0, far], Step::<_, 2>::new(&factors).split()))));
    assert!(is_refused(|| drop(<Tensor<_, _>>::compute([6, 6], &[0, 2], Step::<_, 2>::new(&factors).split()))));
    assert!(is_refused(|| drop(<Tensor<_, _>>::compute([6, 6], &[1, usize::MAX], Step::<f64, 2>::new(&[])))));
}

#[test]
fn strides_of_nothing_may_be_any() {
    let far = isize::MAX.cast_unsigned();
    let Ok(x) = ndarray::ArrayView2::<f64>::from_shape(ndarray::ShapeBuilder::strides((0, 0), (far, far)), &[]) else {
        return;
    };
    let view: View<'_, f64, 2> = View::of_array(&x).unwrap();
    let y = <Tensor<_, _>>::compute([0], &[0], Step::<_, 1>::new(&[view.read(&[0, 0])])).unwrap();
    assert_eq!(y.extents(), [0]);
}

/// The nest of `i->i` for a result of other extents than its literal ones, and one that writes nothing.
mod nests {
    use einsum_runtime::{
        __private::{Factor, Loops, Nest, Out, Vectors},
        Element,
    };

    pub(super) enum Copied {}
    impl Nest<1> for Copied {
        const KEPT: usize = 1;
        type Out = ();
        const TENSORS: [&'static [usize]; 3] = [&[0], &[0], &[]];
        const EXTENTS: Option<[usize; 1]> = Some([4]);
        fn run<'n, T: Element, V: Vectors<T>>(
            loops: Loops<'n, V, 1>,
            out: Out<'n, T, V, 1>,
            [x, _]: [Factor<'n, T, V, 1>; 2],
        ) {
            for i in loops.over(0) {
                out.put([i], x.at([i]));
            }
        }
    }

    /// A nest of a single label, whose factors may be given indices that they do not have.
    macro_rules! wrong {
        ($($name:ident: $tensors:expr, $extents:expr, |$loops:ident, $out:ident, $x:ident, $w:ident| $body:block;)*) => { $(
            pub(super) enum $name {}
            impl Nest<1> for $name {
                const KEPT: usize = 1;
                type Out = ();
                const TENSORS: [&'static [usize]; 3] = $tensors;
                const EXTENTS: Option<[usize; 1]> = $extents;
                fn run<'n, T: Element, V: Vectors<T>>(
                    $loops: Loops<'n, V, 1>,
                    $out: Out<'n, T, V, 1>,
                    [$x, $w]: [Factor<'n, T, V, 1>; 2],
                ) $body
            }
        )* };
    }
    wrong! {
        Unlisted: [&[], &[0], &[]], None, |loops, out, x, _w| { loops.over(0).for_each(|i| out.put([i], x.at([i]))); };
        Beyond: [&[0], &[], &[]], Some([4]), |loops, out, x, _w| { loops.over(0).for_each(|i| out.put([i], x.at([i]))); };
        Missing: [&[0], &[], &[0]], Some([4]), |loops, out, _x, w| { loops.over(0).for_each(|i| out.put([i], w.at([i]))); };
        Empty: [&[0], &[], &[]], Some([0]), |_loops, out, x, _w| { out.put([], x.at([])); };
        Ended: [&[0], &[0], &[]], Some([7]), |loops, out, x, _w| {
            let mut indices = loops.over(0);
            indices.by_ref().for_each(|i| out.put([i], x.at([i])));
            assert!(indices.next().is_none() && indices.next().is_none());
        };
    }

    pub(super) enum Nothing {}
    impl Nest<1> for Nothing {
        const KEPT: usize = 1;
        type Out = ();
        const TENSORS: [&'static [usize]; 3] = [&[0], &[0], &[]];
        const EXTENTS: Option<[usize; 1]> = Some([4]);
        fn run<'n, T: Element, V: Vectors<T>>(
            _loops: Loops<'n, V, 1>,
            _out: Out<'n, T, V, 1>,
            _factors: [Factor<'n, T, V, 1>; 2],
        ) {
        }
    }
}

#[test]
fn what_a_nest_does_not_write_is_zero() {
    let x = [1.0, 2.0, 3.0, 4.0];
    let view = View::row_major(&x, [4]);
    let factors = [view.read(&[0])];
    let y = <Tensor<_, _>>::compute([4], &[0], Step::<_, 1>::new(&factors).nest::<nests::Copied>()).unwrap();
    assert_eq!(y.into_array::<ndarray::Ix1>(), array![1.0, 2.0, 3.0, 4.0]);
    let y = <Tensor<_, _>>::compute([4], &[0], Step::<_, 1>::new(&factors).nest::<nests::Nothing>()).unwrap();
    assert_eq!(y.into_array::<ndarray::Ix1>(), array![0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn other_extents_than_literal_ones_are_not_the_nest_s() {
    let x = [1.0, 2.0, 3.0];
    let view = View::row_major(&x, [3]);
    let factors = [view.read(&[0])];
    let y = <Tensor<_, _>>::compute([3], &[0], Step::<_, 1>::new(&factors).nest::<nests::Nothing>()).unwrap();
    assert_eq!(y.into_array::<ndarray::Ix1>(), array![1.0, 2.0, 3.0]);
}

#[test]
fn an_ellipsis_has_no_literal_extents() {
    let mut y: Array<f64, IxDyn> = Array2::zeros((2, 2)).into_dyn();
    y.swap_axes(0, 1);
    let one = 1.0;
    written::<1>(&mut y, 0, &common([&[2, 2], &[]]), |y| {
        let one = View::scalar(&one);
        let factors = [one.read(&[])];
        Step::<_, 1>::new(&factors).nest::<nests::Nothing>().split().write(y.write(&[0]));
    });
    assert!((y.sum() - 4.0).abs() < 1e-12);
}

/// Whatever a nest does, it reaches elements of the tensors alone.
#[test]
fn a_nest_reaches_no_other_elements() {
    let numbers = [1, 2, 3, 4, 5, 6, 7];
    let (one, x) = (View::scalar(&numbers[0]), View::row_major(&numbers, [7]));
    // The result is every third element.
    let mut y = [0; 21];
    let mut spread = ArrayViewMut::from_shape(ndarray::ShapeBuilder::strides(7, 3), &mut y[..19]).unwrap();
    let mut out: ViewMut<'_, i32, 1> = ViewMut::of_array(&mut spread).unwrap();
    Step::<_, 1>::new(&[x.read(&[0])]).nest::<nests::Unlisted>().write(out.write(&[0]));
    assert!(y.iter().enumerate().all(|(n, &y)| y == if n % 3 == 0 { numbers[n / 3] } else { 0 }), "{y:?}");
    // Factors of no label are given an index of one, of literal extents and of others.
    let copies =
        |extent| <Tensor<_, _>>::compute([extent], &[0], Step::<_, 1>::new(&[one.read(&[])]).nest::<nests::Beyond>());
    for extent in [4, 5] {
        let y = copies(extent).unwrap().into_array::<ndarray::Ix1>();
        assert!(y.iter().all(|&y| y == 1), "{y}");
    }
    let y = <Tensor<_, _>>::compute([4], &[0], Step::<_, 1>::new(&[one.read(&[])]).nest::<nests::Missing>()).unwrap();
    assert_eq!(y.extents(), [4]);
    let y = <Tensor<_, _>>::compute([0], &[0], Step::<_, 1>::new(&[one.read(&[])]).nest::<nests::Empty>()).unwrap();
    assert_eq!(y.extents(), [0]);
    let y = <Tensor<_, _>>::compute([7], &[0], Step::<_, 1>::new(&[x.read(&[0])]).nest::<nests::Ended>()).unwrap();
    assert_eq!(y.into_array::<ndarray::Ix1>().to_vec(), numbers);
}
