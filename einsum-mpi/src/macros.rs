//! The public macros: each puts `$crate` in front, and hands over to the compiler.

/// Computes an einsum of tensors that lie on a mesh of processes.
///
/// `einsum_mpi!("b/dp i k, j/tp k -> b/dp i j/tp", x, w)` is the [`Sharded`](crate::Sharded) result. Every process of the mesh calls it, and computes with the
/// part of each operand that it has; what must be sent is derived while compiling, from the subscripts alone.
///
/// # Subscripts
///
/// The subscripts are those of [`einsum!`](einsum::einsum!), as a literal or in index notation. `b/dp` says that a label is sharded over the axis `dp` of the
/// mesh: each process of the axis has some of its indices. `//tp`, in index notation a `/tp` among the labels, says that the tensor is partial over `tp`: the sum of what the processes of the axis
/// have. In index notation an axis may be read at a form of labels, of which one is sharded: `x[b, 2*i/sp + p - 1]` (see
/// [`language`](mod@crate::language)). Without either, every process of an axis has all of it. The output is written, as how it lies decides what is sent.
///
/// | on an axis | forward | for the cotangents |
/// | --- | --- | --- |
/// | a label of the output is sharded | nothing | the cotangents of operands without it are summed |
/// | a contracted label is sharded | all-reduce; reduce-scatter if another label of the output is sharded; nothing if the output is partial | nothing; all-gather; nothing |
/// | an operand is sharded on a label that is whole elsewhere | all-gather | reduce-scatter |
/// | an operand or the output is sharded on another label | all-to-all | all-to-all |
/// | an operand is partial | all-reduce where a sum is needed | nothing |
/// | an operand that every process has is read at a form of a sharded label | nothing | all-reduce |
/// | an operand is read at a form of a sharded label | halo: what is read that others have, each element once | what was computed for elements of others is sent back |
///
/// Lone labels are summed before anything is sent, and what is repeated is sent before. [`explain_mpi!`](crate::explain_mpi!) shows all of it.
///
/// # Operands
///
/// [`Sharded`](crate::Sharded) arrays of static rank on one mesh, or references to them, that lie as is written;
/// [`reshard`](crate::Sharded::reshard) moves others. They are evaluated once, in order. `conj(x)` conjugates. No axis of extent 1 is repeated, an ellipsis
/// has no place, and a result is always a new tensor. Extents of labels that only the output has stand after a semicolon, and are those of the whole.
///
/// # Panics
///
/// On every process of the mesh, with the message of [`Error`](crate::Error): if an operand lies otherwise, the extents of a label differ among operands,
/// or those of an operand among processes; if an operand is read at indices that it does not have ([`Error::Outside`](crate::Error::Outside)), or at
/// more than can be in memory (one small reduction finds out, which [`Mesh::check`](crate::Mesh::check) turns off).
/// [`try_einsum_mpi!`](crate::try_einsum_mpi!) returns that error.
///
/// # Cost
///
/// One [`einsum!`](einsum::einsum!) of the parts, or several if something must be sent between, and what [`explain_mpi!`](crate::explain_mpi!) says is sent: the program of the fewest words among
/// orders of the operands that are as good as any, for extents that are all large where they are not given.
///
/// # Example
///
/// ```
/// use einsum_mpi::{Mesh, Sharded, einsum_mpi, threads};
/// use ndarray::{Array2, array};
///
/// let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
/// let w = array![[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]];
/// let results = threads(2, |communicator| {
///     let mesh = Mesh::new(&communicator, [("tp", 2)]).unwrap();
///     let x = Sharded::from_whole(&mesh, &x, "_ tp").unwrap();
///     let w = Sharded::from_whole(&mesh, &w, "tp _").unwrap();
///     let y = einsum_mpi!("i k/tp, k/tp j -> i j", x, w); // summed over the processes
///     y.into_local()
/// });
/// assert_eq!(results, [x.dot(&w), x.dot(&w)] as [Array2<f64>; 2]);
/// ```
#[macro_export]
macro_rules! einsum_mpi {
    ($($input:tt)*) => { $crate::__private::einsum_mpi! { $crate; $($input)* } };
}

/// Computes a sharded einsum, or says on every process what is wrong with its operands.
///
/// The arguments are those of [`einsum_mpi!`](crate::einsum_mpi!); the result is a `Result<_, `[`Error`](crate::Error)`>`.
#[macro_export]
macro_rules! try_einsum_mpi {
    ($($input:tt)*) => { $crate::__private::try_einsum_mpi! { $crate; $($input)* } };
}

/// Computes a sharded einsum, and a closure for its gradients.
///
/// `einsum_mpi_vjp!("b/dp k, k j -> b/dp j", x, w)` is `(y, pullback)`. `pullback(&dy)` takes the cotangent of the result, a
/// [`Sharded`](crate::Sharded) tensor that lies as the result does, to a tuple with the cotangent of every operand, which lies as the operand. Of a result that is partial
/// the cotangent is whole on every process, and so is that of an operand that is partial. What is sent is derived as for the forward: see
/// the table at [`einsum_mpi!`](crate::einsum_mpi!). `wrt = [x]` asks for some of the cotangents alone.
///
/// Operands that name a place are borrowed by the pullback, others are moved into it, as well as what was gathered of operands for
/// the forward: it is not sent again.
///
/// # Panics
///
/// If [`einsum_mpi!`](crate::einsum_mpi!) does; and the pullback, if the cotangent lies otherwise or has other extents.
#[macro_export]
macro_rules! einsum_mpi_vjp {
    ($($input:tt)*) => { $crate::__private::einsum_mpi_vjp! { $crate; $($input)* } };
}

/// Makes functions of sharded einsums, each with its gradients.
///
/// For `pub fn f(x, w) = "b/dp k, k j -> b/dp j";`, or in index notation, there are `f(&x, &w)`, and in a module of that name `f::backward(&x, &w, &dy)`, the tuple of all
/// cotangents: as [`einsum_mpi_vjp!`](crate::einsum_mpi_vjp!) gives them, but without the forward, of which only what the gradients
/// need is computed and sent. Extents of labels that only the output has are parameters, `fn f(x; n) = "i -> i n/tp";`, or given. (It is not `einsum_fn!`, whose functions are of arrays.)
///
/// # Panics
///
/// If [`einsum_mpi!`](crate::einsum_mpi!) does.
#[macro_export]
macro_rules! einsum_mpi_fn {
    ($($input:tt)*) => { $crate::__private::einsum_mpi_fn! { $crate; $($input)* } };
}

/// Shows what is computed and sent for a sharded einsum and for its gradients, as a text that is made while compiling.
///
/// Operands are not given; extents may be, after a semicolon: `explain_mpi!("b/dp k, k j -> b/dp j"; k = 64)`. How many words each process sends is
/// a formula of extents and of the numbers of processes of the axes. `cargo einsum explain` knows these numbers, by `--mesh dp=2,tp=2`, and shows the words and a lower bound.
#[macro_export]
macro_rules! explain_mpi {
    ($($input:tt)*) => { $crate::__private::explain_mpi! { $crate; $($input)* } };
}
