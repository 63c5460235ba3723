//! What the run time finds: the message has the subscripts, the operand, the numbers, and what to write instead.

use candle_core::{DType, Device, Result, Tensor};
use einsum_candle::{einsum, einsum_fn};

einsum_fn! {
    fn scaled(x, a) = "ij,->ij";
    fn gathered(x, t) -> [n] { x[t[n]] }
}

fn zeros(dims: &[usize], dtype: DType) -> Tensor {
    Tensor::zeros(dims, dtype, &Device::Cpu).expect("it is small")
}

#[track_caller]
fn assert_error(result: Result<Tensor>, expected: &str) {
    let error = result.expect_err(expected).to_string();
    assert_eq!(error.lines().next().unwrap_or_default(), expected);
}

#[test]
fn extents_disagree() {
    let (x, w) = (zeros(&[2, 3], DType::F32), zeros(&[5, 7], DType::F32));
    let expected = "einsum `ij,jk->ik`: label `j` has extent 3 in `x` but 5 in `w`";
    assert_error(einsum!("ij,jk->ik", x, w), expected);
    let expected = "einsum `ij,jk->ik`: label `j` has extent 2 in `x.t()?` but 5 in `w`";
    let transposed = || einsum!("ij,jk->ik", x.t()?, w);
    assert_error(transposed(), expected);
}

#[test]
fn ranks_disagree() {
    let (x, w) = (zeros(&[2, 3], DType::F32), zeros(&[3], DType::F32));
    assert_error(einsum!("ij,jk->ik", x, w), "einsum `ij,jk->ik`: `w` has 1 axis, but its subscript `jk` needs 2");
    assert_error(
        einsum!("ij,->ij", x, w),
        "einsum `ij,->ij`: `w` has 1 axis, of extents [3], but its subscript is empty; write a label for each axis, or take one \
         element: `w.i(0)?`",
    );
    assert_error(
        scaled(&x, &x),
        "einsum `ij,->ij`: `a` has 2 axes, of extents [2, 3], but its subscript is empty; write a label for each axis, or take one \
         element: `a.i((0, 0))?`",
    );
    assert_error(
        einsum!("ij,jk->ik", x, 2.0),
        "einsum `ij,jk->ik`: `2.0` is a number, where its subscript `jk` asks for a tensor with axes",
    );
}

#[test]
fn types_disagree() {
    let (x, w) = (zeros(&[2, 3], DType::F32), zeros(&[3, 5], DType::F64));
    assert_error(
        einsum!("ij,jk->ik", x, w),
        "einsum `ij,jk->ik`: `x` is of F32, but `w` of F64; convert one: `w.to_dtype(DType::F32)?`",
    );
    let counts = zeros(&[3], DType::U32);
    assert_error(
        einsum!("i->", counts),
        "einsum `i->`: `counts` is of U32, and einsums are of F32, F64, F16 or BF16; convert it: `counts.to_dtype(DType::F32)?`",
    );
    assert_error(
        gathered(&zeros(&[3], DType::F32), &zeros(&[2], DType::F32)),
        "einsum `[n] = x[t[n]]`: `t` holds indices, which are integers, but is of F32; convert it: `t.to_dtype(DType::I64)?`",
    );
}

#[test]
fn an_index_leads_out() {
    let t = Tensor::new(&[0u32, 3], &Device::Cpu).expect("it is small");
    assert_error(
        gathered(&zeros(&[3], DType::F32), &t),
        "einsum `[n] = x[t[n]]`: `t[n]` is 3 somewhere, but axis 0 of `x`, which it is an index of, has extent 3",
    );
}
