//! The jobs that are started, and how they have to end.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a job with a fault may take until all ranks have ended: seconds where a hang would be forever.
const FAULT: Duration = Duration::from_secs(20);

/// How long any job may take: seconds, and on a machine that is busy with something else minutes.
const HANG: Duration = Duration::from_secs(600);

struct Ended {
    code: Option<i32>,
    output: String,
    time: Duration,
}

pub(crate) fn run() {
    for ranks in 1..=4 {
        let job = end(start(ranks, "cases"));
        assert!(job.code == Some(0), "cases on {ranks} ranks: {:?}\n{}", job.code, job.output);
        print!("{:6.1} s  {}", job.time.as_secs_f32(), job.output);
    }
    panics("panic", "rank 2 has had enough");
    panics("worker", "a thread of rank 2 has had enough");
    extents_differ("extents", "ranks have different extents of a tensor that all should have: from 3 to 4");
    extents_differ("moves", "ranks have different extents of axis 1 in `all_reduce`: from 3 to 4");
    rank_is_killed();
    job_is_resumed();
}

/// A rank panics, and all end: with its message, with an exit code that is not 0, soon.
fn panics(program: &str, message: &str) {
    let job = end(start(4, program));
    report(program, &job);
    assert!(
        job.output.contains(message) && job.output.contains("rank 2 of 4 panicked: all ranks end"),
        "{}",
        job.output
    );
    assert!(job.code.is_some_and(|code| code != 0) && job.time < FAULT, "{:?} after {:?}", job.code, job.time);
}

/// Extents that are not those of all ranks are an error on all of them.
fn extents_differ(program: &str, message: &str) {
    let job = end(start(4, program));
    report(program, &job);
    for rank in 0..4 {
        let line = format!("rank {rank}: {message}");
        assert!(job.output.contains(&line), "{}", job.output);
    }
    assert!(job.code == Some(0) && job.time < FAULT, "{:?} after {:?}", job.code, job.time);
}

/// A rank is killed from outside, and all end.
fn rank_is_killed() {
    let mut job = start(4, "endless");
    let mut process = None;
    let mut lines = BufReader::new(job.stdout.take().unwrap()).lines();
    while process.is_none() {
        let line = lines.next().unwrap().unwrap();
        process = line.strip_prefix("rank 1 is process ").map(str::to_owned);
    }
    let killed = Instant::now();
    assert!(Command::new("kill").args(["-9", &process.unwrap()]).status().unwrap().success());
    // (Its output is read on, so that nobody waits to write.)
    thread::spawn(move || lines.for_each(drop));
    let job = Ended { time: killed.elapsed(), ..end(job) };
    let job = Ended { time: killed.elapsed(), ..job };
    report("killed", &job);
    assert!(job.code != Some(0) && job.time < FAULT, "{:?} after {:?}", job.code, job.time);
}

/// A job that was ended in the middle goes on at its last checkpoint, and ends as one that was not.
fn job_is_resumed() {
    let directory = env::temp_dir().join(format!("einsum-mpi-resume-{}", process::id()));
    let run = |name: &str, arguments: &[&str]| {
        let mut program = program("resume");
        let job = end(launch(3, program.arg(directory.join(name)).args(arguments)));
        report("resume", &job);
        job
    };
    let whole = run("whole", &[]);
    let broken = run("resumed", &["37"]);
    let resumed = run("resumed", &[]);
    assert!(whole.output.contains("starts at step 0") && whole.code == Some(0), "{}", whole.output);
    assert!(broken.output.contains("told to panic at step 37") && broken.code == Some(101), "{}", broken.output);
    assert!(resumed.output.contains("starts at step 30"), "{}", resumed.output);
    let value = |job: &Ended| job.output.split_once("the largest eigenvalue is ").map(|(_, value)| value.to_owned());
    assert!(value(&whole).is_some() && value(&whole) == value(&resumed), "{}\n{}", whole.output, resumed.output);
    fs::remove_dir_all(directory).unwrap();
}

fn report(name: &str, job: &Ended) {
    println!("{:6.1} s  {name}: ended with {:?}", job.time.as_secs_f32(), job.code);
}

/// Starts a program of this test on so many ranks.
fn start(ranks: usize, program: &str) -> Child {
    launch(ranks, &self::program(program))
}

/// This program, which is then that one.
fn program(name: &str) -> Command {
    let mut program = Command::new(env::current_exe().unwrap());
    program.env("EINSUM_MPI_TEST", name);
    program
}

/// Starts a program on so many ranks, also as root, on fewer processors, and on any of them: a rank that is bound to one waits for what else
/// runs there.
fn launch(ranks: usize, program: &Command) -> Child {
    let launcher = env::var("EINSUM_MPIRUN").unwrap_or_else(|_| "mpirun".to_owned());
    Command::new(launcher)
        .args(["-n", &ranks.to_string()])
        .arg(program.get_program())
        .args(program.get_args())
        .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .env("OMPI_MCA_rmaps_base_oversubscribe", "1")
        .env("OMPI_MCA_mpi_yield_when_idle", "1")
        .env("OMPI_MCA_hwloc_base_binding_policy", "none")
        .env("PRTE_MCA_hwloc_default_binding_policy", "none")
        .env("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("an MPI is installed, with its `mpirun`")
}

/// Waits for the end of a job, which it kills if there is none.
fn end(mut job: Child) -> Ended {
    let begun = Instant::now();
    let stdout = job.stdout.take().map(reader);
    let stderr = job.stderr.take().map(reader);
    let status = loop {
        if let Some(status) = job.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > HANG {
            job.kill().unwrap();
            break job.wait().unwrap();
        }
        thread::sleep(Duration::from_millis(20));
    };
    let time = begun.elapsed();
    let output = [stdout, stderr].into_iter().flatten().map(|reader| reader.join().unwrap()).collect();
    Ended { code: status.code(), output, time }
}

fn reader(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        from.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    })
}
