//! Gradients, tangents and gradients of gradients of every construct, against central differences of what the interpreter computes.

use super::{
    interpreter::{Array, Arrays, Number, real, run},
    text::formula,
};
use einsum_codegen::{
    grad::formula::{FormulaPrograms, FormulaVjp, adding, jvp},
    ir::formula::{Elements, Formula, TensorId, TensorKind},
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// What elements are drawn from.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Of {
    Reals,
    Positive,
    Complex,
}

/// A formula, and operands for it.
pub(crate) struct Case {
    pub(crate) formula: Formula,
    pub(crate) given: Arrays,
    pub(crate) of: Of,
    rng: ChaCha8Rng,
}

/// The step of differences, and how close they are.
const STEP: f64 = 1e-5;
const CLOSE: f64 = 2e-7;

impl Case {
    pub(crate) fn new(text: &str, shapes: &[&[usize]], of: Of, seed: u64) -> Self {
        let formula = formula(text);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut given = Arrays::new();
        for (number, shape) in shapes.iter().enumerate() {
            let id = formula.find(TensorKind::Operand(number)).expect("an operand");
            let array = match formula.tensor(id).elements {
                Elements::Numbers => random(shape, of, &mut rng),
                Elements::Indices => indices(shape, &mut rng),
            };
            given.insert(id, array);
        }
        Self { formula, given, of, rng }
    }

    /// The operands of numbers.
    fn wrt(&self) -> Vec<usize> {
        let is_number = |id: &&TensorId| self.formula.tensor(**id).elements == Elements::Numbers;
        let number = |id: &TensorId| match self.formula.tensor(*id).kind {
            TensorKind::Operand(number) => number,
            _ => unreachable!("operands are given"),
        };
        self.given.keys().filter(is_number).map(number).collect()
    }

    fn direction(&mut self, of: TensorId) -> Array {
        let array = self.given[&of].clone();
        self.random_like(&array)
    }

    fn random_like(&mut self, array: &Array) -> Array {
        let of = if self.of == Of::Positive { Of::Reals } else { self.of };
        random(&array.shape, of, &mut self.rng)
    }

    /// Whether its numbers are such that differences are exact enough.
    pub(crate) fn is_tame(&self) -> bool {
        let all = run(&self.formula, &self.given);
        let mut elements = all.values().flat_map(|array| &array.elements);
        elements.all(|number| number.re.abs() < 1e2 && number.im.abs() < 1e2)
    }

    /// Checks all derivatives of the formula.
    pub(crate) fn check(&mut self) {
        self.check_first();
        self.check_tangent();
        self.check_second();
    }

    /// Each gradient is adjoint to the difference along a direction of its operand, however it is computed.
    fn check_first(&mut self) {
        let wrt = self.wrt();
        let programs = FormulaPrograms::new(&self.formula, &wrt);
        let vjp = FormulaVjp::new(&self.formula, &wrt);
        let (y, result) = (run(&self.formula, &self.given), self.formula.results[0]);
        let dy = self.random_like(&y[&result]);
        let seed = vjp.backward.find(TensorKind::Cotangent).expect("a cotangent");

        let mut saved = run(&vjp.forward, &self.given);
        assert_close(&saved[&result], &y[&result], &vjp.forward);
        saved.retain(|id, _| vjp.saved.contains(id) || self.given.contains_key(id));
        saved.insert(seed, dy.clone());
        let gradients = run(&vjp.backward, &saved);

        for number in wrt {
            let operand = self.formula.find(TensorKind::Operand(number)).expect("it");
            let direction = self.direction(operand);
            let difference = self.difference(&self.formula, &[(operand, direction.clone())], &[result]);
            let expected = inner(&dy, &difference[0]);
            let find = |formula: &Formula| formula.find(TensorKind::Gradient(number)).expect("a gradient");
            let gradient = &gradients[&find(&vjp.backward)];
            assert_eq!(gradient.shape, direction.shape, "{vjp}");
            let found = inner(gradient, &direction);
            assert!(near(found, expected), "operand {number}: {found} for {expected}\n{}\n{vjp}", self.formula);

            for program in [&programs.backward, &programs.backward_one[&number]] {
                let seed = program.find(TensorKind::Cotangent).expect("a cotangent");
                let mut given = self.given.clone();
                given.insert(seed, dy.clone());
                assert_close(&run(program, &given)[&find(program)], gradient, program);
            }
            let program = &programs.backward_add;
            let mut given = self.given.clone();
            given.insert(program.find(TensorKind::Cotangent).expect("a cotangent"), dy.clone());
            let before = self.random_like(gradient);
            given.insert(find(program), before.clone());
            assert_close(&run(program, &given)[&find(program)], &plus(gradient, &before, 1.0), program);
        }
        assert_eq!(adding(&programs.backward), programs.backward_add);
    }

    /// The tangent is the difference along the directions of all operands.
    fn check_tangent(&mut self) {
        let wrt = self.wrt();
        let program = jvp(&self.formula, &wrt);
        let mut given = self.given.clone();
        let mut directions = Vec::new();
        for number in wrt {
            let operand = self.formula.find(TensorKind::Operand(number)).expect("it");
            let direction = self.direction(operand);
            given.insert(program.find(TensorKind::Tangent(number)).expect("a tangent"), direction.clone());
            directions.push((operand, direction));
        }
        let expected = self.difference(&self.formula, &directions, &[self.formula.results[0]]);
        let found = run(&program, &given);
        assert_close(&found[&program.results[1]], &expected[0], &program);
    }

    /// The gradients of the gradients are adjoint to their difference, along directions of the operands and of the cotangent.
    fn check_second(&mut self) {
        let vjp = FormulaVjp::new(&self.formula, &self.wrt());
        let (first, second) = (vjp.fused(), vjp.second());
        let mut case = Case { formula: first, given: self.given.clone(), of: self.of, rng: self.rng.clone() };
        let y = run(&self.formula, &self.given)[&self.formula.results[0]].clone();
        let seed = case.formula.find(TensorKind::Cotangent).expect("a cotangent");
        let dy = case.random_like(&y);
        case.given.insert(seed, dy);
        let gradients = run(&case.formula, &case.given);
        let mut given = case.given.clone();
        let mut cotangents = Vec::new();
        for &result in &case.formula.results.clone() {
            let TensorKind::Gradient(number) = case.formula.tensor(result).kind else { panic!("a gradient") };
            let cotangent = case.random_like(&gradients[&result]);
            given.insert(second.find(TensorKind::Tangent(number)).expect("it is read"), cotangent.clone());
            cotangents.push(cotangent);
        }
        let seconds = run(&second, &given);
        for &result in &second.results {
            let source = match second.tensor(result).kind {
                TensorKind::Gradient(number) => TensorKind::Operand(number),
                TensorKind::CotangentGradient => TensorKind::Cotangent,
                kind => panic!("{kind}"),
            };
            let source = case.formula.find(source).expect("a source");
            let direction = case.direction(source);
            let differences =
                case.difference(&case.formula, &[(source, direction.clone())], &case.formula.results.clone());
            let expected: f64 = cotangents.iter().zip(&differences).map(|(dy, y)| inner(dy, y)).sum();
            let found = inner(&seconds[&result], &direction);
            let name = &second.tensor(result).name;
            assert!(near(found, expected), "{name}: {found} for {expected}\nfirst\n{}\nsecond\n{second}", case.formula);
        }
        assert_eq!(second.results.len(), self.wrt().len() + 1);
    }

    /// The central difference of some tensors along directions.
    fn difference(&self, formula: &Formula, directions: &[(TensorId, Array)], of: &[TensorId]) -> Vec<Array> {
        let at = |step: f64| {
            let mut given = self.given.clone();
            for (id, direction) in directions {
                let moved = plus(&given[id], direction, step);
                given.insert(*id, moved);
            }
            run(formula, &given)
        };
        let (before, after) = (at(-STEP), at(STEP));
        of.iter().map(|id| scaled(&plus(&after[id], &before[id], -1.0), 0.5 / STEP)).collect()
    }
}

fn random(shape: &[usize], of: Of, rng: &mut ChaCha8Rng) -> Array {
    let mut one = |of| {
        let size: f64 = rng.random_range(0.3..1.7);
        let sign = if of == Of::Positive || rng.random_bool(0.5) { 1.0 } else { -1.0 };
        size * sign
    };
    let mut number = || Number { re: one(of), im: if of == Of::Complex { one(of) } else { 0.0 } };
    let elements = (0..shape.iter().product()).map(|_| number()).collect();
    Array { shape: shape.to_vec(), elements }
}

/// Indices below 3.
fn indices(shape: &[usize], rng: &mut ChaCha8Rng) -> Array {
    let elements = (0..shape.iter().product()).map(|_| real(f64::from(rng.random_range(0..3)))).collect();
    Array { shape: shape.to_vec(), elements }
}

pub(crate) fn plus(a: &Array, b: &Array, times: f64) -> Array {
    assert_eq!(a.shape, b.shape);
    let elements = a.elements.iter().zip(&b.elements).map(|(a, b)| *a + *b * real(times)).collect();
    Array { shape: a.shape.clone(), elements }
}

fn scaled(a: &Array, by: f64) -> Array {
    Array { shape: a.shape.clone(), elements: a.elements.iter().map(|a| *a * real(by)).collect() }
}

/// The real inner product, by which gradients of complex numbers are defined.
fn inner(a: &Array, b: &Array) -> f64 {
    assert_eq!(a.shape, b.shape);
    a.elements.iter().zip(&b.elements).map(|(a, b)| a.re * b.re + a.im * b.im).sum()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= CLOSE * (1.0 + expected.abs()) * 10.0
}

fn assert_close(found: &Array, expected: &Array, formula: &Formula) {
    assert_eq!(found.shape, expected.shape, "{formula}");
    for (found, expected) in found.elements.iter().zip(&expected.elements) {
        assert!(near(found.re, expected.re) && near(found.im, expected.im), "{found:?} for {expected:?}\n{formula}");
    }
}

fn check(text: &str, shapes: &[&[usize]], of: Of) {
    for seed in 0..3 {
        Case::new(text, shapes, of, seed).check();
    }
}

#[test]
fn products_of_one_two_and_three() {
    for of in [Of::Reals, Of::Complex] {
        check("x: 2\ny[i] = sum[j](x[i, j])", &[&[2, 3]], of);
        check("x: 2, w: 2\ny[i, j] = sum[k](x[i, k] * w[k, j])", &[&[2, 3], &[3, 5]], of);
        check("x: 2, w: 2, v: 1\ny[i] = sum[k, j](x[i, k] * w[k, j] * v[j])", &[&[2, 3], &[3, 5], &[5]], of);
        check("x: 2\ny[i, j] = sum[k](x[i, k] * x[j, k])", &[&[2, 3]], of);
        check("x: 2, w: 2\ny[i, j] = sum[k](conj(x)[i, k] * w[k, j])", &[&[2, 3], &[3, 2]], of);
        check("x: 1, w: 1\ny[i] = x[i] * conj(x[i] * exp(w[i])) + w[i] * w[i]", &[&[3], &[3]], of);
        check("x: 1, w: 1, s: 0\ny[i] = s[] * exp(x[i]) / w[i] - x[i] / conj(w)[i]", &[&[3], &[3], &[]], of);
    }
}

#[test]
fn extents_of_0_and_1() {
    check("x: 2, w: 2\ny[i, j] = sum[k](x[i, k] * w[k, j])", &[&[2, 0], &[0, 5]], Of::Reals);
    check("x: 2, w: 2\ny[i, j] = sum[k](x[i, k] * w[k, j])", &[&[0, 3], &[3, 5]], Of::Reals);
    check("x: 2, b: 1\ny[i] = max[k](x[i, k] + b[k])", &[&[1, 1], &[1]], Of::Reals);
    check("x: 2\ny[i] = prod[k](x[i, k])", &[&[3, 0]], Of::Reals);
}

#[test]
fn what_is_read_and_written_at_forms() {
    check("x: 1, w: 1\np: p in w[0]\ni: 2*i + p in x[0]\ny[i] = sum[p](x[2*i + p] * w[p])", &[&[7], &[3]], Of::Complex);
    for outside in ["zero", "wrap", "clamp"] {
        let text = format!("x: 1, w: 1\np: p in w[0]\ni: i in x[0]\ny[i] = sum[p]({outside}(x)[i + 2*p - 3] * w[p])");
        check(&text, &[&[5], &[4]], Of::Complex);
        let text = format!("x: 1, b: 1\nz[i] = {outside}(b)[3 - i]\ny[i] = tanh(x[i] * z[i] + {outside}(x)[i + 4])");
        check(&text, &[&[5], &[2]], Of::Reals);
    }
    check("x: 1, w: 1\ny[2*i + p + 1] = x[i] * w[p]", &[&[3], &[4]], Of::Complex);
    check("x: 2\ny[i] = x[i, i] * x[i, i]", &[&[3, 3]], Of::Reals);
    check("x: 1\nj: j in x[0]\nz[i, i] = x[i]\ny[i, j] = exp(z[i, j])", &[&[3]], Of::Reals);
    check("x: 1\ni: i + 1 in x[0]\ny[] = sum[i](abs(x[i + 1] - x[i]))", &[&[5]], Of::Reals);
}

#[test]
fn gathers() {
    check("x: 2, t: 1 indices\ny[l, c] = x[t[l], c]", &[&[3, 2], &[5]], Of::Complex);
    check("x: 2, t: 2 indices, w: 1\ny[l] = sum[b](exp(x[t[l, b], l] * w[b]))", &[&[3, 2], &[2, 4], &[4]], Of::Reals);
    check("x: 1, t: 1 indices\nz[i] = x[i]\nz[t[l]] += x[l] * x[l]\ny[i] = sin(z[i])", &[&[4], &[4]], Of::Reals);
    check("x: 2\nm[i] = argmax[j](x[i, j])\ny[i] = exp(x[i, m[i]])", &[&[3, 4]], Of::Reals);
    check("x: 1, t: 1 indices\ny[i] = clamp(x)[t[i]] * x[i]", &[&[2], &[2]], Of::Reals);
}

#[test]
fn reductions() {
    for reduction in ["max", "min", "prod", "sum"] {
        check(&format!("x: 2\ny[i] = {reduction}[j](x[i, j])"), &[&[3, 4]], Of::Reals);
        check(
            &format!("x: 2, w: 2\ny[i, j] = {reduction}[k](x[i, k] + w[k, j] * x[i, k])"),
            &[&[2, 3], &[3, 2]],
            Of::Reals,
        );
        check(
            &format!("x: 2\nz[i] = {reduction}[j](sin(x[i, j]))\nz[i] += x[i, 0]\ny[i] = exp(z[i])"),
            &[&[3, 4]],
            Of::Reals,
        );
        check(&format!("x: 2\ny[] = {reduction}[i, j](x[i, j])"), &[&[3, 2]], Of::Reals);
    }
}

#[test]
fn locals_that_are_read_several_times() {
    let softmax =
        "x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\nl[i] = sum[j](p[i, j])\ny[i, j] = p[i, j] / l[i]";
    check(softmax, &[&[2, 5]], Of::Reals);
    let by_hand = "x: 2\nm[i] = max[j](x[i, j])\nl[i] = sum[j](exp(x[i, j] - m[i]))\ny[i] = ln(l[i]) + m[i]";
    check(by_hand, &[&[2, 5]], Of::Reals);
    for other in ["l[j] = sum[i](p[i, j])\ny[i, j] = p[i, j] / l[j]", "y[i, j] = p[i, j] * p[i, j]"] {
        check(&format!("x: 2\nm[i] = max[j](x[i, j])\np[i, j] = exp(x[i, j] - m[i])\n{other}"), &[&[3, 3]], Of::Reals);
    }
    let attention = "q: 2, k: 2, v: 2
        s[i, j] = sum[e](q[i, e] * k[j, e])
        m[i] = max[j](s[i, j])
        p[i, j] = select(j <= i, exp(s[i, j] - m[i]), 0)
        l[i] = sum[j](p[i, j])
        t[i, d] = sum[j](p[i, j] * v[j, d])
        y[i, d] = t[i, d] / l[i]";
    check(attention, &[&[3, 2], &[3, 2], &[3, 4]], Of::Reals);
    let norm = "x: 2, g: 1
        m[b] = sum[j](x[b, j])
        c[b, j] = x[b, j] - m[b] / extent(j)
        v[b] = sum[j](c[b, j] * c[b, j])
        y[b, j] = c[b, j] / sqrt(v[b] / extent(j) + 0.1) * g[j]";
    check(norm, &[&[2, 5], &[5]], Of::Reals);
    check("x: 1\na[i] = exp(x[i])\nb[i] = a[i]\ny[i] = a[i] * b[i] + b[i]", &[&[3]], Of::Complex);
    check(
        "x: 2, w: 2\nh[i] = tanh(w[i, 0])\ny[i] = sum[j](h[i] * sigmoid(x[i, j] * h[j]))",
        &[&[3, 3], &[3, 2]],
        Of::Reals,
    );
}

#[test]
fn every_function() {
    for function in super::text::FUNCTIONS {
        let name = function.to_string();
        let of = if matches!(&*name, "ln" | "ln_1p" | "sqrt" | "powf" | "recip") { Of::Positive } else { Of::Reals };
        let text = match name.as_str() {
            "max" | "min" | "powf" => format!("x: 2, w: 1\ny[i, j] = {name}(x[i, j] * w[j], w[i]) * x[i, j]"),
            "negate" => "x: 2, w: 1\ny[i, j] = -(x[i, j] * w[j]) * w[i]".to_owned(),
            // Its derivative is 0 and not the difference.
            "stop" => continue,
            _ => format!("x: 2, w: 1\ny[i, j] = {name}(x[i, j] * w[j] + 0.1) * w[i]"),
        };
        check(&text, &[&[3, 3], &[3]], of);
        let alone = text.replace(" * w[i]", "").replace(") * x[i, j]", ")");
        check(&alone, &[&[3, 3], &[3]], of);
    }
    for power in [-3, -1, 0, 1, 2, 3, 5] {
        check(&format!("x: 2, w: 1\ny[i] = sum[j](powi(x[i, j] * w[j], {power}))"), &[&[3, 3], &[3]], Of::Reals);
    }
    check("x: 1\ny[i] = powf(x[i], 2.5) + powf(2, x[i]) * powf(x[i], 0)", &[&[3]], Of::Positive);
}

#[test]
fn choices_and_indices_as_numbers() {
    check("x: 1, w: 1\ny[i] = select(x[i] < w[i], x[i] * w[i], exp(x[i]))", &[&[5], &[5]], Of::Reals);
    check(
        "x: 1, w: 1\ny[i] = sum[j](select((i <= j && !(j == 2*i)), x[i] * w[j], index(i + 2*j) * x[j]))",
        &[&[4], &[4]],
        Of::Complex,
    );
    check("x: 1\ny[i] = x[i] * select((x[i] > 0 || i == 1), ln(abs(x[i])), x[i]) / extent(i)", &[&[5]], Of::Reals);
}

#[test]
fn functions_of_the_users() {
    let mut case = Case::new("x: 1, w: 1\ny[i] = user0(x[i] * w[i]) + user1(x[i], w[i])", &[&[3], &[3]], Of::Reals, 0);
    case.check_first();
    case.check_tangent();
    case.check_second();
    let second = FormulaVjp::new(&case.formula, &[0, 1]).second().to_string();
    assert!(second.contains("user1'0'1(x[i], w[i])"), "{second}");
    let linear = FormulaVjp::new(&formula("x: 1, w: 1\ny[i] = w[i] * stop(user0(x[i]))"), &[0, 1]);
    assert!(!linear.second().to_string().contains("'0"), "a derivative of what is constant");
}

#[test]
fn repeated_axes_of_extent_1() {
    for text in ["x: 2, w: 2\ny[i, j] = x[i, j] * w[i, j]", "x: 2, w: 2\ny[i, j] = gelu(x[i, j] * w[i, j]) + w[i, j]"] {
        for shapes in [[&[1, 3], &[2, 3]], [&[2, 1], &[1, 3]], [&[1, 1], &[2, 3]]] {
            let mut case = Case::new(text, &[], Of::Reals, 0);
            case.formula.broadcasts = true;
            for (number, shape) in shapes.iter().enumerate() {
                let id = case.formula.find(TensorKind::Operand(number)).expect("it");
                let array = random(*shape, Of::Reals, &mut case.rng);
                case.given.insert(id, array);
            }
            case.check();
        }
    }
}

/// A gradient is a formula: the third derivative of a function of one number.
#[test]
fn gradients_are_differentiated_again() {
    let mut first = FormulaVjp::new(&formula("x: 1\ny[i] = x[i] * x[i] * x[i] * x[i]"), &[0]).fused();
    let (mut factor, mut expected) = (4.0, 3);
    for _ in 0..3 {
        // The cotangent is one, and what was given and computed is now the only operand and the result.
        let seed = first.find(TensorKind::Cotangent).expect("a cotangent");
        let x = first.find(TensorKind::Operand(0)).expect("an operand");
        let given = Arrays::from([
            (x, Array { shape: vec![1], elements: vec![real(1.5)] }),
            (seed, Array { shape: vec![1], elements: vec![real(1.0)] }),
        ]);
        let given = match first.find(TensorKind::Operand(1)) {
            Some(_) => first
                .tensors
                .iter()
                .enumerate()
                .filter(|(_, tensor)| tensor.kind.is_given())
                .map(|(id, tensor)| {
                    let value = if tensor.kind == TensorKind::Operand(0) { 1.5 } else { 1.0 };
                    (TensorId(id), Array { shape: vec![1], elements: vec![real(value)] })
                })
                .collect(),
            None => given,
        };
        let found = run(&first, &given)[&first.results[0]].elements[0].re;
        assert!(near(found, factor * 1.5f64.powi(expected)), "{found}\n{first}");
        let others = first.tensors.iter().filter(|tensor| matches!(tensor.kind, TensorKind::Operand(_))).count();
        first.tensors[seed.0].kind = TensorKind::Operand(others);
        let result = first.results[0].0;
        first.tensors[result].kind = TensorKind::Result;
        first = FormulaVjp::new(&first, &[0]).fused();
        factor *= f64::from(expected);
        expected -= 1;
    }
}
