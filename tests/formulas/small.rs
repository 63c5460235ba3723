//! Small maps, which have no plan, have the bits of those that have one: what is added to -0 has one, and gives the very same number. (A module of
//! the test `vectors`.)

use einsum::einsum;
use ndarray::{Array1, Array2, ArrayViewMut2, s};

const EXTENTS: [usize; 13] = [0, 1, 2, 3, 5, 7, 8, 13, 16, 17, 31, 48, 67];

/// Room for a matrix in one of several layouts, `value` everywhere.
fn room<T: Copy>((rows, columns): (usize, usize), layout: usize, value: T) -> Array2<T> {
    let shape = match layout {
        0 => (rows, columns),
        1 | 4 => (columns, rows),
        2 => (rows + 1, columns + 3),
        _ => (2 * rows, 2 * columns),
    };
    Array2::from_elem(shape, value)
}

/// The matrix there: row-major, column-major, within another, every second from the end on, reversed column-major, every second.
fn matrix<T>(room: &mut Array2<T>, layout: usize) -> ArrayViewMut2<'_, T> {
    match layout {
        0 => room.view_mut(),
        1 => room.view_mut().reversed_axes(),
        2 => room.slice_mut(s![1.., 2..-1]),
        3 => room.slice_mut(s![..;-2, ..;-2]),
        4 => room.slice_mut(s![.., ..;-1]).reversed_axes(),
        _ => room.slice_mut(s![..;2, ..;2]),
    }
}

/// Writes to one matrix what it adds to another, and compares their bits.
macro_rules! matrices_agree {
    ($T:ident, $shape:expr, $layout:expr, $message:expr, $before:expr, |$y:ident, $z:ident| $write:block) => {{
        let (mut whole, mut added) = (room($shape, $layout, $before), room($shape, $layout, -0.0));
        let (mut $y, mut $z) = (matrix(&mut whole, $layout), matrix(&mut added, $layout));
        $write
        assert_eq!($y.mapv($T::to_bits), $z.mapv($T::to_bits), "{}", $message);
        $y.fill($before);
        assert!(whole.iter().all(|y: &$T| y.to_bits() == $T::to_bits($before)), "what is beside: {}", $message);
    }};
}

macro_rules! agree {
    ($T:ident, $shape:expr, $layout:expr) => {{
        let (shape, layout) = ($shape, $layout);
        let (of_x, of_y) = (layout % 6, layout / 6 % 6);
        let message = format!("{shape:?}, layouts {of_x} and {of_y}");
        let number = |n: usize| ((n * 7919 + layout) % 1013) as $T / 700.0 - 0.7;
        let mut x = room(shape, of_x, 0.0);
        let mut x = matrix(&mut x, of_x);
        x.indexed_iter_mut().for_each(|((i, j), x)| *x = number(31 * i + 17 * j));
        let u = Array1::from_shape_fn(shape.0, |i| 1.5 + number(i));
        let b = Array1::from_shape_fn(2 * shape.1, |j| number(5 * j));
        let b = b.slice(s![..;-2]);
        matrices_agree!($T, shape, of_y, message, 77.0, |y, z| {
            einsum!(y[i, j] = exp(x[i, j] - u[i]) / u[i] * b[j]);
            einsum!(z[i, j] += exp(x[i, j] - u[i]) / u[i] * b[j]);
        });
        matrices_agree!($T, shape, of_y, message, 77.0, |y, z| {
            einsum!(y[i, j] = gelu(x[i, j]) / 3);
            einsum!(z[i, j] += gelu(x[i, j]) / 3);
        });
        matrices_agree!($T, shape, of_y, message, 77.0, |y, z| {
            einsum!(y[i, j] = tanh(b[j]) / u[i]);
            einsum!(z[i, j] += tanh(b[j]) / u[i]);
        });
        // What is read where it is written: the result of the first is in the memory of the second's.
        let own = einsum!({ let p[i, j] = exp(x[i, j] - u[i]); [i, j] = p[i, j] / u[i] + x[i, j] });
        let (p, mut z) = (einsum!([i, j] = exp(x[i, j] - u[i])), Array2::from_elem(shape, -0.0));
        einsum!(z[i, j] += p[i, j] / u[i] + x[i, j]);
        assert_eq!(own.mapv($T::to_bits), z.mapv($T::to_bits), "{message}");
        // Sums, along either label.
        let ones = |many: usize, number: $T| Array1::from_elem(many, number);
        let (mut y, mut z) = (ones(shape.0, 77.0), ones(shape.0, -0.0));
        einsum!(y[i] = sum[j](exp(x[i, j] - b[j]) / u[i]));
        einsum!(z[i] += sum[j](exp(x[i, j] - b[j]) / u[i]));
        assert_eq!(y.mapv($T::to_bits), z.mapv($T::to_bits), "{message}");
        let (mut y, mut z) = (ones(shape.1, 77.0), ones(shape.1, -0.0));
        einsum!(y[j] = sum[i](exp(x[i, j] - b[j]) / u[i]));
        einsum!(z[j] += sum[i](exp(x[i, j] - b[j]) / u[i]));
        assert_eq!(y.mapv($T::to_bits), z.mapv($T::to_bits), "{message}");
        // An order that does not matter.
        let largest: Array1<_> = x.rows().into_iter().map(|x| x.fold($T::NEG_INFINITY, |a, b| a.max(*b))).collect();
        assert_eq!(einsum!([i] = max[j](x[i, j])), largest, "{message}");
    }};
}

/// Compares both, by the instructions that are in force.
#[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "small numbers, and some results exact")]
pub(super) fn agrees() {
    let mut layout = 0;
    for rows in EXTENTS {
        for columns in EXTENTS {
            agree!(f32, (rows, columns), layout);
            agree!(f64, (rows, columns), layout + 1);
            layout += 1;
        }
    }
}
