//! What is said about mistakes, and what is marked.

use einsum_codegen::parse;

use super::Passes;

const MISTAKES: [(&str, &str, &str); 34] = [
    ("\"b/ i, i j -> b j\"", "an axis of the mesh is missing after this", " ^"),
    ("\"b/dp/tp i, i j -> b j\"", "`b` is sharded over two axes of the mesh", "    ^^^"),
    ("\"/dp b i, i j -> b j\"", "there is no label before this that could be sharded", "^^^"),
    ("\"b/dp i/dp, i j -> b j\"", "`i` and `b` of one tensor are both sharded over `dp`", "      ^^^"),
    ("\"b/dp i //dp, i j -> b j\"", "a tensor whose `b` is sharded over `dp` is partial over it", "       ^^^^"),
    ("\"b i //dp, i j //dp -> b j\"", "two operands are partial over `dp`", "              ^^^^"),
    ("\"b i, i j -> b j //dp\"", "nothing is summed over `dp`", "                ^^^^"),
    ("\"i/dp i -> i\"", "`i`, which is on two axes of one tensor, is sharded", " ^^^"),
    ("\"...i/dp, i j -> j\"", "an ellipsis in a sharded einsum", "^^^"),
    ("\"b/dp i, i j\"", "the output of a sharded einsum is written", ""),
    ("\"b/dp i, i j -> b q\"", "output label `q` is on no operand", "                 ^"),
    ("\"b/dp i, i j -> b j\", a, b, c", "3 operands for 2 subscripts in `b/dp i, i j -> b j`", ""),
    ("\"b/dp i, i j -> b j\", a, b, out = &mut y", "writes to no `out`", ""),
    ("\"b/dp i, i j -> b j\", a, b, alpha = 2.0", "has no `alpha`", ""),
    ("\"b/dp i, i j -> b j\", a as f64, b", "is read as what it is", ""),
    ("[b, j] = a[b/, i] * b[i, j]", "an axis of the mesh is missing after this", ""),
    ("[b, j] = a[b/dp, i/dp] * b[i, j]", "`i` and `b` of one tensor are both sharded over `dp`", ""),
    ("[] = a[/dp]", "a tensor without labels cannot be partial here", ""),
    ("[i/dp] = a[i/dp - p] * b[p]", "write `+ p`, and reverse the axis of `p` of the other operand", ""),
    ("[i/dp] = a[i/dp + 0*p] * b[p]", "`p` is multiplied by 0", ""),
    ("[i/dp] = a[i/dp + (n)] * b[i/dp]", "an index is a label, or a sum of labels and literals", ""),
    ("[i/dp] = a[n*i/dp + p] * b[p]", "an index is a label, or a sum of labels and literals", ""),
    ("[i/dp] = a[i/dp + 9223372036854775807 + 1] * b[i/dp]", "a number that is too large for an index", ""),
    ("[i/dp] = a[9223372036854775807*i/dp + i] * b[i/dp]", "a number that is too large for an index", ""),
    ("[i/dp] = xs[n - 1].w[i/dp - p] * b[p]", "write `+ p`, and reverse the axis of `p` of the other operand", ""),
    (
        "[i/dp] = conj(xs[n - 1].w[i/dp - p]) * b[p]",
        "write `+ p`, and reverse the axis of `p` of the other operand",
        "",
    ),
    ("[i/dp] = a[i/dp, 1 + 2] * b[i/dp]", "an index of a sharded einsum has a label", ""),
    ("[i/dp] = a[i/dp + p - 1] * b[p]", "write `zero(x)[..]`, `wrap(x)[..]` or `clamp(x)[..]`", ""),
    ("[i/dp] = zero(a)[i/dp + p] * b[p]", "nothing says how long `i` is", ""),
    ("[i/dp] = a[i/dp + p]", "nothing says how long `i` is", ""),
    ("[i/dp + p] = a[i/dp] * b[p]", "the result of a sharded einsum is at labels, and not at forms of them", ""),
    ("[i/dp, j/tp] = a[i/dp + j/tp] * b[i/dp, j/tp]", "two labels of a form are sharded, `i` and `j`", ""),
    ("[i/dp, k] = a[i/dp + p] * b[k/dp + p]; p = 3", "`k` is sharded over `dp` in a form, and `i` in another", ""),
    (
        "[i/dp] = a[i/dp + p, p] * b[i + p, i + q]; i = 3, q = 3",
        "what is read at this form lies where other operands cannot be",
        "",
    ),
];

/// Brackets and parentheses before the last brackets of an operand are the user's.
#[test]
fn arithmetic_of_the_user_is_no_form() {
    for (operand, kept) in [
        ("layers[l - 1].w[i/dp, j]", "layers[l-1].w[i,j]"),
        ("f(&xs[n - 1]).view()[i/dp, j]", "f(&xs[n-1]).view()[i,j]"),
        ("conj(xs[n - 1].w[i/dp, j])", "conj(xs[n-1].w[i,j])"),
        ("xs[n + 1](3)[i/dp, j]", "xs[n+1](3)[i,j]"),
        ("xs.get(&[a - 1, b]).w[i/dp, j]", "xs.get(&[a-1,b]).w[i,j]"),
        ("f(&xs[n - 1])?[i/dp, j]", "f(&xs[n-1])?[i,j]"),
        ("f(xs[n - 1])[i/dp, j]", "f(xs[n-1])[i,j]"),
        ("zero(xs[n - 1].w)[i/dp + k - 1, j]", "xs[n-1].w[i,k,j]"),
        ("zero(f(&a))[i/dp + k - 1, j]", "f(&a)[i,k,j]"),
        ("zero(-a)[i/dp + k - 1, j]", "(-a)[i,k,j]"),
        ("zero(a + b)[i/dp + k - 1, j]", "(a+b)[i,k,j]"),
    ] {
        let given = if operand.contains('k') { "i=3,k=2" } else { "i=3" };
        let input = format!("[i/dp, j] = {operand}; {given}");
        let sharded = parse::shard::sharded(format!("krate; {input}").parse().unwrap()).unwrap();
        assert_eq!(sharded.plain.to_string().replace(' ', ""), format!("krate;[i,j]={kept};{given}"), "{input}");
        Passes::of(&input).unwrap_or_else(|errors| panic!("{input}: {errors:?}"));
    }
}

/// Sets of operands are bits of a number.
#[test]
fn operands_are_not_too_many() {
    for count in [31, 32, 70] {
        let subscripts = ["i/dp"; 70][..count].join(", ");
        let operands = [", a"; 70][..count].concat();
        match Passes::of(&format!("\"{subscripts} -> i/dp\"{operands}")) {
            Ok(_) => assert_eq!(count, 31),
            Err(errors) => {
                let [mistake] = errors.0.as_slice() else { panic!("{errors:?}") };
                assert!(
                    mistake.message.starts_with(&format!("{count} operands, where a sharded einsum has at most 31"))
                );
            }
        }
    }
}

#[test]
fn each_mistake_has_one_message_that_marks_it() {
    for (input, expected, marks) in MISTAKES {
        let is_alone = input.ends_with('"');
        let input = if is_alone {
            format!("{input}, a{}", if input.contains(',') { ", b" } else { "" })
        } else {
            input.to_owned()
        };
        let Err(errors) = Passes::of(&input) else { panic!("{input} has no mistake") };
        let [mistake] = errors.0.as_slice() else { panic!("{input}: {errors:?}") };
        assert!(mistake.message.contains(expected), "{input}: {}", mistake.message);
        if !marks.is_empty() {
            let marked = mistake.message.lines().nth(2).map(|line| line[4..].trim_end());
            assert_eq!(marked, Some(marks), "{input}: {}", mistake.message);
        }
    }
}
