//! The interface of formulas as an expansion uses it.

use std::marker::PhantomData;

use einsum_runtime::__private::*;

const SITE: Site = Site {
    subscripts: "[b, j] = ..",
    operands: &[("x", "[b, j]"), ("bias", "[j]"), ("t", "[b]")],
    labels: &["b", "j"],
};

#[derive(Clone, Copy)]
struct Layer([Form<2>; 1]);

impl<T: Ordered> Body<T, 2, 2> for Layer {
    type Reduction = Sum;
    const FREE: usize = 2;
    const READS: [&'static [usize]; 2] = [&[0, 1], &[1]];
    const IS_INDEXED: bool = true;
    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [x, bias]: [V::Value; 2], at: At<2>) -> V::Value {
        V::times(V::relu(V::plus(x, bias)), V::index(at, self.0[0]))
    }
}

/// `max[j](x[b, j])`, and `argmax`.
#[derive(Clone, Copy)]
struct Largest;

impl<T: Ordered> Body<T, 2, 1> for Largest {
    type Reduction = Max;
    const FREE: usize = 1;
    const READS: [&'static [usize]; 1] = [&[0, 1]];
    const IS_INDEXED: bool = false;
    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [x]: [V::Value; 1], _: At<2>) -> V::Value {
        x
    }
}

#[test]
fn expansions_can_be_written_so() {
    let element = PhantomData::<f64>;
    let x = [1.0, -2.0, 3.0, 4.0, 5.0, -6.0];
    let (x, bias) = (View::row_major(&x, [2, 3]), View::row_major(&[0.5, 1.0, -1.0], [3]));
    let (b, j) = (form([1, 0], 0), form([0, 1], 0));
    let extents = [2, 3];
    let reads = [Reach::new(extents, x, [b, j]), Reach::new(extents, bias, [j])];
    let y = SITE.map(element, Heap, extents, Layer([form([1, 0], 1)]), reads, ([3, 2], [j, b])).expect("there is room");
    assert_eq!(y.into_array::<ndarray::Ix2>(), ndarray::arr2(&[[1.5, 9.0], [0.0, 12.0], [2.0, 0.0]]));

    let read = Reach::new(extents, x, [b, j]);
    let y = SITE.map(element, Heap, extents, Largest, [read], ([2], [b])).expect("there is room");
    assert_eq!(y.into_array::<ndarray::Ix1>().to_vec(), [3.0, 5.0]);
    let y = SITE.search(PhantomData::<u8>, Heap, extents, Largest, [read], ([2], [b])).expect("there is room");
    assert_eq!(y.into_array::<ndarray::Ix1>().to_vec(), [2, 1]);

    let along = [Along::Form(b, Outside::Wrap), Along::Form(form([0, 1], -1), Outside::Zero)];
    let p = SITE.copy(element, Heap, [3, 5], x, along).expect("there is room");
    let mut back = SITE.zeros(element, Heap, [2, 3]).expect("there is room");
    scatter(p.view(), back.view_mut(), along);
    assert_eq!(p.into_array::<ndarray::Ix2>().row(2).to_vec(), [0.0, 1.0, -2.0, 3.0, 0.0]);
    assert_eq!(back.into_array::<ndarray::Ix2>(), ndarray::arr2(&[[2.0, -4.0, 6.0], [4.0, 5.0, -6.0]]));

    let t = SITE
        .positions(Heap, (0, 1, "t[b]"), (3, Outside::Error), View::row_major(&[2i8, 0], [2]))
        .expect("all are within");
    let gather = [Along::Form(form([1], 0), Outside::Error), Along::Gather(Reach::new([2], t.view(), [form([1], 0)]))];
    let p = SITE.copy(element, Heap, [2], x, gather).expect("there is room");
    assert_eq!(p.into_array::<ndarray::Ix1>().to_vec(), [3.0, 4.0]);
    let refused = SITE.positions(Heap, (0, 1, "t[b]"), (3, Outside::Error), View::row_major(&[2i8, -1], [2]));
    let message =
        "einsum `[b, j] = ..`: `t[b]` is -1 somewhere, but axis 1 of `x`, which it is an index of, has extent 3";
    assert_eq!(refused.map(|_| ()).expect_err("it is not within").to_string(), message);

    assert_eq!(largest(0, [0, 3], [(10, form([2, 1], 0))]), 4);
    let refused = SITE.form((0, 1, "2*b + j"), 9, [4, 4], form([2, 1], 0));
    let message = "einsum `[b, j] = ..`: index `2*b + j` of axis 1 of `x` goes from 0 to 9, but the axis has extent 9";
    assert_eq!(refused.expect_err("it is not within").to_string(), message);
}
