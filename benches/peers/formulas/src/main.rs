//! Answers `formulas.py`: a line of JSON for each line. `{"case": ..}` makes the operands and checks what the formula gives,
//! `{"round": ..}` times it once more.

mod operands;
mod programs;

use std::{hint::black_box, io::Write as _, sync::Mutex, thread, time::Instant};

use serde_json::{Value, json};

use crate::operands::Facts;

/// A formula on its operands.
pub struct Program<'a> {
    /// Facts of the value, and of the value and all gradients.
    facts: [Vec<Facts>; 2],
    /// The seconds that so many calls take, of the forward, and of forward and gradients.
    seconds: [&'a dyn Fn(u32) -> f64; 2],
}

/// The seconds that `calls` calls take together.
pub fn seconds<R>(calls: u32, call: impl Fn() -> R) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed().as_secs_f64()
}

fn main() {
    answer(&json!({}));
    while let Some(job) = next_job() {
        let (case, gradients) = (&job["case"], job["gradients"] == true);
        if !programs::with(case, |program| serve(&program, case, gradients)) {
            answer(&json!({"err": "no such program"}));
        }
    }
}

/// Answers for one case, until the line that ends it.
fn serve(program: &Program, case: &Value, gradients: bool) {
    let names = &["t", "tb"][..if gradients { 2 } else { 1 }];
    let calls: Vec<u32> = program.seconds.iter().map(|seconds| calls(seconds)).collect();
    let copy = (case["set"] == "stencils").then(|| Copy::new(case));
    answer(&json!({"facts": program.facts[0], "factsb": program.facts[1]}));
    while next_job().is_some_and(|job| job["round"] == true) {
        let mut reply = json!({});
        for (at, name) in names.iter().enumerate() {
            program.seconds[at](1);
            reply[name] = json!(program.seconds[at](calls[at]) / f64::from(calls[at]));
        }
        if let Some(copy) = &copy {
            reply["copied"] = json!(copy.bytes_per_second());
        }
        answer(&reply);
    }
    answer(&json!({}));
}

/// How many calls take some ten milliseconds.
fn calls(seconds: &dyn Fn(u32) -> f64) -> u32 {
    let mut calls = 1;
    while calls < 1 << 20 && seconds(calls) < 0.005 {
        calls *= 2;
    }
    calls
}

/// Two arrays of the size of the case's, to copy one into the other: what the machine's memory gives at this moment.
struct Copy {
    from: Vec<f32>,
    to: Mutex<Vec<f32>>,
}

impl Copy {
    fn new(case: &Value) -> Self {
        let len = operands::shape(case, 0).iter().product();
        Self { from: vec![1.0; len], to: Mutex::new(vec![0.0; len]) }
    }

    /// The bytes that are read and written in a second, by all threads that the process may use.
    fn bytes_per_second(&self) -> f64 {
        let mut to = self.to.lock().expect("one thread copies at a time");
        let chunk = self.from.len().div_ceil(thread::available_parallelism().map_or(1, usize::from));
        let start = Instant::now();
        thread::scope(|scope| {
            for (to, from) in to.chunks_mut(chunk).zip(self.from.chunks(chunk)) {
                scope.spawn(|| to.copy_from_slice(from));
            }
        });
        black_box(&to);
        8.0 * self.from.len() as f64 / start.elapsed().as_secs_f64()
    }
}

fn next_job() -> Option<Value> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("the parent sends text");
    (!line.is_empty()).then(|| serde_json::from_str(&line).expect("the parent sends JSON"))
}

fn answer(reply: &Value) {
    println!("{reply}");
    std::io::stdout().flush().expect("the parent listens");
}
