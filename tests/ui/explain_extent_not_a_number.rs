fn main() {
    const N: usize = 3;
    println!("{}", einsum::explain!("ij,jk->ik", i = N, k = 7));
}
