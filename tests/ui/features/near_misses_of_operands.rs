use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f32>::zeros((2, 3));
    let rows = vec![vec![1.0_f32; 3]; 2];
    let _ = einsum!("ij,ij->", x, rows);
    let slices: &[&[f32]] = &[&[1.0; 3], &[2.0; 3]];
    let _ = einsum!("ij,ij->", x, slices);
    let points = vec![[1.0_f32; 3]; 2];
    let _ = einsum!("ij,ij->", x, points);
    let vector: &[f32] = &[1.0; 3];
    let _ = einsum!("ij,j->i", x, vector);
    let mut y = vec![0.0_f32; 2];
    einsum!("ij->i", x, out = &mut y);
    let boxed: Box<[f32]> = vec![1.0; 3].into();
    let _ = einsum!("ij,j->i", x, boxed);
    let arrays = vec![x.clone(), x.clone()];
    let _ = einsum!("bij->ij", arrays);
}
