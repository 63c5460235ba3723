//! Elements of the user's: a product at n = 64 against loops over slices.

use einsum::{Element, einsum};
use ndarray::Array2;

use crate::{
    bench::Case,
    report::Report,
    value::{Value, distance},
};

/// The sum is the maximum, the product the sum.
#[derive(Clone, Copy, PartialEq)]
struct MaxPlus(f64);

/// A number and its derivative.
#[derive(Clone, Copy, PartialEq)]
struct Dual {
    value: f64,
    derivative: f64,
}

impl Element for MaxPlus {
    const ZERO: Self = MaxPlus(f64::NEG_INFINITY);
    const ONE: Self = MaxPlus(0.0);
    #[inline]
    fn plus(self, other: Self) -> Self {
        MaxPlus(if self.0 > other.0 { self.0 } else { other.0 })
    }
    #[inline]
    fn times(self, other: Self) -> Self {
        MaxPlus(self.0 + other.0)
    }
    #[inline]
    fn conjugate(self) -> Self {
        self
    }
}

impl Element for Dual {
    const ZERO: Self = Dual { value: 0.0, derivative: 0.0 };
    const ONE: Self = Dual { value: 1.0, derivative: 0.0 };
    #[inline]
    fn plus(self, other: Self) -> Self {
        Dual { value: self.value + other.value, derivative: self.derivative + other.derivative }
    }
    #[inline]
    fn times(self, other: Self) -> Self {
        let derivative = self.value * other.derivative + self.derivative * other.value;
        Dual { value: self.value * other.value, derivative }
    }
    #[inline]
    fn conjugate(self) -> Self {
        self
    }
}

macro_rules! value {
    ($T:ident, $name:literal, $of:expr, $far:expr) => {
        impl Value for $T {
            const NAME: &'static str = $name;
            const ZERO: Self = <Self as Element>::ZERO;
            const ONE: Self = <Self as Element>::ONE;
            const TOLERANCE: f64 = 1e-12;
            fn of(x: f64) -> Self {
                $of(x)
            }
            fn plus(self, other: Self) -> Self {
                <Self as Element>::plus(self, other)
            }
            fn times(self, other: Self) -> Self {
                <Self as Element>::times(self, other)
            }
            fn far(self, other: Self) -> f64 {
                $far(self, other)
            }
        }
    };
}

value!(MaxPlus, "max-plus", MaxPlus, |x: Self, y: Self| distance(x.0, y.0));
value!(Dual, "dual", |x| Dual { value: x, derivative: 1.0 - x }, |x: Self, y: Self| {
    distance(x.value, y.value).max(distance(x.derivative, y.derivative))
});
value!(i32, "i32", |x| (x * 1e9) as i32, |x, y| f64::from(x != y));

pub fn all(report: &mut Report) {
    product::<MaxPlus>(report);
    product::<Dual>(report);
    product::<i32>(report);
}

fn product<T: Value + Element>(report: &mut Report) {
    let (n, group, name) = (64, "user", T::NAME.to_owned());
    if !report.wants(group, &name) {
        return;
    }
    let results: [(&str, &[usize]); 1] = [("ij,jk->ik", &[0, 1])];
    let mut case = Case::<T>::new(group, name, &["ij", "jk"], &results, &[('i', n), ('j', n), ('k', n)]);
    let zero = <T as Element>::ZERO;
    let matrix = |x: &[T]| Array2::from_shape_vec((n, n), x.to_vec()).unwrap();
    case.add(
        "einsum",
        |x| (matrix(&x[0]), matrix(&x[1]), Array2::from_elem((n, n), zero)),
        |a: &Array2<T>, b: &Array2<T>, c| einsum!("ij,jk->ik", a, b, out = &mut *c),
        |c| c.iter().copied().collect(),
    );
    case.add(
        "loops",
        |x| (x[0].clone(), x[1].clone(), vec![zero; n * n]),
        move |a, b, c| loops(n, a, b, c),
        Vec::clone,
    );
    case.run(report.rounds, report);
}

/// Rows of the second factor, scaled and added to a row of the result: the order in which all is read along memory.
fn loops<T: Element>(n: usize, a: &[T], b: &[T], c: &mut [T]) {
    for (a, c) in a.chunks_exact(n).zip(c.chunks_exact_mut(n)) {
        c.fill(T::ZERO);
        for (&x, b) in a.iter().zip(b.chunks_exact(n)) {
            for (y, &w) in c.iter_mut().zip(b) {
                *y = y.plus(x.times(w));
            }
        }
    }
}
