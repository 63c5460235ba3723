//! How `peers.py` is answered: operands, times and sums; of this package, and of those that `gen_worker.py` writes.

use std::{
    hint::black_box,
    io::{BufRead, Write, stdin, stdout},
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use ndarray::{Array, Dimension, IntoDimension};
use serde_json::{Value, json};

/// Seconds of a call and sums of its result; and with all gradients, if these are asked for.
pub type Reply = (f64, [f64; 2], Option<(f64, [f64; 2])>);

/// Answers one question a line, until there are no more.
pub fn serve(answer: impl Fn(&Value) -> Option<Reply>) {
    println!("{{}}");
    for line in stdin().lock().lines() {
        let job: Value = serde_json::from_str(&line.expect("a line")).expect("a question");
        let reply = match catch_unwind(AssertUnwindSafe(|| answer(&job))) {
            Ok(Some((t, chk, None))) => json!({"t": t, "chk": chk}),
            Ok(Some((t, chk, Some((tb, chkb))))) => json!({"t": t, "chk": chk, "tb": tb, "chkb": chkb}),
            Ok(None) => json!({"err": "no such case"}),
            Err(_) => json!({"err": "panicked"}),
        };
        println!("{reply}");
        stdout().flush().expect("somebody reads");
    }
}

/// The operand of this number: the same numbers as everybody's.
pub fn operand<T: Num, S: IntoDimension>(shape: S, number: u64) -> Array<T, S::Dim> {
    let shape = shape.into_dimension();
    let value = |n: u64| {
        let bits = n.wrapping_mul(2654435761).wrapping_add(number * 40503) % (1 << 32);
        T::from_f64(bits as f64 / (1u64 << 32) as f64 - 0.5)
    };
    Array::from_shape_vec(shape.clone(), (0..shape.size() as u64).map(value).collect()).expect("they fit")
}

/// Seconds that calls are timed for, at least, if nothing else is asked for.
pub const BUDGET: f64 = 0.25;

/// Median seconds of a call: samples of at least 4 ms, 5 to 41 of them, as peers are timed.
pub fn timeit<R>(budget: f64, mut call: impl FnMut() -> R) -> f64 {
    let mut time = |calls: u32| {
        let start = Instant::now();
        (0..calls).for_each(|_| drop(black_box(call())));
        start.elapsed().as_secs_f64() / f64::from(calls)
    };
    time(1);
    let mut once = time(1);
    if once < 0.02 {
        once = once.min(time(3));
    }
    let calls = ((0.004 / once.max(1e-9)) as u32).max(1);
    let (mut samples, start) = (Vec::new(), Instant::now());
    while samples.len() < 5 || (start.elapsed().as_secs_f64() < budget && samples.len() < 41) {
        samples.push(time(calls));
    }
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// Elements of the cases.
pub trait Num: Copy {
    fn from_f64(number: f64) -> Self;
    fn to_f64(self) -> f64;
}

impl Num for f32 {
    fn from_f64(number: f64) -> f32 {
        number as f32
    }
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl Num for f64 {
    fn from_f64(number: f64) -> f64 {
        number
    }
    fn to_f64(self) -> f64 {
        self
    }
}

/// The sum of all elements, and that of what they are without their signs.
pub trait Sums {
    fn sums(&self) -> [f64; 2];
}

impl<T: Num, D: Dimension> Sums for Array<T, D> {
    fn sums(&self) -> [f64; 2] {
        self.iter().fold([0.0; 2], |sums, number| add(&[sums, of_number(*number)]))
    }
}

impl Sums for f32 {
    fn sums(&self) -> [f64; 2] {
        of_number(*self)
    }
}

impl Sums for f64 {
    fn sums(&self) -> [f64; 2] {
        of_number(*self)
    }
}

fn of_number(number: impl Num) -> [f64; 2] {
    [number.to_f64(), number.to_f64().abs()]
}

/// The sums of all.
pub fn add(parts: &[[f64; 2]]) -> [f64; 2] {
    parts.iter().fold([0.0; 2], |sums, part| [sums[0] + part[0], sums[1] + part[1]])
}
