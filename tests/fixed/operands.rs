//! What else arrays of fixed size meet: pointers, and operands of `ndarray`.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use einsum::{einsum, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, array, aview2};

use crate::oracle::filled;

#[test]
fn pointers() {
    let x: [[f64; 3]; 2] = filled(1);
    let y: [f64; 2] = einsum!("ij->i", x);
    let mut mutable = x;
    let cell = RefCell::new(x);
    assert_eq!(einsum!("ij->i", &x), y);
    assert_eq!(einsum!("ij->i", &&x), y);
    assert_eq!(einsum!("ij->i", &mut mutable), y);
    assert_eq!(einsum!("ij->i", Box::new(x)), y);
    assert_eq!(einsum!("ij->i", Rc::new(x)), y);
    assert_eq!(einsum!("ij->i", Arc::new(x)), y);
    assert_eq!(einsum!("ij->i", cell.borrow()), y);
    assert_eq!(einsum!("i->", x[1]), y[1]);
    let (boxed, mut out) = (Box::new(x), Box::new([0.0; 2]));
    einsum!("ij->i", *boxed, out = out);
    assert_eq!(*out, y);
}

#[test]
fn an_ndarray_operand_makes_the_result_one() {
    let (x, w): ([[f64; 3]; 2], [[f64; 2]; 3]) = (filled(1), filled(2));
    let product = einsum!("ij,jk->ik", x, w);
    let y: Array2<f64> = einsum!("ij,jk->ik", x, aview2(&w));
    assert_eq!(y, aview2(&product));
    let y: Array1<f64> = einsum!("ij,j->i", x, Array1::<f64>::ones(3));
    assert_eq!(y, array![x[0].iter().sum::<f64>(), x[1].iter().sum()]);
    // The rules of arrays hold: extents are compared at run time, and 1 is broadcast.
    let y: Array2<f64> = einsum!("ij,ij->ij", x, array![[2.0], [3.0]]);
    assert_eq!(y[[1, 2]], 3.0 * x[1][2]);
    assert!(try_einsum!("ij,j->i", x, array![1.0, 2.0]).is_err());
    // What is written to says nothing about that.
    let mut out = Array2::zeros((2, 2));
    einsum!("ij,jk->ik", x, w, out = &mut out);
    assert_eq!(out, aview2(&product));
    let mut out = [[0.0; 2]; 2];
    einsum!("ij,jk->ik", aview2(&x), aview2(&w), out = &mut out);
    assert_eq!(out, product);
    assert!(try_einsum!("ij,jk->ik", aview2(&x), aview2(&w), out = &mut [[0.0; 3]; 2]).is_err());
}

#[test]
fn cotangents_are_as_their_operands() {
    let (x, w): ([[f64; 3]; 2], [[f64; 2]; 3]) = (filled(1), filled(2));
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, aview2(&w));
    assert_eq!(y, aview2(&einsum!("ij,jk->ik", x, w)));
    let (dx, dw): ([[f64; 3]; 2], Array2<f64>) = pullback(&array![[1.0, 2.0], [3.0, 4.0]]);
    let dy = [[1.0, 2.0], [3.0, 4.0]];
    assert_eq!(dx, einsum!("ik,jk->ij", dy, w));
    assert_eq!(dw, aview2(&einsum!("ij,ik->jk", x, dy)));
    // One that is broadcast.
    let (_, pullback) = einsum_vjp!("ij,ij->ij", [[2.0], [3.0]], aview2(&x));
    let (dv, _): ([[f64; 1]; 2], _) = pullback(&Array2::ones((2, 3)));
    assert_eq!(dv, [[x[0].iter().sum::<f64>()], [x[1].iter().sum()]]);
}

#[test]
fn an_ellipsis_gives_arrays() {
    let x: [[f64; 3]; 2] = filled(1);
    let y: Array2<f64> = einsum!("...j->j...", x);
    assert_eq!(y, aview2(&x).t());
    let (_, pullback) = einsum_vjp!("...j->...", x);
    let (dx,): ([[f64; 3]; 2],) = pullback(&array![1.0, 2.0]);
    assert_eq!(dx, [[1.0; 3], [2.0; 3]]);
}
