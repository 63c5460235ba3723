//! Gradients of gradients, where candle keeps what they depend on.

use std::process::Command;

use candle_core::{DType, Result, Tensor};
use einsum_candle::{einsum, einsum_fn};

use crate::oracle::{Layout, assert_close, loss, tensor};

einsum_fn! {
    fn hidden(x, w, c) -> [b, j] { tanh(sum[i](x[b, i] * w[i, j]) + c[j]) }
}

/// Runs a test of this program by itself, in an environment in which candle does not detach gradients.
#[track_caller]
fn run(name: &str) {
    let program = std::env::current_exe().expect("this program");
    let arguments = ["--exact", name, "--ignored", "--nocapture"];
    let output = Command::new(program).args(arguments).env("CANDLE_GRAD_DO_NOT_DETACH", "1").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn gradients_of_gradients_are_candles() {
    run("second::gradients");
}

/// The gradients of the square of a gradient.
fn second(y: &Tensor, by: &Tensor, of: &[&Tensor]) -> Result<Vec<Tensor>> {
    let gradient = loss(&y.sqr()?)?.backward()?.get(by).expect("a gradient").clone();
    let gradients = loss(&gradient.sqr()?)?.backward()?;
    Ok(of.iter().map(|of| gradients.get(of).expect("a gradient of it").clone()).collect())
}

#[test]
#[ignore = "started by another test, in an environment of its own"]
fn gradients() -> Result<()> {
    let (a, x) = tensor(&[5, 3], Layout::Transposed, 1, DType::F64)?;
    let (b, w) = tensor(&[3, 7], Layout::Narrowed, 2, DType::F64)?;
    let (c, z) = tensor(&[7], Layout::Rows, 3, DType::F64)?;
    let product = x.matmul(&w.contiguous()?)?;
    let cases = [
        ("product", einsum!("bi,ij->bj", x, w)?, product.clone(), vec![&a, &b]),
        ("formula", hidden(&x, &w, &z)?, product.broadcast_add(&z)?.tanh()?, vec![&a, &b, &c]),
        ("scaled", einsum!("bi,ij,j,j->b", x, w, z, z)?, product.broadcast_mul(&z.sqr()?)?.sum(1)?, vec![&a, &b, &c]),
    ];
    for (what, found, expected, variables) in cases {
        let of: Vec<&Tensor> = variables.iter().map(|variable| variable.as_tensor()).collect();
        for by in &of {
            let (found, expected) = (second(&found, by, &of)?, second(&expected, by, &of)?);
            found.iter().zip(&expected).for_each(|(x, y)| assert_close(x, y, 1e-9, what));
        }
    }
    third()
}

/// Of the third order there is an error.
fn third() -> Result<()> {
    let (a, _) = tensor(&[3], Layout::Rows, 1, DType::F64)?;
    let y = einsum!("i,i,i,i->", a, a, a, a)?;
    let first = y.backward()?.get(&a).expect("a gradient").sum_all()?;
    let second = first.backward()?.get(&a).expect("a gradient").sum_all()?;
    let error = second.backward().expect_err("no third").to_string();
    assert!(error.contains("einsum `i,i,i,i->`: gradients are derived twice"), "{error}");
    Ok(())
}
