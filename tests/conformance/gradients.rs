//! Gradients against those of torch and JAX, from `gradients.csv`, which says how they were made.

use std::{collections::BTreeMap, fs};

use ndarray::ArrayD;

use crate::{
    case::{self, Case, Fate},
    check::{Vjp, operand},
    generated_dynamic, generated_static, site,
    values::in_parallel,
};

/// Of numbers that are rounded, relative to the largest.
const MOST_ERROR: f64 = 1e-12;

#[test]
fn valid_cases_have_the_gradients_of_torch_and_jax() {
    let (asked, skipped) = read();
    let cases = case::all().into_iter().filter(|case| case.fate == Fate::Runs).collect::<Vec<_>>();
    let (cases, others): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| asked.contains_key(&case.number));
    let compared: Vec<Compared> = in_parallel(&cases, |case| compare(case, &asked[&case.number]));
    println!(
        "{} cases compared with torch and JAX: {} gradients of integers, all equal; {} of rounded numbers, of which the \
         largest relative error is {:.1e}",
        cases.len(),
        compared.iter().map(|compared| compared.exact).sum::<usize>(),
        compared.iter().map(|compared| compared.rounded).sum::<usize>(),
        compared.iter().map(|compared| compared.error).fold(0.0, f64::max),
    );
    println!("{} cases skipped:", others.len());
    for case in &others {
        let why = skipped.get(&case.number).map_or("numpy rejects it, so that nobody was asked", String::as_str);
        println!("    {}, {:?}: {why}", case.number, case.spec);
    }
    assert_eq!((cases.len(), others.len()), (380, 13), "cases compared, and skipped");
}

/// How many gradients were compared for a case, and how far the rounded ones are off.
#[derive(Default)]
struct Compared {
    exact: usize,
    rounded: usize,
    error: f64,
}

fn compare(case: &Case, rows: &[Row]) -> Compared {
    let of_static = site::find(generated_static::SITES, case.number);
    let of_dynamic = site::find(generated_dynamic::SITES, case.number);
    let mut compared = Compared::default();
    for vjp in of_static.into_iter().chain(of_dynamic) {
        for of_divisor in rows.chunk_by(|row, next| row.divisor == next.divisor) {
            let divisor = of_divisor[0].divisor;
            let gradients = gradients(case, vjp, divisor);
            assert_eq!(gradients.len(), of_divisor.len(), "{case:?}");
            let errors = gradients.iter().zip(of_divisor).map(|(gradient, row)| row.error(gradient));
            let error = errors.fold(0.0, f64::max);
            // Integers are exact.
            let (count, most) =
                if divisor == 1.0 { (&mut compared.exact, 0.0) } else { (&mut compared.rounded, MOST_ERROR) };
            assert!(error <= most, "{case:?}, all divided by {divisor}: the error is {error:e}");
            *count += gradients.len();
            compared.error = compared.error.max(error);
        }
    }
    compared
}

/// Our gradients, for operands and a cotangent that are divided.
fn gradients(case: &Case, vjp: Vjp<f64>, divisor: f64) -> Vec<ArrayD<f64>> {
    let divided = |(number, shape): (usize, &Vec<usize>)| operand(number, shape) / divisor;
    let operands: Vec<_> = case.shapes.iter().chain([&case.out_shape]).enumerate().map(divided).collect();
    let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
    let (cotangent, views) = views.split_last().expect("the cotangent is the last");
    vjp(views, Some(cotangent)).1
}

/// What torch and JAX say about one gradient.
struct Row {
    divisor: f64,
    sum: f64,
    sum_of_absolutes: f64,
    step: usize,
    /// The first, and each `step` further.
    elements: Vec<f64>,
}

impl Row {
    fn new(divisor: &str, columns: &[&str]) -> Self {
        let [sum, sum_of_absolutes, step, elements] = columns else { panic!("{columns:?}") };
        let number = |text: &str| text.parse::<f64>().unwrap();
        Self {
            divisor: number(divisor),
            sum: number(sum),
            sum_of_absolutes: number(sum_of_absolutes),
            step: step.parse().unwrap(),
            elements: elements.split_whitespace().map(number).collect(),
        }
    }

    /// The largest difference to a gradient: of an element, relative to the largest; of a sum, to that of absolute
    /// values. Never a NaN, which would pass for small.
    fn error(&self, gradient: &ArrayD<f64>) -> f64 {
        let elements: Vec<f64> = gradient.iter().copied().step_by(self.step).collect();
        assert_eq!(elements.len(), self.elements.len(), "so many elements");
        assert!(gradient.iter().all(|element| element.is_finite()));
        let largest = gradient.iter().map(|element| element.abs()).fold(0.0, f64::max);
        let of_elements = elements.iter().zip(&self.elements).map(|(ours, theirs)| relative(*ours, *theirs, largest));
        let of_sums = [(sum(gradient), self.sum), (sum(&gradient.abs()), self.sum_of_absolutes)];
        let of_sums = of_sums.map(|(ours, theirs)| relative(ours, theirs, self.sum_of_absolutes));
        of_elements.chain(of_sums).fold(0.0, f64::max)
    }
}

/// By parts, so that millions of elements do not add up more errors than numpy's sum does.
fn sum(array: &ArrayD<f64>) -> f64 {
    let elements: Vec<f64> = array.iter().copied().collect();
    elements.chunks(1024).map(|part| part.iter().sum::<f64>()).sum()
}

fn relative(ours: f64, theirs: f64, scale: f64) -> f64 {
    if ours == theirs { 0.0 } else { (ours - theirs).abs() / scale }
}

/// The rows of every case, and why cases have none.
fn read() -> (BTreeMap<usize, Vec<Row>>, BTreeMap<usize, String>) {
    let (mut asked, mut skipped) = (BTreeMap::<_, Vec<Row>>::new(), BTreeMap::new());
    let text = fs::read_to_string(case::path("gradients.csv")).unwrap();
    for line in text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        match line.split(',').collect::<Vec<_>>()[..] {
            [number, "skipped", why] => drop(skipped.insert(number.parse().unwrap(), why.to_owned())),
            [number, _by, divisor, operand, ref columns @ ..] => {
                let rows = asked.entry(number.parse().unwrap()).or_default();
                let of_divisor = rows.iter().filter(|row| row.divisor == divisor.parse::<f64>().unwrap());
                assert_eq!(of_divisor.count().to_string(), operand, "{line}");
                rows.push(Row::new(divisor, columns));
            }
            _ => panic!("{line}"),
        }
    }
    (asked, skipped)
}
