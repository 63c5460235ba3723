//! Tiles of packed factors, each shape by itself: for benchmarks of micro-kernels.

use num_complex::{Complex32, Complex64};

use crate::{
    extents,
    kernel::{Kernel, Kernels, Visitor, block::Block},
    machine::isa::Isa,
    number::Number,
};

/// One tile of the result, and micro-panels of both factors.
#[derive(Debug)]
pub struct PackedTile<T> {
    isa: Isa,
    depth: usize,
    a: Vec<T>,
    b: Vec<T>,
    out: Vec<T>,
    rows: Vec<isize>,
    runs: Vec<usize>,
    columns: Vec<isize>,
}

/// Makes the constructor and the methods of an element, as what they are generic over is not public.
macro_rules! packed_tile {
    ($($T:ty)*) => { $(
        impl PackedTile<$T> {
            /// Rows and columns of the largest tile.
            #[must_use]
            pub fn largest(isa: Isa) -> [usize; 2] {
                largest::<$T>(isa)
            }

            /// A tile of so many rows and columns, and so many contracted indices; of factors that are all this element.
            ///
            /// # Panics
            /// If it is larger than the largest, or has no rows or columns.
            #[must_use]
            pub fn new(isa: Isa, shape: [usize; 2], depth: usize, element: $T) -> Self {
                new(isa, shape, depth, element)
            }

            /// Computes it: the result, rows first.
            pub fn run(&mut self) -> &[$T] {
                run(self)
            }
        }
    )* };
}

packed_tile!(f32 f64 Complex32 Complex64);

fn new<T: Kernels>(isa: Isa, [rows, columns]: [usize; 2], depth: usize, element: T) -> PackedTile<T> {
    let [most_rows, most_columns] = largest::<T>(isa);
    assert!((1..=most_rows).contains(&rows) && (1..=most_columns).contains(&columns), "a tile of another size");
    PackedTile {
        isa,
        depth,
        a: vec![element; product(most_rows, depth)],
        b: vec![element; product(most_columns, depth)],
        out: vec![T::ZERO; product(rows, columns)],
        rows: (0..rows.cast_signed()).collect(),
        runs: (1..=rows).rev().collect(),
        columns: (0..columns).map(|column| extents::offset(column, rows.cast_signed())).collect(),
    }
}

fn product(rows: usize, columns: usize) -> usize {
    extents::exact([rows, columns]).expect("a tile that fits into memory")
}

fn largest<T: Kernels>(isa: Isa) -> [usize; 2] {
    struct Largest<'a>(&'a mut [usize; 2]);
    impl<T> Visitor<T> for Largest<'_> {
        unsafe fn visit<K: Kernel<Element = T>>(self) {
            *self.0 = [K::MR, K::NR];
        }
    }
    let mut shape = [0; 2];
    T::dispatch(isa, Largest(&mut shape));
    shape
}

fn run<T: Kernels>(tile: &mut PackedTile<T>) -> &[T] {
    T::dispatch(tile.isa, &mut *tile);
    &tile.out
}

impl<T: Number> Visitor<T> for &mut PackedTile<T> {
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        assert!(self.rows.len() <= K::MR && self.columns.len() <= K::NR, "a tile of another kernel");
        let [a, b] = [K::MR, K::NR].map(|rows| product(rows, self.depth));
        assert!(self.a.len() >= a && self.b.len() >= b, "panels are too short");
        let block = Block {
            in_place: None,
            depth: self.depth,
            a: self.a.as_ptr(),
            b: self.b.as_ptr(),
            out: self.out.as_mut_ptr(),
            rows: &self.rows,
            runs: &self.runs,
            across: (1, 0),
            columns: &self.columns,
            alpha: T::ONE,
            beta: None,
        };
        // SAFETY:
        // - the processor has the instructions, by the contract;
        // - there is one micro-panel of each factor, and both have room for it, as has been asserted;
        // - rows and columns are those of `out`, column by column.
        unsafe { K::tiles(&block) }
    }
}
