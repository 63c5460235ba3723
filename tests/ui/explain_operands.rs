fn main() {
    let x = 3;
    println!("{}", einsum::explain!("ij,jk->ik", x, i = 3));
}
