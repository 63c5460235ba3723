//! Tensors that are written block by block, whatever blocks there are.

use std::marker::PhantomData;

use einsum_runtime::__private::*;
use ndarray::Array3;

const SITE: Site = Site { subscripts: "y = ..", operands: &[("x", "x")], labels: &["i", "j", "k"] };

/// Twice what is read.
#[derive(Clone, Copy)]
struct Twice;

impl Body<i64, 3, 1> for Twice {
    type Reduction = Sum;
    const FREE: usize = 3;
    const READS: [&'static [usize]; 1] = [&[0, 1, 2]];
    const IS_INDEXED: bool = false;

    #[inline(always)]
    fn value<V: Arithmetic<i64>>(self, [x]: [V::Value; 1], _: At<3>) -> V::Value {
        V::plus(x, x)
    }
}

/// Twice the elements of `x`, written by blocks of labels in any order, and then once more: what is there, twice.
fn grown(x: &Array3<i64>, lengths: [usize; 3], order: [usize; 3], writes: bool) -> Array3<i64> {
    let shape: [usize; 3] = x.dim().into();
    let mut labels = [0; 3];
    let mut extents = [0; 3];
    for (axis, label) in order.into_iter().enumerate() {
        (labels[axis], extents[label]) = (label, shape[axis]);
    }
    let x = View::<_, 3>::of_array(x).expect("three axes");
    let forms = [form([1, 0, 0], 0), form([0, 1, 0], 0), form([0, 0, 1], 0)];
    let mut y = SITE.growing(PhantomData::<i64>, Heap, shape).expect("there is room");
    for block in &Blocks::new(extents, lengths) {
        let x = block.read(&x, &labels);
        let part = x.extents();
        if writes {
            let target = ReachMut::new(part, y.write(&block, &labels), forms);
            map(part, Twice, [Reach::new(part, x, forms)], target, Onto::Add);
        } else {
            y.map((&block, &labels), part, Twice, [Reach::new(part, x, forms)], forms);
        }
        assert_eq!(y.read(&block, &labels).extents(), part);
        y.map((&block, &labels), part, Twice, [Reach::own(part)], forms);
    }
    y.finish().into_array::<Ix3>()
}

#[test]
fn every_block_is_written_where_it_belongs() {
    for shape in [[3, 5, 7], [1, 5, 1], [4, 0, 3], [1, 1, 1], [2, 1, 9]] {
        let x = Array3::from_shape_fn(shape, |(i, j, k)| (100 * i + 10 * j + k + 1).try_into().expect("small"));
        for lengths in [[9, 9, 9], [1, 9, 9], [2, 9, 9], [9, 2, 9], [1, 2, 9], [1, 1, 3], [2, 4, 3], [9, 9, 2]] {
            for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
                for writes in [false, true] {
                    assert_eq!(grown(&x, lengths, order, writes), &x * 4, "{shape:?} by {lengths:?}, {order:?}");
                }
            }
        }
    }
}

/// What no block has written is zeros.
#[test]
fn a_tensor_without_blocks_is_zeros() {
    let y = SITE.growing(PhantomData::<f64>, Heap, [2, 3]).expect("there is room");
    assert_eq!(y.finish().into_array::<Ix2>(), ndarray::Array2::<f64>::zeros((2, 3)));
    assert!(SITE.growing(PhantomData::<f64>, Heap, [usize::MAX, 2]).is_err());
}
