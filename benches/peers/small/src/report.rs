//! The report of a run: a line of JSON for each row that was measured.

use std::io::Write;

pub struct Report {
    pub rounds: usize,
    filter: Option<String>,
}

impl Report {
    pub fn new(rounds: usize, filter: Option<String>) -> Self {
        Report { rounds, filter }
    }

    pub fn wants(&self, group: &str, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| format!("{group} {name}").contains(filter.as_str()))
    }

    /// A measurement, in nanoseconds for each call.
    #[allow(clippy::too_many_arguments)]
    pub fn row(&mut self, group: &str, case: &str, dtype: &str, mode: &str, peer: &str, least: f64, median: f64) {
        println!(
            r#"{{"group":"{group}","case":"{case}","type":"{dtype}","mode":"{mode}","peer":"{peer}","least":{least:.3},"median":{median:.3}}}"#
        );
        std::io::stdout().flush().unwrap();
    }

    /// A fact about the machine or a peer.
    pub fn fact(&mut self, name: &str, value: &str) {
        println!(r#"{{"fact":"{name}","value":"{}"}}"#, value.replace('"', "'").trim());
    }

    /// A peer that cannot be had, and why.
    pub fn skipped(&mut self, peer: &str, reason: &str) {
        println!(r#"{{"skipped":"{peer}","reason":"{}"}}"#, reason.replace(['"', '\n'], " "));
    }
}
