use einsum::{Copied, Storage, einsum};
use ndarray::Array2;

#[derive(Clone, Copy)]
struct Sixteenths(i8);

impl Storage for Sixteenths {
    type Compute = f32;
    type Loading = Copied;

    fn load(self) -> f32 {
        f32::from(self.0) / 16.0
    }

    fn store(computed: f32) -> Self {
        Sixteenths((computed * 16.0) as i8)
    }
}

fn main() {
    let x = Array2::from_elem((2, 2), Sixteenths(1));
    let mut w = Array2::<f32>::zeros((2, 2));
    let _ = einsum!("ij,jk->ik", x, w);
    let _ = einsum!("ij,->ij", x, 2.0);
    einsum!("ij->ji", x, out = &mut w);
    einsum!("ij->ji", w, out = &mut w.clone(), alpha = Sixteenths(1));
}
