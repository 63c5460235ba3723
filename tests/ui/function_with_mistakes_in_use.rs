use einsum::einsum_fn;
use ndarray::Array2;

einsum_fn! {
    pub fn unbound(x, w) = "ij,jk->il";
    fn twice(x, x) = "ij,jk->ik";
    fn repeated(x) = "ij->ii";
}

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let y = unbound(&x, &x);
    let (dx, dw) = unbound::backward(&x, &x, &y);
    println!("{}", &dx + &dw + unbound::backward_w(&x, &x, &y));
    println!("{}", twice(&x, &x).sum());
    println!("{}", repeated(&x).sum());
    let (dx,) = repeated::backward(&x, &repeated(&x));
    println!("{}", dx + repeated::backward_x(&x, &repeated(&x)));
}
