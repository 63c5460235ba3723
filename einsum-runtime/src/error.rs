//! The errors of an einsum at run time.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::{error, fmt};

/// Why an einsum could not be computed: the extents or the dynamic rank of an operand do not fit
/// its subscript, or the result cannot be addressed.
///
/// `try_einsum!` returns it; `einsum!` and the functions of `einsum_fn!` panic with its `Display`.
/// Texts of operands are as written in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EinsumError {
    /// A label has one extent in one operand and another in the next, and neither is 1, or nothing is broadcast.
    Extents {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
        /// The operand in which the label was met first, and its extent there.
        first: (&'static str, usize),
        /// The operand that disagrees, and its extent.
        second: (&'static str, usize),
        /// The positions of both among the operands, from 0.
        positions: (usize, usize),
    },
    /// Two axes that ellipses align, at the right, have different extents, and neither is 1, or nothing is broadcast.
    Ellipsis {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand in which such an axis was met first, the number of the axis there, from 0, and its extent.
        first: (&'static str, usize, usize),
        /// The operand that disagrees, the number of its axis, and its extent.
        second: (&'static str, usize, usize),
        /// The positions of both among the operands, from 0.
        positions: (usize, usize),
    },
    /// Nothing is broadcast, and an ellipsis stands for one number of axes in one operand and for another in the next.
    EllipsisRank {
        /// The subscripts.
        subscripts: &'static str,
        /// The first operand with an ellipsis, and for how many axes it stands there.
        first: (&'static str, usize),
        /// The operand that disagrees, and for how many axes the ellipsis stands there.
        second: (&'static str, usize),
        /// The positions of both among the operands, from 0.
        positions: (usize, usize),
    },
    /// A label has another extent in an operand than the one given for it.
    Given {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
        /// The extent given.
        given: usize,
        /// The operand, and its extent.
        operand: (&'static str, usize),
    },
    /// A label is repeated in one operand, on axes of unequal extents: there is no diagonal.
    Diagonal {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
        /// The operand.
        operand: &'static str,
        /// The extents of the two axes.
        extents: (usize, usize),
    },
    /// An operand of dynamic rank has another number of axes than its subscript has labels.
    Rank {
        /// The subscripts.
        subscripts: &'static str,
        /// The subscript of the operand.
        subscript: &'static str,
        /// The operand.
        operand: &'static str,
        /// The number of axes that it has.
        axes: usize,
        /// The number of axes that it must have, at least if its subscript has an ellipsis.
        expected: usize,
    },
    /// The array given as `out` has other extents than the result.
    Out {
        /// The subscripts.
        subscripts: &'static str,
        /// The array given as `out`.
        out: &'static str,
        /// The extents of `out`.
        found: Vec<usize>,
        /// The extents of the result.
        expected: Vec<usize>,
    },
    /// The cotangent given to a pullback, or to a `backward` function, has other extents than the
    /// result.
    Cotangent {
        /// The subscripts.
        subscripts: &'static str,
        /// The extents of the cotangent.
        found: Vec<usize>,
        /// The extents of the result.
        expected: Vec<usize>,
    },
    /// A tangent has other extents than its operand: one given to `einsum_jvp!`, or to a `jvp` or
    /// `double_backward` function.
    Tangent {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand.
        operand: &'static str,
        /// The extents of the tangent.
        found: Vec<usize>,
        /// The extents of the operand.
        expected: Vec<usize>,
    },
    /// The array that a gradient is to be added to has other extents than the operand.
    Gradient {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand.
        operand: &'static str,
        /// The extents of the array that the gradient is to be added to.
        found: Vec<usize>,
        /// The extents of the operand.
        expected: Vec<usize>,
    },
    /// Every order of the operands has an intermediate of more elements than `max_intermediate`, even if it is
    /// computed for one index after the other: no intermediate has less than one element, and the axes of an
    /// ellipsis are not sliced.
    MaxIntermediate {
        /// The subscripts.
        subscripts: &'static str,
        /// How many elements an intermediate may have.
        limit: usize,
        /// How many the largest has if all is sliced, in the order of those compiled in which that is smallest.
        smallest: usize,
        /// Whether that is the smallest possible. (It is, but for networks so large that not all orders
        /// are looked at, or so many that not all are compiled.)
        is_exact: bool,
    },
    /// A form of labels, an index of an axis, leads out of a tensor.
    Form {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand.
        operand: &'static str,
        /// The number of the axis, from 0.
        axis: usize,
        /// The form, as written.
        form: &'static str,
        /// The least and the largest value of the form.
        range: (i128, i128),
        /// The extent of the axis.
        extent: usize,
    },
    /// No tensor says how long a label is: in all forms its factor, a number that was given, is 0.
    Unbounded {
        /// The subscripts.
        subscripts: &'static str,
        /// The label.
        label: &'static str,
    },
    /// An element of a tensor of indices leads out of the tensor that is read by it.
    Gather {
        /// The subscripts.
        subscripts: &'static str,
        /// The operand.
        operand: &'static str,
        /// The number of the axis, from 0.
        axis: usize,
        /// The tensor of indices, as written.
        indices: &'static str,
        /// The first such index in it.
        index: i128,
        /// The extent of the axis.
        extent: usize,
    },
    /// A reduction that nothing has no value of is over a label of extent 0.
    Nothing {
        /// The subscripts.
        subscripts: &'static str,
        /// `argmax` or `argmin`.
        reduction: &'static str,
        /// The label.
        label: &'static str,
    },
    /// A result or an intermediate has more bytes than can be addressed or allocated.
    TooLarge {
        /// The subscripts.
        subscripts: &'static str,
        /// The extents of the tensor that is too large.
        extents: Vec<usize>,
    },
}

impl fmt::Display for EinsumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extents { subscripts, label, first: (first, m), second: (second, n), positions } => {
                let (first, second) = named((first, second), *positions);
                write!(f, "einsum `{subscripts}`: label `{label}` has extent {m} in {first} but {n} in {second}")?;
                f.write_str(repeated(subscripts, (*m, *n)))
            }
            Self::Ellipsis { subscripts, first, second, positions } => {
                let ((first, a, m), (second, b, n)) = (first, second);
                let (first, second) = named((first, second), *positions);
                let comma = if first.ends_with(',') { "," } else { "" };
                let axes = format!("axis {a} of {first} has extent {m}, but axis {b} of {second}{comma} has {n}");
                write!(f, "einsum `{subscripts}`: in the ellipsis {axes}{}", repeated(subscripts, (*m, *n)))
            }
            Self::EllipsisRank { subscripts, first: (first, m), second: (second, n), positions } => {
                let (first, second) = named((first, second), *positions);
                let plural = if *m == 1 { "axis" } else { "axes" };
                write!(
                    f,
                    "einsum `{subscripts}`: the ellipsis stands for {m} {plural} in {first} but {n} in {second}{}",
                    unrepeated(subscripts)
                )
            }
            Self::Given { subscripts, label, given, operand: (operand, extent) } => write!(
                f,
                "einsum `{subscripts}`: label `{label}` is given the extent {given} but has {extent} in `{operand}`"
            ),
            Self::Diagonal { subscripts, label, operand, extents: (m, n) } => write!(
                f,
                "einsum `{subscripts}`: repeated label `{label}` needs axes of equal extents, \
                 but in `{operand}` they are {m} and {n}"
            ),
            Self::Rank { subscripts, subscript, operand, axes, expected } => {
                let plural = if *axes == 1 { "axis" } else { "axes" };
                let least = if subscript.contains("...") { "at least " } else { "" };
                write!(
                    f,
                    "einsum `{subscripts}`: `{operand}` has {axes} {plural}, \
                     but its subscript `{subscript}` needs {least}{expected}"
                )
            }
            Self::Out { subscripts, out, found, expected } => {
                write!(f, "einsum `{subscripts}`: `{out}` has extents {found:?}, but the result has {expected:?}")
            }
            Self::Cotangent { subscripts, found, expected } => write!(
                f,
                "gradient of einsum `{subscripts}`: the cotangent has extents {found:?}, but the result has {expected:?}"
            ),
            Self::Tangent { subscripts, operand, found, expected } => write!(
                f,
                "tangent of einsum `{subscripts}`: that of `{operand}` has extents {found:?}, \
                 but `{operand}` has {expected:?}"
            ),
            Self::Gradient { subscripts, operand, found, expected } => write!(
                f,
                "gradient of einsum `{subscripts}`: that of `{operand}` is to be added to extents {found:?}, \
                 but `{operand}` has {expected:?}"
            ),
            Self::MaxIntermediate { subscripts, limit, smallest, is_exact } => {
                let found = if *is_exact { "possible is" } else { "found has" };
                write!(
                    f,
                    "einsum `{subscripts}`: every order has an intermediate of more than {limit} elements, \
                     however it is sliced; the smallest {found} {smallest}"
                )
            }
            Self::Form { subscripts, operand, axis, form, range: (least, largest), extent } => write!(
                f,
                "einsum `{subscripts}`: index `{form}` of axis {axis} of `{operand}` goes from {least} to {largest}, \
                 but the axis has extent {extent}"
            ),
            Self::Gather { subscripts, operand, axis, indices, index, extent } => write!(
                f,
                "einsum `{subscripts}`: `{indices}` is {index} somewhere, but axis {axis} of `{operand}`, which it is an index of, \
                 has extent {extent}"
            ),
            Self::Nothing { subscripts, reduction, label } => {
                write!(f, "einsum `{subscripts}`: `{reduction}[{label}]` has no value, as label `{label}` has extent 0")
            }
            Self::Unbounded { subscripts, label } => write!(
                f,
                "einsum `{subscripts}`: label `{label}` has no extent, as its factor is 0 wherever it is an index; write `; {label} = 3`, for instance"
            ),
            Self::TooLarge { subscripts, extents } => {
                write!(f, "einsum `{subscripts}`: a tensor of extents {extents:?} is too large to allocate")
            }
        }
    }
}

impl error::Error for EinsumError {}

/// Two operands, by their texts; where these are the same, by their positions as well.
fn named((first, second): (&str, &str), positions: (usize, usize)) -> (String, String) {
    if first != second {
        return (format!("`{first}`"), format!("`{second}`"));
    }
    let (m, n) = (ordinal(positions.0), ordinal(positions.1));
    (format!("the {m} operand, `{first}`,"), format!("the {n}, `{second}`"))
}

/// Which operand it is, in a word.
fn ordinal(position: usize) -> String {
    let words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    words.get(position).map_or_else(|| format!("{}th", position + 1), |word| (*word).to_owned())
}

/// Why an extent of 1 is not as good as any other: where things are broadcast it is no error.
fn repeated(subscripts: &str, (m, n): (usize, usize)) -> &'static str {
    if m == 1 || n == 1 { unrepeated(subscripts) } else { "" }
}

/// Where nothing is broadcast.
fn unrepeated(subscripts: &str) -> &'static str {
    if subscripts.contains('[') {
        ": what is missing or of extent 1 is repeated only in a formula of one statement whose indices are all labels, and without \
         `broadcast = false`"
    } else {
        ", and `broadcast = false` lets nothing be repeated"
    }
}
