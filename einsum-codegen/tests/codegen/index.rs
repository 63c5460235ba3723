//! Index notation: what is read from it, and what is said about mistakes.

use std::panic;

use einsum_codegen::{
    ast::{Beta, Group, Invocation, Mark, Subscript, Subscripts},
    error::{Errors, Mistake},
    parse,
};
use proc_macro2::{Delimiter, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// What is written, and what is read: the target, the sign, and the factors with their labels.
const VALID: [(&str, &str); 71] = [
    ("[b, i, j] = x[b, i, k] * w[j, k, l]", "[b, i, j] = x[b, i, k] * w[j, k, l]"),
    ("y[b, i, j] = x[b, i, k] * w[j, k, l]", "y[b, i, j] = x[b, i, k] * w[j, k, l]"),
    ("y[i] += x[i, j]", "y[i] += x[i, j]"),
    ("y[i] -= x[i, j]", "y[i] += - x[i, j]"),
    ("y[i] -= -x[i, j]", "y[i] += x[i, j]"),
    ("[i] = -x[i]", "[i] = - x[i]"),
    ("[i] =-x[i]", "[i] = - x[i]"),
    ("[i] = --x[i]", "[i] = x[i]"),
    ("[i] = -x[i] * -w[i]", "[i] = x[i] * w[i]"),
    ("[i] = -x[i] * -w[i]*-1.0", "[i] = - x[i] * w[i] * 1.0[]"),
    ("[batch, row] = input[batch, row]", "[batch, row] = input[batch, row]"),
    ("[i, in] = x[in, fn] * y[i, r#fn]", "[i, in] = x[in, fn] * y[i, fn]"),
    ("[r#in] = x[in, self]", "[in] = x[in, self]"),
    ("[größe] = x[größe, 漢字]", "[größe] = x[größe, 漢字]"),
    ("[.., i] = x[.., i]", "[..., i] = x[..., i]"),
    ("[..., i] = x[..., i,]", "[..., i] = x[..., i]"),
    ("[..] = alpha * x[..]", "[...] = alpha[] * x[...]"),
    ("[] = x[i] * y[i]", "[] = x[i] * y[i]"),
    ("s[] += x[i,]", "s[] += x[i]"),
    ("[] = s[]", "[] = s[]"),
    ("[i] = alpha * x[i]", "[i] = alpha[] * x[i]"),
    ("[i] = x[i] * 0.5", "[i] = x[i] * 0.5[]"),
    ("[i] = -0.5 * x[i]", "[i] = - 0.5[] * x[i]"),
    ("[i] = (a + b)[i] * x[i]", "[i] = (a + b)[i] * x[i]"),
    ("[i] = (a + b) * x[i]", "[i] = (a + b)[] * x[i]"),
    ("[i] = (1.0 / n) * x[i]", "[i] = (1.0 / n)[] * x[i]"),
    ("[i] = (v[0]) * x[i]", "[i] = (v[0])[] * x[i]"),
    ("[i] = (v[n]) * x[i]", "[i] = (v[n])[] * x[i]"),
    ("[i] = (v[n] * 2.0) * x[i]", "[i] = (v[n] * 2.0)[] * x[i]"),
    ("[i] = (*x)[i]", "[i] = (*x)[i]"),
    ("[i] = (&x)[i]", "[i] = (&x)[i]"),
    ("[j, k] = self.w[j, k]", "[j, k] = self.w[j, k]"),
    ("[i] = net.layer(0)[i]", "[i] = net.layer(0)[i]"),
    ("[i] = net.layers[0].bias[i]", "[i] = net.layers[0].bias[i]"),
    ("[i] = net.0.1[i]", "[i] = net.0.1[i]"),
    ("[i] = xs[0][i] * xs[1][j]", "[i] = xs[0][i] * xs[1][j]"),
    ("[i] = f(a * b, c)[i]", "[i] = f(a * b, c)[i]"),
    ("[i] = f(x)?[i]", "[i] = f(x)?[i]"),
    ("[i] = x.view().t()[i] * n.powi(2)", "[i] = x.view().t()[i] * n.powi(2)[]"),
    ("[i] = vec![1.0, 2.0][i]", "[i] = vec![1.0, 2.0][i]"),
    ("[i] = x[i] * scale![2]", "[i] = x[i] * scale![2][]"),
    ("[i] = ndarray::array![1.0, 2.0][i]", "[i] = ndarray::array![1.0, 2.0][i]"),
    ("[i] = [1.0, 2.0][i]", "[i] = [1.0, 2.0][i]"),
    ("[i] = load::<f32, 2>()[i, j]", "[i] = load::<f32, 2>()[i, j]"),
    ("[i] = load::<fn(u8) -> Vec<u8>, 2>()[i]", "[i] = load::<fn(u8) -> Vec<u8>, 2>()[i]"),
    ("[i] = <A as B<C, D>>::load()[i] * x[i]", "[i] = <A as B<C, D>>::load()[i] * x[i]"),
    ("[i] = <<A as B>::C as D>::E[i]", "[i] = <<A as B>::C as D>::E[i]"),
    ("[i] = ::krate::X[i]", "[i] = ::krate::X[i]"),
    ("[i] = Pair { x, w }[i]", "[i] = Pair { x, w }[i]"),
    ("[i] = unsafe { x }[i]", "[i] = unsafe { x }[i]"),
    ("[i] = conj(x[i, j]) * y[j]", "[i] = conj(x)^*[i, j] * y[j]"),
    ("[i] = conj(x)[i, j] * y[j]", "[i] = conj(x)^*[i, j] * y[j]"),
    ("[i] = conj(conj(x[i]))", "[i] = x[i]"),
    ("[i] = conj(alpha) * x[i]", "[i] = conj(alpha)^*[] * x[i]"),
    ("[i] = conj(-x[i, j] * y[j]) * z[i]", "[i] = - (conj(x)^*[i, j] * conj(y)^*[j]) * z[i]"),
    ("[i] = conj(a, b)[i]", "[i] = conj(a, b)[i]"),
    ("[i] = x.conj()[i]", "[i] = x.conj()[i]"),
    ("[i, l] = (x[i, j] * y[j, k]) * z[k, l]", "[i, l] = (x[i, j] * y[j, k]) * z[k, l]"),
    ("[i, l] = x[i, j] * -(y[j, k] * -(z[k, l] * s))", "[i, l] = x[i, j] * (y[j, k] * (z[k, l] * s[]))"),
    ("[i] = (x[i] * y[i]) * z[i]", "[i] = (x[i] * y[i]) * z[i]"),
    ("[i] = xs[n][i] * (v[n])", "[i] = xs[n][i] * (v[n])[]"),
    ("[i] = [a, b][i] * (v[a])", "[i] = [a, b][i] * (v[a])[]"),
    ("[i] = conj(x[i, n]) * (v[n])", "[i] = conj(x)^*[i, n] * (v[n])"),
    ("[i] = (2 * conj(x[i, n])) * (f(x[i]))", "[i] = (2[] * conj(x)^*[i, n]) * (f(x[i]))[]"),
    ("[i] = (x[i, j])", "[i] = (x[i, j])"),
    ("[j, k, l] = x[j, k]; l = 7", "[j, k, l] = x[j, k] ; l"),
    ("[j, in] = x[j]; in = n * 2,", "[j, in] = x[j] ; in"),
    ("y[i] = x[i], alpha = a * 2, beta = -1.0", "y[i] = x[i], alpha, beta"),
    ("self.y[i] += x[i], alpha = 2.0,; i = 3", "self.y[i] += x[i], alpha ; i"),
    ("(*y)[i] = x[i]", "(*y)[i] = x[i]"),
    ("ys[0].view_mut()[i] = x[i]", "ys[0].view_mut()[i] = x[i]"),
];

#[test]
fn notation_is_read() {
    for (written, expected) in VALID {
        let read = read(written).unwrap_or_else(|mistakes| panic!("{written}: {:?}", shown_all(&mistakes)));
        assert_eq!(shown(&read), expected, "{written}");
    }
}

/// Marks are where the labels and brackets are; the text is as written.
#[test]
fn everything_has_its_place() {
    let Ok(read) = read("y[b, .., in] += alpha *\n x . w[b, ...] * conj(z[in]), alpha = 2; b = 3") else { panic!() };
    let Subscripts { text, span, inputs, output, .. } = &read.subscripts;
    assert_eq!(text, "y[b, .., in] += alpha * x . w[b, ...] * conj(z[in])");
    assert_eq!(source(*span).replace("\n ", " "), *text);
    let output = output.as_ref().unwrap();
    assert_eq!(marks(output), ["[b, .., in]", "b", "..", "in"]);
    assert_eq!(marks(&inputs[0]), ["alpha"]);
    assert_eq!(marks(&inputs[1]), ["[b, ...]", "b", "..."]);
    assert_eq!(marks(&inputs[2]), ["[in]", "in"]);
    let operands: Vec<String> = read.operands.iter().map(|operand| source(operand.span)).collect();
    assert_eq!(operands, ["alpha", "x . w", "z"]);
    let out = read.arguments.out.unwrap();
    assert_eq!((out.source.as_str(), source(out.span)), ("y", "y".to_owned()));
    assert!(matches!(read.arguments.beta, Some(Beta::One)));
}

/// What a `macro_rules!` passes on through `$x:expr` is one value, whatever is in it.
#[test]
fn invisible_groups_are_values() {
    let invisible = |text: &str| TokenTree::from(proc_macro2::Group::new(Delimiter::None, text.parse().unwrap()));
    let mut input: TokenStream = "krate; [i] = ".parse().unwrap();
    input.extend([invisible("a + b")]);
    input.extend("[i] *".parse::<TokenStream>().unwrap());
    input.extend([invisible("v[0]")]);
    input.extend("* x".parse::<TokenStream>().unwrap());
    input.extend([TokenTree::from(proc_macro2::Group::new(Delimiter::Bracket, invisible("i").into()))]);
    assert_eq!(shown(&parse::invocation(input).unwrap()), "[i] = a + b[i] * v[0][] * x[i]");
}

/// Everything else is subscripts in a string, and operands.
#[test]
fn strings_are_told_apart() {
    let is_string = |written: &str| match read(written) {
        Ok(read) => matches!(read.subscripts.inputs[0].mark, Mark::Text(_)),
        Err(mistakes) => mistakes.0[0].message.starts_with("the subscripts must be a string literal"),
    };
    for written in [
        "\"i->i\", x",
        "\"ij->i\", x[0]; j = 3",
        "\"i->i\", x, alpha = v[0]",
        "x, w",
        "x[0], w",
        "x[0]; l = 7",
        "x, w[i, j], alpha = 2",
        "vec![1, 2], x",
        "SUBSCRIPTS[i], x, out = y[0]",
        "f(x[i, j])",
        "0[i, j] = x[i]",
    ] {
        assert!(is_string(written), "{written}");
    }
    for written in ["[i] = x[i]", "[i, j]", "x[i, j], w", "y = x[i]", "(y)[i] += 2"] {
        assert!(!is_string(written), "{written}");
    }
    let mut literal: TokenStream = "krate;".parse().unwrap();
    literal.extend([TokenTree::from(proc_macro2::Group::new(Delimiter::None, "\"i->i\"".parse().unwrap()))]);
    literal.extend(", x[0], out = y[0]".parse::<TokenStream>().unwrap());
    assert!(matches!(parse::invocation(literal).unwrap().subscripts.inputs[0].mark, Mark::Text(_)));
}

#[test]
fn functions_are_read() {
    for (written, expected) in [
        ("(x, w) -> [b, i, j] { x[b, i, k] * w[j, k, l] }", "[b, i, j] = [b, i, k] * [j, k, l]: 0 * 1"),
        ("(x, w) -> [b, i, j] { w[j, k, l] * x[b, i, k] }", "[b, i, j] = [b, i, k] * [j, k, l]: 1 * 0"),
        ("(alpha, x) -> [..] { x[..] * alpha }", "[...] = [] * [...]: 1 * 0"),
        ("(x, y, z) -> [i] { (z[i, j] * x[j, k]) * y[k] }", "[i] = [j, k] * [k] * [i, j]: (2 * 0) * 1"),
        ("(x) -> [] { x[i, i] }", "[] = [i, i]: 0"),
    ] {
        let (subscripts, mistakes) = function(written);
        assert_eq!(shown_all(&mistakes), [""; 0], "{written}");
        let inputs: Vec<String> = subscripts.inputs.iter().map(bracket).collect();
        let output = bracket(subscripts.output.as_ref().unwrap());
        let order = order(&subscripts.order, &|number| number.to_string());
        assert_eq!(format!("{output} = {}: {order}", inputs.join(" * ")), expected, "{written}");
    }
    let (subscripts, _) = function("(x, w) -> [i, k] {\n    x[i, j] *\n    w[j, k]\n}");
    assert_eq!(subscripts.text, "[i, k] = x[i, j] * w[j, k]");
}

/// Functions with mistakes have a subscript for every parameter all the same.
#[test]
fn functions_with_mistakes_have_all_subscripts() {
    for written in [
        "(x, w) -> [i] { x[i] }",
        "(x) -> [i] { x[i] * y[i] * 2.0 }",
        "(x) -> [i] { self.x[i] }",
        "(x) -> [i] { }",
        "(x, w) -> [i] { x[i], w[i] }",
    ] {
        let (subscripts, mistakes) = function(written);
        assert!(!mistakes.0.is_empty(), "{written}");
        let parameters = written.split(')').next().unwrap().split(',').count();
        assert_eq!(subscripts.inputs.len(), parameters, "{written}");
    }
}

/// Whatever the tokens are, they are read or refused.
#[test]
fn no_tokens_make_it_panic() {
    let mut random = Random(1);
    let (mut valid, mut all) = (0, 0);
    for round in 0..12_000 {
        let start = ["krate; [i] =", "krate; y[i, j] +=", "krate;", "krate; fn f(x, w) -> [i] "][round % 4];
        let mut input: TokenStream = start.parse().unwrap();
        let soup = random.soup(3);
        let is_function = round % 4 == 3;
        if is_function {
            input.extend([TokenTree::from(proc_macro2::Group::new(Delimiter::Brace, soup))]);
        } else {
            input.extend(soup);
        }
        let text = input.to_string();
        let read = panic::catch_unwind(|| {
            if is_function { parse::functions(input).is_ok() } else { parse::invocation(input).is_ok() }
        });
        valid += usize::from(read.unwrap_or_else(|_| panic!("panics on {text}")));
        all += 1;
    }
    assert!(valid > all / 20, "{valid} of {all} are valid: the soups are not well chosen");
}

fn read(written: &str) -> Result<Invocation, Errors> {
    parse::invocation(format!("krate; {written}").parse().unwrap())
}

fn function(written: &str) -> (Subscripts, Errors) {
    let mut functions = parse::functions(format!("krate; fn f{written}").parse().unwrap()).unwrap().functions;
    let function = functions.swap_remove(0);
    (function.subscripts, function.mistakes)
}

/// `y[i] += - x[i] * (w[i] * z[]), alpha ; i`
fn shown(read: &Invocation) -> String {
    let factor = |number: usize| {
        let operand = &read.operands[number];
        let conj = if operand.conj { "^*" } else { "" };
        format!("{}{conj}{}", operand.source, bracket(&read.subscripts.inputs[number]))
    };
    let out = read.arguments.out.as_ref().map_or("", |out| &out.source);
    let operator = if matches!(read.arguments.beta, Some(Beta::One)) { "+=" } else { "=" };
    let sign = if read.arguments.negated { "- " } else { "" };
    let alpha = if read.arguments.alpha.is_some() { ", alpha" } else { "" };
    let beta = if matches!(read.arguments.beta, Some(Beta::Given(_))) { ", beta" } else { "" };
    let extents = read.extents.iter().map(|extent| format!(" ; {}", extent.label)).collect::<Vec<_>>().concat();
    let output = bracket(read.subscripts.output.as_ref().unwrap());
    let product = order(&read.subscripts.order, &factor);
    format!("{out}{output} {operator} {sign}{product}{alpha}{beta}{extents}")
}

fn bracket(subscript: &Subscript) -> String {
    let names: Vec<&str> = subscript.labels.iter().map(|label| label.name.as_str()).collect();
    format!("[{}]", names.join(", "))
}

fn order(groups: &[Group], factor: &dyn Fn(usize) -> String) -> String {
    let shown = groups.iter().map(|group| match group {
        Group::Operand(number) => factor(*number),
        Group::Parentheses(groups) => format!("({})", order(groups, factor)),
    });
    shown.collect::<Vec<_>>().join(" * ")
}

fn shown_all(errors: &Errors) -> Vec<String> {
    let shown = |Mistake { span, message, .. }: &Mistake| match message.split_once("\nhelp: ") {
        Some((what, help)) => format!("{what} @ {} @ {help}", source(*span)),
        None => format!("{message} @ {}", source(*span)),
    };
    errors.0.iter().map(shown).collect()
}

/// The text from one token to another.
fn source((first, last): (Span, Span)) -> String {
    first.join(last).unwrap().source_text().unwrap()
}

/// The text of the bracket, and of every label.
fn marks(subscript: &Subscript) -> Vec<String> {
    let text = |mark: &Mark| match mark {
        Mark::Tokens(first, last) => source((*first, *last)),
        Mark::Text(_) => panic!("a mark of a string"),
    };
    let labels = subscript.labels.iter().map(|label| &label.mark);
    [&subscript.mark].into_iter().chain(labels).map(text).collect()
}

/// Xorshift, which is random enough for soups.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % 1_000_003).unwrap() % bound
    }

    fn choose<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn soup(&mut self, depth: usize) -> TokenStream {
        (0..self.below(9)).flat_map(|_| self.token(depth)).collect()
    }

    fn token(&mut self, depth: usize) -> TokenStream {
        let names = ["x", "w", "i", "self", "conj", "if", "as", "mut", "_", "let", "alpha", "unsafe", "move", "vec"];
        let literals = ["1", "2.0", "\"i\"", "'i'", "1_f32"];
        let fragments = [
            "x[i]",
            "* x[i, j]",
            "* w",
            "* conj(x[j])",
            "- x[..]",
            "* (x[i, j] * w)",
            "::<T, 2>",
            ", alpha = 2",
            "; i = 3",
        ];
        let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
        match self.below(12) {
            0 => TokenTree::from(Ident::new(self.choose(&names), Span::call_site())).into(),
            1 => TokenTree::from(self.choose(&literals).parse::<Literal>().unwrap()).into(),
            2 | 3 if depth > 0 => {
                TokenTree::from(proc_macro2::Group::new(self.choose(&delimiters), self.soup(depth - 1))).into()
            }
            4 => {
                let characters: Vec<char> = "=<>!~+-*/%^&|@.,;:#$?".chars().collect();
                let spacing = self.choose(&[Spacing::Joint, Spacing::Alone]);
                TokenTree::from(Punct::new(self.choose(&characters), spacing)).into()
            }
            _ => self.choose(&fragments).parse().unwrap(),
        }
    }
}
