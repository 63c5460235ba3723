use einsum::dynamic;

fn main() {
    let rows = vec![vec![1.0, 2.0], vec![3.0, 4.0]];
    let _ = dynamic::einsum::<f64>("ij->i", &[&rows]);
}
