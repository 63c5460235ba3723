//! A line for who waits: orders of many operands are searched for seconds.

use std::{
    io::{self, IsTerminal, Write},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Does the work, and says, where somebody looks at a terminal, how long it has taken, each second.
pub(crate) fn shown<T>(work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    // The work has one end of the channel, which is gone when that is done, or panics.
    let (working, end) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || show(&end, Duration::from_secs(1), &mut io::stderr()));
        let _working = working;
        work()
    })
}

/// Writes a line over and over until the other end is gone, and then nothing over it. (What cannot be written is not missed.)
fn show(end: &Receiver<()>, period: Duration, output: &mut impl Write) {
    let begun = Instant::now();
    let mut width = 0;
    while end.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
        let line = format!("searching for the best order: {} s", begun.elapsed().as_secs());
        width = line.len();
        let _ = write!(output, "\r{line}").and_then(|()| output.flush());
    }
    if width > 0 {
        let _ = write!(output, "\r{:width$}\r", "").and_then(|()| output.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_and_taken_back() {
        let (working, end) = mpsc::channel::<()>();
        let mut output = Waiting { working: Some(working), text: String::new() };
        show(&end, Duration::from_millis(1), &mut output);
        let parts: Vec<&str> = output.text.split('\r').collect();
        let [before, line, blank, after] = parts[..] else { panic!("{parts:?}") };
        assert!(line.starts_with("searching for the best order: ") && line.ends_with(" s"), "{line}");
        assert_eq!((before, blank.trim(), blank.len(), after), ("", "", line.len(), ""));
    }

    #[test]
    fn of_quick_work_nothing_is_written() {
        let (working, end) = mpsc::channel::<()>();
        drop(working);
        let mut output = Vec::new();
        show(&end, Duration::from_secs(600), &mut output);
        assert!(output.is_empty());
    }

    /// Ends the work when a line is shown.
    struct Waiting {
        working: Option<mpsc::Sender<()>>,
        text: String,
    }

    impl Write for Waiting {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.text += &String::from_utf8_lossy(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.working = None;
            Ok(())
        }
    }
}
