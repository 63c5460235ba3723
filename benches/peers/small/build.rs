//! Compiles Eigen's side, if its headers are there, for the processor that the crate is compiled for.

use std::{env, path::Path};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(eigen)");
    println!("cargo::rerun-if-changed=eigen.cpp");
    println!("cargo::rerun-if-env-changed=EIGEN_INCLUDE");
    let headers = env::var("EIGEN_INCLUDE").unwrap_or_else(|_| "/usr/include/eigen3".to_owned());
    if !Path::new(&headers).join("Eigen/Dense").exists() {
        println!("cargo::warning=no Eigen in {headers}: that peer is skipped");
        return;
    }
    let native = env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("target-cpu=native"));
    let mut build = cc::Build::new();
    build.cpp(true).warnings(false).std("c++17").opt_level(3).define("NDEBUG", None).include(headers).file("eigen.cpp");
    if native {
        build.flag("-march=native");
    }
    build.compile("peers_eigen");
    println!("cargo::rustc-cfg=eigen");
}
