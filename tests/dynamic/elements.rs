//! Elements of other types than those of the cases, and operands that are no arrays of dynamic rank.

use einsum::{
    Element,
    dynamic::{self, Einsum, Tensor},
};
use ndarray::{Array, arr1, arr2, array, s};

#[test]
fn numbers_wrap_as_in_macros() {
    let x = arr1(&[200_u8, 100, 3]);
    assert_eq!(dynamic::einsum("i,i->", &[&x, &x]).unwrap()[[]], einsum::einsum!("i,i->", x, x));
    let y = arr2(&[[i64::MAX, 2], [3, 4]]);
    assert_eq!(dynamic::einsum("ij,jk->ik", &[&y, &y]).unwrap(), einsum::einsum!("ij,jk->ik", y, y).into_dyn());
    let z = array![[true, false], [false, false]];
    assert_eq!(dynamic::einsum("ij->j", &[&z]).unwrap(), array![true, false].into_dyn());
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Longest(i32);

impl Element for Longest {
    const ZERO: Self = Self(i32::MIN);
    const ONE: Self = Self(0);

    fn plus(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    fn times(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    fn conjugate(self) -> Self {
        self
    }
}

#[test]
fn elements_of_users_are_computed_with_their_own_operations() {
    let x = Array::from_shape_fn((3, 5), |(i, j)| Longest(i32::try_from(7 * i + 3 * j).unwrap() % 11));
    let expected = einsum::einsum!("ij,kj->ik", x, x);
    assert_eq!(dynamic::einsum("ij,kj->ik", &[&x, &x]).unwrap(), expected.into_dyn());
}

#[test]
fn operands_are_arrays_views_fixed_arrays_and_numbers() {
    let x = Array::from_shape_fn((4, 6), |(i, j)| (6 * i + j) as f64);
    let reversed = x.slice(s![..;-2, 1..;2]);
    let weights = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let operands: [&dyn Tensor<f64>; 3] = [&reversed, &weights, &2.0];
    let w = arr2(&weights);
    let expected = einsum::einsum!("ij,kj,->ik", reversed, w, 2.0);
    assert_eq!(dynamic::einsum("ij,kj,->ik", &operands).unwrap(), expected.into_dyn());
}

#[test]
fn one_einsum_serves_all_elements_and_extents() {
    let einsum = Einsum::new("...j,j->...").unwrap();
    assert_eq!(einsum.run(&[&arr2(&[[1, 2], [3, 4]]), &[1, 1]]).unwrap(), array![3, 7].into_dyn());
    assert_eq!(einsum.run(&[&[1.5, 2.0], &[2.0, 2.0]]).unwrap()[[]], 7.0);
    let none = Array::<f32, _>::zeros((3, 0));
    assert_eq!(einsum.run(&[&none, &[0.0_f32; 0]]).unwrap(), array![0.0, 0.0, 0.0].into_dyn());
}

#[test]
fn threads_share_an_einsum() {
    let einsum = Einsum::new("ij,j->i").unwrap();
    std::thread::scope(|scope| {
        for extent in 1..5 {
            let einsum = &einsum;
            scope.spawn(move || {
                for _ in 0..50 {
                    let (x, v) = (Array::<f64, _>::ones((2, extent)), Array::<f64, _>::ones(extent));
                    assert_eq!(einsum.run(&[&x, &v]).unwrap(), array![extent as f64, extent as f64].into_dyn());
                }
            });
        }
    });
}

/// The conjugate of the conjugate is the operand.
#[test]
fn conjugates_cancel() {
    let x = [num_complex::Complex64::new(3.0, 4.0)];
    let square = Einsum::new("i,i->").unwrap().conj(0).conj(0);
    assert_eq!(square.run(&[&x, &x]).unwrap()[[]], x[0] * x[0]);
    assert_eq!(square.conj(1).run(&[&x, &x]).unwrap()[[]], num_complex::Complex64::new(25.0, 0.0));
}
