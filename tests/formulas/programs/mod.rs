//! Programs that are formulas: values, all gradients and their gradients against what torch computes (`reference.py`).

#[macro_use]
mod reference;

mod chains;
mod convolutions;
mod fields;
mod networks;
mod points;
mod pooling;

use ndarray::{Array1, Array2, Array3, Array4, Array5};

type N = f64;
type A1 = Array1<f64>;
type A2 = Array2<f64>;
type A3 = Array3<f64>;
type A4 = Array4<f64>;
type A5 = Array5<f64>;
/// Indices.
type T1 = Array1<usize>;
type T2 = Array2<usize>;

/// ```text
/// cargo test --test formulas table -- --ignored --nocapture
/// ```
#[test]
#[ignore = "prints a table for docs/formulas.md"]
fn table_of_the_largest_errors() {
    for test in chains::ALL
        .iter()
        .chain(convolutions::ALL)
        .chain(fields::ALL)
        .chain(networks::ALL)
        .chain(points::ALL)
        .chain(pooling::ALL)
    {
        test();
    }
    let largest = reference::LARGEST.lock().expect("no test panics while it notes");
    for (group, errors) in largest.iter() {
        let columns = [errors.value, errors.gradients, errors.seconds, errors.single_value, errors.single_gradients];
        let columns: Vec<String> = columns.iter().map(|error| format!("{error:.1e}")).collect();
        println!("| {group} | {} |", columns.join(" | "));
    }
    assert_eq!(largest.len(), 12);
}
