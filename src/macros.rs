//! The public macros: each puts `$crate` in front, so that paths of the expansion hold whatever the
//! user calls the crate and has in scope, and hands over to the compiler.

/// Computes an einsum.
///
/// `einsum!("subscripts", operand, ..)` is an `Array<T, IxN>` with an axis for each label of the
/// output (`ArrayD<T>` if these are more than 6), or a plain `T` if it has none.
///
/// Of arrays of fixed size alone, such as `[[f32; 4]; 4]`, it is one as well, and nothing is allocated: see
/// [`syntax`](crate::syntax).
///
/// `einsum!([i, k] = x[i, j] * w[j, k])` is the same in index notation, where labels are words, and
/// `einsum!(y[i, k] += x[i, j] * w[j, k])` writes: see [`syntax`](crate::syntax). What is more than a product, such as
/// `einsum!([i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j]))`, is a formula: see [`formulas`](crate::formulas).
///
/// # Subscripts
///
/// A string literal, as in numpy: one subscript for each operand, separated by commas, with one
/// label (any letter) for each axis; then `->` and the labels of the output. Without `->`, the
/// output has the labels that occur once, in the order of their code points. White space has no
/// meaning.
///
/// - `...` stands for all axes that have no label, aligned to the right among operands and broadcast;
///   the rank of the result stays static.
/// - A label on several operands is common to them. Its extents must be equal, or 1, which is
///   repeated as often as the others need it.
/// - A label that is repeated in one subscript takes the diagonal of these axes, whose extents must
///   be equal. Repeated in the output, it writes the diagonal of a result that is zero elsewhere.
/// - A label that only the output has repeats the result; its extent is given after a semicolon:
///   `einsum!("i->ij", x; j = 7)`. The extent of any label may be given, as a `usize`; it must be
///   that of the operands, and is not broadcast to. Steps of at most 256 terms (of floats, 2048,
///   and 256 for each index of the first label) whose extents are all literals have loops of their own
///   where they are written, for row-major arrays: 4 x 4 times 4 x 4, into an `out`, takes 9 ns where
///   the engine takes 20.
/// - Parentheses enclose operands that are multiplied first, as in `"(ij,jk),kl->il"`.
/// - A label that is not on the output is summed over. The sum over no index at all, where the
///   extent is 0, is exactly zero.
///
/// NaN and infinity propagate as in the steps of the computation (see Cost): nothing is skipped
/// because a factor is zero.
///
/// # Operands
///
/// `ndarray` arrays and views of any storage and strides, numbers, which have rank 0, and references to either, boxes,
/// counted references and guards of a `RefCell`, `Mutex` or `RwLock`. Operands are borrowed, and evaluated once, from left to right. All have one element
/// type, which implements [`Element`](crate::Element), or [`Storage`](crate::Storage) as `f16` and
/// `bf16` do with the feature `half`; `alpha` and `beta` are of that type, too. `conj(x)` borrows `x`
/// and conjugates its elements as they are read.
///
/// `x as f64` reads an operand of another type ([`Cast`](crate::Cast)): its elements are converted as they are read, a block at
/// a time, and the einsum is one of `f64`. So `einsum!("ij,jk->ik", a as i32, b as i32)` sums the products of bytes without
/// overflow, and `einsum!("i,i->", x as Complex64, w)` multiplies real by complex numbers.
///
/// # Arguments
///
/// `out = &mut y` writes the result into a mutable array, view or number, and gives `()`; `alpha`
/// and `beta` make it `y = alpha * einsum + beta * y`. With `beta` zero, or without it, the old
/// content is not read. `y` must have the extents of the result; it gives those of labels that no
/// operand has. Nothing is written before all checks have passed. `out = &mut y as f64` writes to elements of another type than is
/// computed with: the result is converted as it is written, and `beta` times the old content is added in the type of `y`.
///
/// `broadcast = false` makes an extent of 1 against another an error: nothing is repeated. It is settled while compiling, so
/// that it is `true` or `false`, and no variable.
///
/// `max_intermediate = n` leaves out the orders of operands that have an intermediate of more than `n` elements; if
/// there is no other, the einsum is computed in slices, for one block of indices after the other.
///
/// All of the language is in [`syntax`](crate::syntax).
///
/// # Panics
///
/// With the message of [`EinsumError`](crate::EinsumError), if extents disagree (and neither is 1, or `broadcast = false`), an operand of
/// dynamic rank does not have an axis for each label, not even slices keep `max_intermediate` (it is 0, or less than the
/// indices of an ellipsis), or a result cannot be addressed.
/// [`try_einsum!`](crate::try_einsum!) returns that error. Subscripts, static ranks and element types are checked
/// while compiling.
///
/// # Cost
///
/// Operands are multiplied in pairs, those in parentheses first, in the order of the fewest operations: found while
/// compiling among all that can be the best, and chosen at run time by the extents (some tens of nanoseconds, for three
/// operands or more; nothing where all extents are literals after the semicolon, or where they multiply to 1024 at most
/// and any order will do). A label that only one operand has,
/// and not the output, is summed before that. Each pair takes as many multiplications as the extents of its labels
/// multiply to, and one allocation. (In slices, which `max_intermediate` may need, pairs that lack a sliced label are
/// multiplied once for each block.) Operands are read in place, at any strides; those that are read as another type are
/// converted a block at a time, and those of a [`Storage`](crate::Storage) that is no element are copied first. An `out` of
/// another type takes as much memory again as the result. Large steps are computed by all threads of the
/// current rayon pool (feature `rayon`), with the same result for any number of them.
///
/// # Example
///
/// ```
/// use einsum::einsum;
/// use ndarray::{Array2, array};
///
/// let a = array![[1, 2], [3, 4]];
/// let b = array![[5, 6], [7, 8]];
///
/// let product: Array2<i32> = einsum!("ij,jk->ik", a, b);
/// assert_eq!(product, a.dot(&b));
///
/// let diagonal = einsum!("ii->i", a);
/// assert_eq!(diagonal, array![1, 4]);
///
/// let sum = einsum!("ij->", a.slice(ndarray::s![.., ..;-1]));
/// assert_eq!(sum, 10);
/// ```
///
/// An output label that is on no operand does not compile:
///
/// ```compile_fail
/// # use einsum::einsum;
/// # let a = ndarray::array![[1, 2], [3, 4]];
/// let product = einsum!("ij,jk->iq", a, a); // output label `q` is on no operand
/// ```
#[macro_export]
macro_rules! einsum {
    ($($input:tt)*) => { $crate::__private::einsum! { $crate; $($input)* } };
}

/// Computes an einsum, or says what is wrong with the extents of its operands.
///
/// Takes all that [`einsum!`](crate::einsum!) takes, and is a
/// `Result<_, `[`EinsumError`](crate::EinsumError)`>`. All checks come before any work, but for one: whether there is
/// room for an intermediate is known when it is reached. Nothing is written to `out` before that. (In slices that is so of the
/// first block. Later blocks have no larger intermediates; where there is no room for one of theirs after all, `out` is
/// written in part.)
///
/// # Example
///
/// ```
/// use einsum::try_einsum;
/// use ndarray::Array2;
///
/// let x = Array2::<f32>::zeros((2, 3));
/// let w = Array2::<f32>::zeros((4, 5));
///
/// let error = try_einsum!("ij,jk->ik", x, w).unwrap_err();
/// let message = "einsum `ij,jk->ik`: label `j` has extent 3 in `x` but 4 in `w`";
/// assert_eq!(error.to_string(), message);
/// ```
#[macro_export]
macro_rules! try_einsum {
    ($($input:tt)*) => { $crate::__private::try_einsum! { $crate; $($input)* } };
}

/// Computes an einsum, and a closure for its gradients.
///
/// `einsum_vjp!("subscripts", operand, ..)` is `(y, pullback)`: the value, as
/// [`einsum!`](crate::einsum!) gives it, and the vector-Jacobian product. `pullback(&dy)` takes the
/// cotangent of `y` (`&ArrayRef<T, IxN>`, to which arrays and views coerce, or `&T` if `y` is a number) to a tuple with
/// the cotangent of every operand, in order; for one operand to a tuple of one. A number that is written as a factor, `2.0 * x[i]`, has
/// none (one with a suffix, `2.0_f64`, has).
///
/// A cotangent has the extents of its operand and its dimension type: an `Array<T, D>`, or a `T` if
/// the operand is a number; of an array of fixed size it is one. Of an operand that is read as another type, `x as f64`, it has the elements of the operand
/// ([`CastBack`](crate::CastBack)): a real operand of a complex einsum gets the real part, and integers have no gradient.
///
/// # The pullback
///
/// | subscripts | type of the pullback, for `x: Array2<T>`, `v: Array1<T>`, `a: T` |
/// | --- | --- |
/// | `"ij,j->i", x, v` | `impl Fn(&ArrayRef<T, Ix1>) -> (Array2<T>, Array1<T>)` |
/// | `"ij->", x` | `impl Fn(&T) -> (Array2<T>,)` |
/// | `"ij,->ij", x, a` | `impl Fn(&ArrayRef<T, Ix2>) -> (Array2<T>, T)` |
/// | `"...j->...", x` | `impl Fn(&ArrayRef<T, Ix1>) -> (Array2<T>,)`: ranks that an ellipsis stands for are known |
/// | `"...j->...", v` | `impl Fn(&T) -> (Array1<T>,)`: a result without axes is a number |
/// | [`einsum_vjp_add!`](crate::einsum_vjp_add!)`("ij,j->i", x, v)` | `impl Fn(&ArrayRef<T, Ix1>, (&mut ArrayRef<T, Ix2>, &mut ArrayRef<T, Ix1>))` |
///
/// An operand of dynamic rank has a cotangent of dynamic rank, `ArrayD<T>`; with an ellipsis on such an operand the result and
/// its cotangent are `ArrayD`, too. It can be kept in a struct as `Box<dyn Fn(&ArrayRef<T, Ix1>) -> (Array2<T>, Array1<T>)>`.
///
/// The pullback is an `impl Fn`: callable again, `Send` and `Sync` if the operands are. Operands that name a
/// place (a variable, a field, an element, `*pointer`) are borrowed in it (if the place holds a
/// reference, for as long as that lives), the values of all other expressions are moved into it, and so are the intermediates of the forward, which the gradients
/// use again.
///
/// # Arguments
///
/// `wrt = [x]` asks for the gradients of these operands alone, in this order: by the operand as it is written, or by its
/// position. (An integer that is written as a factor, `2 * x[i]`, is no operand, and has no position; `2.0` in its place has.) What the others need is neither computed nor kept. `alpha = a` multiplies the einsum; it has a gradient
/// where that is asked for: `wrt = [x, alpha]`. `broadcast = false` and `max_intermediate = n` are those of
/// [`einsum!`](crate::einsum!); the limit is one of the gradients as well: the intermediates of slices are not kept, and the
/// pullback computes them again.
///
/// # Gradients
///
/// The cotangent of operand `k` is the einsum of `dy` and of all other operands, conjugated, to the
/// subscript of `k`, where
/// - a label that `k` alone has repeats: the sum over it has the same derivative everywhere;
/// - a label that is repeated in the subscript of `k` stands for the diagonal; off it the cotangent
///   is exactly zero, whatever `dy` is;
/// - the cotangent is summed along axes of extent 1 that were repeated.
///
/// Complex cotangents follow torch: `dy` is the derivative by the real part plus `i` times the
/// derivative by the imaginary part, so that a step against the cotangent descends.
///
/// Elements must be [`Differentiable`](crate::Differentiable); integers have no gradient.
///
/// # Panics
///
/// If [`einsum!`](crate::einsum!) does; the pullback panics if the extents of `dy` are not those of the result. That panic names the line of
/// `einsum_vjp!`, which made the closure, since a closure does not know where it is called (the backtrace does); functions of
/// [`einsum_fn!`](crate::einsum_fn!) name the line that calls them.
///
/// (A temporary as cotangent, as in `pullback(&(2.0 * &y))`, confuses the inference of types: bind
/// it to a variable, or write `pullback(&(&y * 2.0))`.)
///
/// # Cost
///
/// All cotangents together take about two forwards, for any number of operands: the contraction
/// tree is walked in reverse. Each step allocates its result.
///
/// # Example
///
/// ```
/// use einsum::einsum_vjp;
/// use ndarray::array;
///
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// let v = array![1.0, -1.0];
///
/// let (y, pullback) = einsum_vjp!("ij,j->i", x, v);
/// assert_eq!(y, array![-1.0, -1.0]);
///
/// let (dx, dv) = pullback(&array![1.0, 10.0]);
/// assert_eq!(dx, array![[1.0, -1.0], [10.0, -10.0]]);
/// assert_eq!(dv, array![31.0, 42.0]);
/// ```
///
/// A function can return it:
///
/// ```
/// use einsum::einsum_vjp;
/// use ndarray::{Array1, Array2, ArrayRef, Ix1, array};
///
/// type Cotangents = (Array1<f64>, Array2<f64>);
///
/// fn project(
///     x: Array1<f64>,
///     w: &Array2<f64>,
/// ) -> (Array1<f64>, impl Fn(&ArrayRef<f64, Ix1>) -> Cotangents) {
///     einsum_vjp!("i,ij->j", { x }, *w) // a block is no place: `x` is moved
/// }
///
/// let w = array![[1.0, 2.0], [3.0, 4.0]];
/// let (y, pullback) = project(array![1.0, 1.0], &w);
/// assert_eq!(y, array![4.0, 6.0]);
/// assert_eq!(pullback(&array![1.0, 0.0]).0, array![1.0, 3.0]);
/// ```
#[macro_export]
macro_rules! einsum_vjp {
    ($($input:tt)*) => { $crate::__private::einsum_vjp! { $crate; $($input)* } };
}

/// Makes functions of einsums, each with its gradients.
///
/// ```
/// use einsum::einsum_fn;
/// use ndarray::{Array2, ArrayRef, Ix2};
///
/// einsum_fn! {
///     /// The product of two matrices.
///     pub fn matmul(x, w) = "ij,jk->ik";
///
///     /// `x`, stretched by the number `a`.
///     pub(crate) fn scale(a, x) = ",ij->ij";
/// }
///
/// let x = Array2::<f32>::ones((2, 3));
/// let w = Array2::<f32>::ones((3, 4));
///
/// let y = matmul(&x, &w);
/// let (dx, dw) = matmul::backward(&x, &w, &y);
/// assert_eq!((dx.dim(), dw.dim()), ((2, 3), (3, 4)));
///
/// let dw = matmul::backward_w(&x, &w, &y);           // no work for `dx`
/// assert_eq!(scale(0.5, &dw), dw / 2.0);
///
/// let f: fn(&ArrayRef<f32, Ix2>, &ArrayRef<f32, Ix2>) -> Array2<f32> = matmul;
/// assert_eq!(f(&x, &w), y);
/// ```
///
/// For `fn f(x, w) = "..";`, or in index notation `fn f(x, w) -> [i, k] { x[i, j] * w[j, k] }`, there are, with the visibility and the documentation given,
///
/// - `f(&x, &w)`, the value, for any [`Storage`](crate::Storage), which every [`Element`](crate::Element) is;
///
/// and, for any [`Differentiable`](crate::Differentiable) element, in a module of the same name,
///
/// - `f::backward(&x, &w, &dy)`, the tuple of all cotangents; where the value is a number, `dy` is one, or a reference to one;
/// - `f::backward_x(&x, &w, &dy)`, `f::backward_w(&x, &w, &dy)`, one cotangent alone;
/// - `f::backward_add(&x, &w, &dy, (&mut gx, &mut gw))`, which adds the cotangents to what is there;
/// - `f::jvp((&x, &dx), (&w, &dw))`, the value and its tangent;
/// - `f::double_backward(&x, &w, &dy, &ddx, &ddw)`, the backward of `backward`: from cotangents of `dx` and `dw` those
///   of `x`, `w` and `dy`. (Where that would be more than seven parameters, the last are one tuple, `(&ddx, &ddw, ..)`.)
///
/// # What a function can have beside operands
///
/// - Conjugates: `conj(x)` among the parameters of a literal, or around a factor in index notation. A factor in index
///   notation may have a minus sign; elements then also implement `Neg`.
/// - Extents, after a semicolon: `fn repeat(x; n) = "i->ni";` takes `n: usize` after the operands,
///   `fn twice(x; n = 2) = "i->ni";` has a constant, which the gradients, in a module, must find as well: a literal, or
///   a path such as `crate::N`.
/// - A part of the gradients: `fn f(x, w) = "ij,jk->ik", wrt = [w];`, or in index notation
///   `{ x[i, j] * w[j, k], wrt = [w] }`. (`double_backward` returns the cotangents of all operands.)
/// - A limit on intermediates, those of the gradients as well, a constant:
///   `fn f(x, w, v) = "ij,jk,kl->il", max_intermediate = 1000;`.
/// - No broadcasting: `fn f(x, w) = "ij,jk->ik", broadcast = false;`, or `broadcast = false;` before the first function,
///   which is for all that do not say `broadcast = true`.
///
/// ```
/// use einsum::einsum_fn;
/// use ndarray::array;
///
/// einsum_fn! {
///     fn repeat(x; n) = "i->ni";
///     fn project(x, w) -> [row, k] { -x[row, j] * conj(w[k, j]), wrt = [w] }
/// }
///
/// assert_eq!(repeat(&array![1, 2], 3), array![[1, 2], [1, 2], [1, 2]]);
/// let (x, w) = (array![[1.0, 2.0]], array![[1.0, 0.0], [0.0, 1.0]]);
/// let (dw,) = project::backward(&x, &w, &project(&x, &w));
/// assert_eq!(dw, array![[1.0, 2.0], [2.0, 4.0]]);
/// ```
///
/// # Signatures
///
/// A parameter whose subscript is empty is a `T`, or a reference to one; any other is an `&ArrayRef<T, D>`, to which a
/// reference to an array or view of any storage coerces; `D` has the number of axes of the
/// subscript, or is `IxDyn`. The value is an `Array<T, IxN>` or a `T`, a cotangent an `Array<T, D>`
/// of the dimension type of its parameter, or a `T`. Nothing is kept between calls.
///
/// Other operands of [`einsum!`](crate::einsum!), a matrix of nalgebra or faer, an array of fixed size, or what points to any of these, are
/// passed as views, `&x.array()`, and a slice as `&ndarray::aview1(v)`; both are free. (Without it the compiler says
/// "expected `&ArrayRef<_, _>`".)
///
/// ```
/// use einsum::{Operand, einsum_fn};
/// use ndarray::{array, aview1};
///
/// einsum_fn!(fn matvec(w, x) = "ij,j->i";);
///
/// let (w, x) = ([[1.0, 2.0], [3.0, 4.0]], vec![1.0, 10.0]);
/// assert_eq!(matvec(&w.array(), &aview1(&x)), array![21.0, 43.0]);
/// ```
///
/// With an ellipsis the rank of the result follows from those of the arguments, in types that the compiler computes:
/// `fn scale(x, v) = "...i,i->...i";` takes `&Array3<T>` and `&Array1<T>` to an `Array3<T>`, `fn mean(x, a) = "...i,->...";` an
/// `&Array1<T>` and a `T` to a `T`, an `&ArrayD<T>` to an `ArrayD<T>`. Its cotangent `dy` is a reference to an `ArrayRef` of
/// that rank, or to a number (`&T`). (In documentation and in messages the type reads
/// `<<D0 as Ellipsis<1>>::Rest as Extend<1>>::Dim`: the rank of the first argument, less one axis, and one more.)
///
/// A gradient that `wrt` leaves out has no function: `f::backward_x` says so where it is called.
///
/// # Arrays of fixed size
///
/// A parameter may have a type, if that is an array of fixed size, `x: [[f32; 4]; 3]`, with an axis for each label of its
/// subscript. It is passed by reference, as all are (`x: &[[f32; 4]; 3]` is the same), and its cotangents are such arrays. Where all
/// operands with axes are, so is the value, without any allocation. Extents are literals, constants or generics; those along a label
/// are equal, which the compiler checks: literals before it has read anything else.
///
/// ```
/// use einsum::einsum_fn;
///
/// einsum_fn! {
///     pub fn linear(x: [f64; 3], w: [[f64; 3]; 2]) = "i,oi->o";
///
///     fn gram<T, const N: usize, const M: usize>(x: [[T; M]; N], w: [[T; M]; N]) = "ij,kj->ik";
/// }
///
/// let (x, w) = ([1.0, 2.0, 3.0], [[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]]);
/// let y: [f64; 2] = linear(&x, &w);
/// assert_eq!(y, [4.0, 4.0]);
/// let (dx, dw): ([f64; 3], [[f64; 3]; 2]) = linear::backward(&x, &w, &[1.0, 10.0]);
/// assert_eq!((dx, dw), ([1.0, 20.0, 1.0], [x, x.map(|x| 10.0 * x)]));
/// assert_eq!(gram(&[[1, 2, 3]], &[[4, 5, 6]]), [[32]]);
/// ```
///
/// The elements are those of the types: of a generic type, `T`, the macro asks for what the functions need
/// ([`Storage`](crate::Storage), and [`Differentiable`](crate::Differentiable) for gradients); other bounds may stand with it,
/// `<T: Float>`. `x as f64: [i8; 4]` is read as another type. Parameters without a type are `ndarray` arrays of the same elements, or
/// numbers; with such an array the value is one, too, and extents are compared with its own when the function is called. A given
/// extent, `; k = K`, may be one of the generics. With an extent that is a parameter, `; k`, the value is an `ndarray` array. A
/// parameter of fixed size has no ellipsis.
///
/// Formulas take such parameters, and give such arrays where the extents of the result are those of axes, are given, or follow from
/// literals, as those of a convolution do. They compute on the stack, as do their gradients, but for intermediate results with a label
/// whose extent only a form says.
///
/// ```
/// use einsum::einsum_fn;
///
/// einsum_fn! {
///     fn norm<const N: usize>(x: [f64; N]) -> [i] { x[i] / sqrt(sum[j](x[j] * x[j])) }
///     fn blurred(x: [f64; 5]) -> [i] { (x[i] + x[i + 1]) / 2 }
/// }
///
/// let (y, z): ([f64; 2], [f64; 4]) = (norm(&[3.0, 4.0]), blurred(&[0.0, 2.0, 4.0, 0.0, 0.0]));
/// assert_eq!((y, z), ([0.6, 0.8], [1.0, 3.0, 2.0, 0.0]));
/// assert_eq!(blurred::backward_x(&[0.0; 5], &[2.0, 0.0, 0.0, 2.0]), [1.0, 1.0, 0.0, 1.0, 1.0]);
/// ```
///
/// The module of the gradients sees the names that are in scope around the block: paths in types do not begin with `self` or `super`.
///
/// The functions panic as [`einsum!`](crate::einsum!) does. What the gradients are is told at
/// [`einsum_vjp!`](crate::einsum_vjp!), and for each function in its own documentation.
///
/// Any number of functions may stand in one block, in a module or in the body of a function. A block cannot stand in
/// an `impl`, since a module, which holds the gradients, cannot: write it outside, and call its functions from methods,
/// as in `linear(&self.w, x)`. A parameter called `add` can have no gradient, which would be `backward_add`.
#[macro_export]
macro_rules! einsum_fn {
    ($($input:tt)*) => { $crate::__private::einsum_fn! { $crate; $($input)* } };
}

/// Computes an einsum, and a closure that adds its gradients to what the user has.
///
/// Takes all that [`einsum_vjp!`](crate::einsum_vjp!) takes, but `pullback(&dy, (&mut gx, &mut gw))` takes a tuple of what the cotangents
/// are added to, in the order of the operands (or of `wrt`), and returns nothing. Each is an `&mut ArrayRef<T, D>`, to which
/// a mutable reference to an array or view coerces, with the dimension type `D` of its operand, or an `&mut T` for a number;
/// for one operand the tuple is `(&mut gx,)`. Nothing is allocated for the cotangents
/// themselves; a step of three operands or more has intermediates.
///
/// # Panics
///
/// If [`einsum!`](crate::einsum!) does; and the pullback, before it has written anything, if the extents of `dy` are not those of the result,
/// or if what a cotangent is added to does not have the extents of its operand.
///
/// # Example
///
/// ```
/// use einsum::einsum_vjp_add;
/// use ndarray::{Array1, Array2, array};
///
/// let w = array![[1.0, 2.0], [3.0, 4.0]];
/// let (mut gw, mut gx) = (Array2::zeros((2, 2)), Array1::zeros(2));
/// for x in [array![1.0, 0.0], array![0.0, 1.0]] {
///     let (y, pullback) = einsum_vjp_add!("ij,j->i", w, x);
///     pullback(&y, (&mut gw, &mut gx)); // of half the square of y
/// }
/// assert_eq!(gw, w);
/// assert_eq!(gx, array![24.0, 34.0]);
/// ```
#[macro_export]
macro_rules! einsum_vjp_add {
    ($($input:tt)*) => { $crate::__private::einsum_vjp_add! { $crate; $($input)* } };
}

/// Computes an einsum and its tangent: forward mode, the Jacobian-vector product.
///
/// `einsum_jvp!("subscripts", (x, dx), (w, dw), ..)` is `(y, dy)`: the value, and its derivative in the direction of the
/// tangents, the sum, over them, of the einsum with that tangent in place of its operand. An operand that is no pair is
/// constant; at least one is a pair. In index notation a pair stands before its labels: `(x, dx)[i, j] * w[j, k]`.
///
/// A tangent is anything that can be an operand, of the extents of its operand.
///
/// # Panics
///
/// If [`einsum!`](crate::einsum!) does, and if a tangent does not have the extents of its operand.
///
/// # Cost
///
/// A step of which one factor has a tangent is computed twice, a step of two such factors three times; the
/// intermediates of the value are used again.
///
/// # Example
///
/// ```
/// use einsum::einsum_jvp;
/// use ndarray::array;
///
/// let (x, dx) = (array![1.0, 2.0, 3.0], array![1.0, 0.0, 0.0]);
/// let (w, dw) = (array![4.0, 5.0, 6.0], array![0.0, 1.0, 0.0]);
///
/// let (y, dy) = einsum_jvp!("i,i->", (x, dx), (w, dw));
/// assert_eq!((y, dy), (32.0, 4.0 + 2.0));
/// ```
#[macro_export]
macro_rules! einsum_jvp {
    ($($input:tt)*) => { $crate::__private::einsum_jvp! { $crate; $($input)* } };
}

/// Says how an einsum is computed, and what that costs.
///
/// `explain!("subscripts", label = extent, ..)` is an [`Explanation`](crate::Explanation), a text that is written while
/// the program is compiled. It takes no operands, which it calls `A`, `B`, and so on. Extents are numbers, of any
/// labels: with all of them given, costs are numbers; where some are not, costs are polynomials in the extents, and
/// there is a tree for each order of the operands that may be the best: those among which the run time of `einsum!`
/// chooses (where extents multiply to 1024 at most, the first that there is). `explain!([i, k] = x[i, j] * w[j, k]; j = 7)`
/// is the same in index notation; its operands are not evaluated, so that any name will do.
///
/// `explain!(vjp, "subscripts", ..)` explains [`einsum_vjp!`](crate::einsum_vjp!) and the functions of gradients. Their orders are those
/// that are best for the value and its gradients together, and may be others than those of the value alone; then the row *with
/// gradients* says so.
///
/// # What it says
///
/// - *Naive flops* are those of one nest of loops over all labels; *optimised flops* those of all steps of a tree.
///   A multiplication is one, an addition is another.
/// - The *largest intermediate* is how many elements the result of a step has at most, other than the last.
/// - Every step of a tree, and of its gradients, has a line: subscripts, values (`t0`, .. are intermediates, `y` is the
///   result, `dA` is the cotangent of `A`), what kind of product it is, its flops, and how many elements it makes.
/// - The loops are those of each tree. What a label is to a step stands behind it:
///
///   | word | the label is on | in a product of matrices |
///   | --- | --- | --- |
///   | `lhs_free` | the first value and the result | rows |
///   | `rhs_free` | the second value and the result | columns |
///   | `batch` | both and the result | a product for each index |
///   | `broadcast` | the result alone | repeated |
///   | contracted: `sum of .. for k` | not the result | summed over |
///
/// `max_intermediate = 1000` is a limit as in [`einsum!`](crate::einsum!): trees that are within it for no extents are
/// left out. If all extents are given and no tree keeps the limit, *slices* says which labels are sliced, and into how many
/// blocks of how many indices. Flops are then those of all blocks, and the largest intermediate is one of a block.
///
/// `cargo einsum explain` prints the same, and draws it.
///
/// # Example
///
/// ```
/// use einsum::explain;
///
/// let explanation = explain!("ij,jk,kl->il", i = 100, j = 10, k = 100, l = 10);
///
/// println!("{explanation}");
/// assert!(explanation.to_string().contains("speed-up              75"));
/// assert!(explanation.as_str().contains("jk,kl->jl"));
/// ```
#[macro_export]
macro_rules! explain {
    ($($input:tt)*) => { $crate::__private::explain! { $crate; $($input)* } };
}
