fn main() {
    println!("{}", einsum::explain!("ij,jk->iq", i = 3));
}
