//! Arrays behind pointers: boxes, counted references and guards are operands, and what is mutable is an `out`.

use std::{borrow::Cow, cell::RefCell, rc::Rc, sync::Arc};

use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, CowArray, array};

fn x() -> Array2<f64> {
    array![[1.0, 2.0, 3.0], [5.0, 7.0, 11.0]]
}

/// The sums of the columns of `x`.
fn sums() -> Array1<f64> {
    array![6.0, 9.0, 14.0]
}

macro_rules! check {
    ($($name:ident: $make:expr;)*) => { $(
        #[test]
        fn $name() {
            let x = x();
            let x = &x;
            let make = $make;
            let pointer = make(x);
            assert_eq!(einsum!("ij->j", pointer), sums());
            assert_eq!(einsum!("ij->j", &pointer), sums());
            assert_eq!(try_einsum!("ij->j", make(x)).unwrap(), sums());
            assert_eq!(einsum!([j] = pointer[i, j]), sums());
            let (value, pullback) = einsum_vjp!("ij->j", pointer);
            assert_eq!((value, pullback(&sums()).0), (sums(), array![[6.0, 9.0, 14.0], [6.0, 9.0, 14.0]]));
            let (value, pullback) = einsum_vjp!("ij->j", make(x));
            assert_eq!((value, pullback(&sums()).0.dim()), (sums(), (2, 3)));
            assert_eq!(einsum_jvp!("ij->j", (pointer, x)), (sums(), sums()));
        }
    )* };
}

check! {
    boxes: |x: &Array2<f64>| Box::new(x.clone());
    counted: |x: &Array2<f64>| Rc::new(x.clone());
    counted_by_threads: |x: &Array2<f64>| Arc::new(x.clone());
    boxes_of_counted_references: |x| Box::new(Rc::new(x));
    copies_on_write: Cow::<Array2<f64>>::Borrowed;
    copied_on_write: |x: &Array2<f64>| Cow::<Array2<f64>>::Owned(x.clone());
    shared: |x: &Array2<f64>| x.to_shared();
    cow_arrays: |x: &Array2<f64>| CowArray::from(x.clone());
}

#[test]
fn guards() {
    let cell = RefCell::new(x());
    assert_eq!(einsum!("ij->j", cell.borrow()), sums());
    assert_eq!(einsum!("ij->j", cell.borrow_mut()), sums());
}

/// Those of locks, which need an operating system.
#[cfg(feature = "std")]
mod guards_of_locks {
    use std::sync::{Mutex, RwLock};

    use einsum::{einsum, einsum_vjp};
    use ndarray::Array2;

    use super::{column_sums, sums, x};

    #[test]
    fn operands() {
        let mutex = Mutex::new(x());
        assert_eq!(einsum!("ij->j", mutex.lock().unwrap()), sums());
        let lock = RwLock::new(x());
        assert_eq!(einsum!("ij,ij->j", lock.read().unwrap(), Array2::ones((2, 3))), sums());
        assert_eq!(einsum!("ij->j", lock.write().unwrap()), sums());
        let (value, pullback) = einsum_vjp!("ij,ij->j", lock.read().unwrap(), Array2::ones((2, 3)));
        assert!(lock.try_write().is_err(), "the pullback, which reads the operand, owns the guard");
        assert_eq!(pullback(&value).0.dim(), (2, 3));
        let rate = Mutex::new(3.0);
        assert_eq!(einsum!(",j->j", rate.lock().unwrap(), sums()), sums() * 3.0);
        assert_eq!(column_sums(&Mutex::new(x()).lock().unwrap()), sums());
    }

    #[test]
    fn targets() {
        let (x, mutex, lock) = (x(), Mutex::new(sums()), RwLock::new(sums()));
        einsum!("ij->j", x, out = mutex.lock().unwrap(), beta = 1.0);
        let mut guard = lock.write().unwrap();
        einsum!("ij->j", x, out = guard, beta = 1.0);
        assert_eq!([mutex.into_inner().unwrap(), guard.clone()], [(); 2].map(|()| sums() * 2.0));
    }
}

#[test]
fn numbers() {
    let (scale, rate) = (Arc::new(2.0), Box::new(3.0));
    assert_eq!(einsum!(",,j->j", scale, rate, sums()), sums() * 6.0);
}

#[test]
fn targets() {
    let x = x();
    let mut owned = Box::new(Array1::zeros(3));
    einsum!("ij->j", x, out = owned);
    einsum!("ij->j", x, out = &mut owned, beta = 1.0);
    assert_eq!(*owned, sums() * 2.0);
    let cell = RefCell::new(sums());
    einsum!("ij->j", x, out = cell.borrow_mut(), beta = 1.0);
    assert_eq!(cell.into_inner(), sums() * 2.0);
}

einsum_fn! { fn column_sums(x) = "ij->j"; }

#[test]
fn functions_take_what_pointers_lead_to() {
    assert_eq!(column_sums(&Arc::new(x())), sums());
}
