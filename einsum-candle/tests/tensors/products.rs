//! Products: subscripts, layouts, element types.

use candle_core::{DType, Device, Result, Tensor, Var};
use einsum_candle::{einsum, einsum_fn};

use crate::oracle::{LAYOUTS, Layout, assert_close, assert_gradients, composed, extent, tensor};

/// Compares an einsum with candle's own operations, in all layouts of its operands and every type of elements.
macro_rules! agrees {
    ($name:ident, $subscripts:literal, $($x:ident),+) => {
        #[test]
        fn $name() {
            for (dtype, tolerance) in [(DType::F64, 1e-12), (DType::F32, 1e-4)] {
                for turn in 0..LAYOUTS.len() {
                    let (mut variables, mut operands) = (Vec::new(), Vec::new());
                    for (number, input) in $subscripts.split("->").next().unwrap().split(',').enumerate() {
                        let dims: Vec<usize> = input.chars().map(extent).collect();
                        let layout = LAYOUTS[(turn + number) % LAYOUTS.len()];
                        let (variable, operand) = tensor(&dims, layout, number, dtype).unwrap();
                        variables.push(variable);
                        operands.push(operand);
                    }
                    let expected = composed($subscripts, &operands).unwrap();
                    let what = format!("{} {dtype:?} {turn}", $subscripts);
                    let mut given = operands.iter();
                    $(let $x = given.next().unwrap();)+
                    let found = einsum!($subscripts, $($x),+).unwrap();
                    assert_gradients(&found, &expected, &variables, tolerance, &what);
                }
            }
        }
    };
}

agrees!(matrices, "ij,jk->ik", x, w);
agrees!(transposed_result, "ij,jk->ki", x, w);
agrees!(batched, "bij,bjk->bik", x, w);
agrees!(linear, "bik,kjl->bijl", x, w);
agrees!(two_contracted, "ijkl,klm->ijm", x, w);
agrees!(outer, "ij,kl->ijkl", x, w);
agrees!(elementwise, "ij,ij->ij", x, w);
agrees!(inner, "ijk,ijk->", x, w);
agrees!(sum, "ijk->j", x);
agrees!(permuted, "ijkl->ljik", x);
agrees!(lone_labels, "ijm,jkl->k", x, w);
agrees!(extent_one, "inj,njk->nik", x, w);
agrees!(chain, "ij,jk,kl->il", x, y, z);
agrees!(scaled, "ij,,jk->ik", x, s, w);
agrees!(trilinear, "bi,ijk,bk->bj", x, w, y);
agrees!(four, "ij,jk,kl,lm->im", x, y, z, w);
agrees!(tucker, "ijk,il,jm,kb->lmb", t, a, b, c);

einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik";
    fn repeated(x; n) = "i->ni";
    fn negated(x, w) -> [i, k] { -x[i, j] * w[j, k] }
}

fn cpu(rows: &[&[f32]]) -> Result<Tensor> {
    let flat: Vec<f32> = rows.iter().flat_map(|row| row.iter().copied()).collect();
    Tensor::from_vec(flat, (rows.len(), rows[0].len()), &Device::Cpu)
}

#[test]
fn matrices_are_those_of_matmul() -> Result<()> {
    let (a, x) = tensor(&[17, 13], Layout::Transposed, 1, DType::F32)?;
    let (b, w) = tensor(&[13, 19], Layout::Narrowed, 2, DType::F32)?;
    assert_gradients(&matmul(&x, &w)?, &x.matmul(&w.contiguous()?)?, &[a.clone(), b.clone()], 1e-5, "matmul");
    assert_gradients(&negated(&x, &w)?, &x.matmul(&w.contiguous()?)?.neg()?, &[a, b], 1e-5, "negated");
    Ok(())
}

#[test]
fn a_diagonal_is_read_and_written() -> Result<()> {
    let x = Var::from_tensor(&cpu(&[&[1.0, 2.0], &[3.0, 4.0]])?)?;
    let diagonal = einsum!("ii->i", x)?;
    assert_eq!(diagonal.to_vec1::<f32>()?, [1.0, 4.0]);
    let gradients = einsum!("i,i->", diagonal, diagonal)?.backward()?;
    assert_eq!(gradients.get(&x).expect("a gradient").to_vec2::<f32>()?, [[2.0, 0.0], [0.0, 8.0]]);
    assert_eq!(einsum!("i->ii", diagonal)?.to_vec2::<f32>()?, [[1.0, 0.0], [0.0, 4.0]]);
    Ok(())
}

#[test]
fn an_ellipsis_stands_for_any_axes() -> Result<()> {
    for dims in [vec![3, 5], vec![2, 3, 5], vec![4, 2, 3, 5]] {
        let (variable, x) = tensor(&dims, Layout::Transposed, 3, DType::F64)?;
        let (weights, w) = tensor(&[5, 7], Layout::Rows, 4, DType::F64)?;
        let expected = x.contiguous()?.broadcast_matmul(&w)?;
        assert_gradients(&einsum!("...i,ij->...j", x, w)?, &expected, &[variable, weights], 1e-12, "ellipsis");
    }
    Ok(())
}

#[test]
fn extents_are_given_where_the_program_runs() -> Result<()> {
    let x = Var::from_tensor(&Tensor::new(&[1f32, 2.0], &Device::Cpu)?)?;
    let n = x.dims()[0] + 1;
    for y in [repeated(&x, n)?, einsum!("i->ni", x; n = n)?, einsum!("i->ni", x; n = 3)?] {
        assert_eq!(y.to_vec2::<f32>()?, [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]);
        let gradients = y.sum_all()?.backward()?;
        assert_eq!(gradients.get(&x).expect("a gradient").to_vec1::<f32>()?, [3.0, 3.0]);
    }
    let limit = 100 * n;
    assert_close(
        &einsum!("i,i,i->", x, x, x, max_intermediate = limit)?,
        &Tensor::new(9f32, &Device::Cpu)?,
        0.0,
        "a limit",
    );
    Ok(())
}

#[test]
fn numbers_are_operands() -> Result<()> {
    let x = Var::from_tensor(&Tensor::new(&[1f32, 2.0], &Device::Cpu)?)?;
    let scale = 0.5;
    assert_eq!(einsum!("i,->i", x, scale)?.to_vec1::<f32>()?, [0.5, 1.0]);
    assert_eq!(einsum!("i->i", x, alpha = 3.0)?.to_vec1::<f32>()?, [3.0, 6.0]);
    assert_eq!(einsum!([i] = x[i] + x[i], alpha = 3.0)?.to_vec1::<f32>()?, [6.0, 12.0]);
    assert_eq!(einsum!([i] = x[i] * x[i] - 2 * (scale + 0.5))?.to_vec1::<f32>()?, [-1.0, 2.0]);
    assert_close(&einsum!(",->", 2.0, scale)?, &Tensor::new(1.0, &Device::Cpu)?, 0.0, "numbers alone");
    Ok(())
}

#[test]
fn only_variables_have_gradients() -> Result<()> {
    let x = cpu(&[&[1.0, 2.0], &[3.0, 4.0]])?;
    let w = Var::from_tensor(&x)?;
    let y = einsum!("ij,jk,kl->il", x, w, x)?;
    let gradients = y.sum_all()?.backward()?;
    assert!(gradients.get(&x).is_none());
    let expected = x.matmul(w.as_tensor())?.matmul(&x)?.sum_all()?.backward()?;
    assert_close(gradients.get(&w).expect("a gradient"), expected.get(&w).expect("a gradient"), 1e-6, "the middle");
    assert!(!einsum!("ij,jk->ik", x, x)?.track_op());
    Ok(())
}

#[test]
fn eight_operands_have_gradients() -> Result<()> {
    const SUBSCRIPTS: &str = "ij,jk,k,l,lm,mb,b,i->ib";
    let (mut variables, mut operands) = (Vec::new(), Vec::new());
    for (number, input) in "ij,jk,k,l,lm,mb,b,i".split(',').enumerate() {
        let dims: Vec<usize> = input.chars().map(extent).collect();
        let (variable, operand) = tensor(&dims, LAYOUTS[number % 3], number, DType::F64)?;
        variables.push(variable);
        operands.push(operand);
    }
    let [p, q, r, s, t, u, v, w] = operands.as_slice() else { unreachable!("there are eight") };
    let found = einsum!("ij,jk,k,l,lm,mb,b,i->ib", p, q, r, s, t, u, v, w)?;
    assert_gradients(&found, &composed(SUBSCRIPTS, &operands)?, &variables, 1e-12, SUBSCRIPTS);
    Ok(())
}

#[test]
fn a_tensor_is_an_operand_several_times() -> Result<()> {
    let x = Var::from_tensor(&cpu(&[&[1.0, 2.0], &[3.0, 5.0]])?)?;
    let found = einsum!("ij,jk,kl,lm->im", x, x, x, x)?;
    let square = x.matmul(x.as_tensor())?;
    assert_gradients(&found, &square.matmul(&square)?, &[x], 1e-6, "the fourth power");
    Ok(())
}

#[test]
fn halves_are_rounded_once() -> Result<()> {
    for (dtype, tolerance) in [(DType::F16, 1e-3), (DType::BF16, 8e-3)] {
        let (a, x) = tensor(&[3, 37], Layout::Transposed, 1, dtype)?;
        let (b, w) = tensor(&[37, 5], Layout::Rows, 2, dtype)?;
        let exact = x.to_dtype(DType::F32)?.matmul(&w.to_dtype(DType::F32)?)?.to_dtype(dtype)?;
        let found = einsum!("ij,jk->ik", x, w)?;
        assert_close(&found, &exact, 0.0, "rounded once");
        assert_gradients(&found, &exact, &[a, b], tolerance, "halves");
    }
    Ok(())
}

#[test]
fn nothing_is_summed_to_zero() -> Result<()> {
    let x = Var::from_tensor(&Tensor::zeros((3, 0), DType::F32, &Device::Cpu)?)?;
    let y = einsum!("ij,kj->ik", x, x)?;
    assert_eq!(y.to_vec2::<f32>()?, [[0.0; 3]; 3]);
    assert_eq!(y.sum_all()?.backward()?.get(&x).expect("a gradient").dims(), [3, 0]);
    assert_eq!(einsum!("ij->j", x)?.dims(), [0]);
    // No rows of some numbers: candle's strides lead out of the storage.
    let none = |shape: &[usize]| Var::from_tensor(&Tensor::zeros(shape, DType::F64, &Device::Cpu)?);
    let (x, w) = (none(&[0, 7])?, Var::from_tensor(&Tensor::ones((7, 3), DType::F64, &Device::Cpu)?)?);
    let y = einsum!("bi,ij->bj", x, w)?;
    assert_eq!(y.dims(), [0, 3]);
    let gradients = y.sum_all()?.backward()?;
    assert_eq!(gradients.get(&x).expect("a gradient").dims(), [0, 7]);
    assert_eq!(gradients.get(&w).expect("a gradient").to_vec2::<f64>()?, [[0.0; 3]; 7]);
    let rows = Tensor::ones((3, 5), DType::F64, &Device::Cpu)?;
    assert_eq!(einsum!("ij->j", rows.narrow(0, 3, 0)?)?.to_vec1::<f64>()?, [0.0; 5]);
    let (x, one) = (none(&[2, 0, 3])?, none(&[0, 3])?);
    let y = einsum!("aij,ij,ij,ij->a", x, one, one, one)?;
    assert_eq!(y.to_vec1::<f64>()?, [0.0; 2]);
    assert_eq!(y.sum_all()?.backward()?.get(&x).expect("a gradient").dims(), [2, 0, 3]);
    Ok(())
}
