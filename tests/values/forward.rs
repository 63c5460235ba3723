//! Forward values of every case, for every element type, layout and extent, against the oracle.

use std::collections::BTreeSet;

use crate::common::cases::for_each_case;
use crate::common::inputs::{Arrangement, Input};
use crate::common::number::Number;
use crate::common::oracle;
use ndarray::{ArrayD, ArrayViewD, array};

type Forward<T> = fn(&[ArrayViewD<T>]) -> ArrayD<T>;

/// Integer-valued operands make every sum exact, so the values must be equal.
fn check<T: Number>(subscripts: &str, forward: Forward<T>) {
    let mut arrangements = Arrangement::all(subscripts, &[2, 3, 5, 7, 11, 2, 3]);
    if oracle::labels(subscripts).len() <= 3 {
        // Longer than what kernels unroll by, with a remainder and without.
        arrangements.push(Arrangement::new(subscripts, &[37, 19, 41], 0, 1));
        arrangements.push(Arrangement::new(subscripts, &[32, 16, 48], 0, 0));
    }
    for arrangement in arrangements {
        let (inputs, _) = arrangement.inputs::<T>();
        let dense: Vec<_> = inputs.iter().map(Input::dense).collect();
        let views: Vec<_> = inputs.iter().map(Input::view).collect();
        let expected = oracle::einsum(subscripts, &dense);
        assert_eq!(forward(&views), expected, "{subscripts}, {arrangement:?}");
    }
}

macro_rules! forward_tests {
    ($($name:ident: $subscripts:literal ($($operand:ident: $rank:ident),+);)+) => {
        const SUBSCRIPTS: &[&str] = &[$($subscripts),+];

        mod real {
            $(static_rank_test! { f64, $name: $subscripts ($($operand: $rank),+) })+
        }

        mod complex {
            $(static_rank_test! { num_complex::Complex64, $name: $subscripts ($($operand: $rank),+) })+
        }

        mod integer_of_dynamic_rank {
            $(dynamic_rank_test! { i64, $name: $subscripts ($($operand),+) })+
        }
    };
}

macro_rules! static_rank_test {
    ($t:ty, $name:ident: $subscripts:literal ($($operand:ident: $rank:ident),+)) => {
        #[test]
        fn $name() {
            crate::forward::check::<$t>($subscripts, |operands| {
                let [$($operand),+] = operands else { unreachable!() };
                $(let $operand = crate::common::rank::ranked::<_, ndarray::$rank>($operand);)+
                let result = einsum::einsum!($subscripts, $($operand),+);
                crate::common::rank::Tensor::into_dynamic(result)
            });
        }
    };
}

macro_rules! dynamic_rank_test {
    ($t:ty, $name:ident: $subscripts:literal ($($operand:ident),+)) => {
        #[test]
        fn $name() {
            crate::forward::check::<$t>($subscripts, |operands| {
                let [$($operand),+] = operands else { unreachable!() };
                let result = einsum::einsum!($subscripts, $($operand),+);
                crate::common::rank::Tensor::into_dynamic(result)
            });
        }
    };
}

for_each_case!(forward_tests);

#[test]
fn cases_are_many_and_distinct() {
    let distinct: BTreeSet<_> = SUBSCRIPTS.iter().collect();
    assert_eq!(distinct.len(), SUBSCRIPTS.len());
    assert!(distinct.len() >= 70, "{}", distinct.len());
}

#[test]
fn oracle_multiplies_as_by_hand() {
    let x = array![[1, 2, 3], [4, 5, 6]].into_dyn();
    let w = array![[1, -1], [2, 0], [0, 3]].into_dyn();
    let product = array![[5, 8], [14, 14]].into_dyn();
    assert_eq!(oracle::einsum("ij,jk->ik", &[x.clone(), w.clone()]), product);
    assert_eq!(oracle::einsum("kj , ji", &[x.clone(), w]), product.t());
    assert_eq!(oracle::einsum("ij->j", &[x]), array![5, 7, 9].into_dyn());
    let square = array![[1, 2], [3, 4]].into_dyn();
    assert_eq!(oracle::einsum("ii", &[square]), ndarray::arr0(5).into_dyn());
}
