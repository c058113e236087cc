//! How long a cancelled run goes on: each query of `cancel.txt` over a million rows is run once, and the time
//! between every two questions whether it is to end is noted. Then it is cancelled in the longest of these
//! times, and at seven others. Prints a table.
//!
//! `cargo bench -p kql-engine --bench cancel -- 100000 sort` measures over fewer rows what the name holds;
//! `places` prints the calls at both ends of the longest time without a question, and `once` cancels nothing,
//! for counting instructions.

// Time is what this measures.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use dlmalloc::GlobalDlmalloc;
use kql_analysis::plan::Query;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::interrupt::{CANCELLED, ask, give_back};
use kql_engine::{RunOptions, Table, TableBuilder, run};

/// Memory is taken and given back as in the page, which is where runs are cancelled.
#[global_allocator]
static MEMORY: GlobalDlmalloc = GlobalDlmalloc;

const ROWS: i64 = 1_000_000;
/// Parts of a run at whose ends it is cancelled.
const CANCELS: u32 = 8;

/// Queries with their names, one a line.
const QUERIES: &str = include_str!("cancel.txt");

thread_local! {
    /// When the run began, or was last asked about.
    static LAST: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static QUESTIONS: Cell<u32> = const { Cell::new(0) };
    /// The question before which, and at which, the calls are printed.
    static PLACE: Cell<u32> = const { Cell::new(u32::MAX - 1) };
    /// The longest time between two questions, and the number of the question that ended it.
    static LONGEST: Cell<(Duration, u32)> = const { Cell::new((Duration::ZERO, 0)) };
    /// The question from which on the run is to end.
    static CANCELLED_AT: Cell<u32> = const { Cell::new(u32::MAX) };
    /// When the user may have cancelled at the earliest: at the question before.
    static CANCELLED_SINCE: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Time that this thread has worked: other work on the machine does not count.
#[cfg(target_os = "linux")]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Time since the first call.
#[cfg(not(target_os = "linux"))]
fn now() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}

fn is_cancelled() -> bool {
    let before = LAST.get();
    note_gap();
    let is_cancelled = QUESTIONS.get() >= CANCELLED_AT.get();
    if is_cancelled && CANCELLED_SINCE.get().is_none() {
        CANCELLED_SINCE.set(Some(before));
    }
    is_cancelled
}

fn note_gap() {
    QUESTIONS.set(QUESTIONS.get() + 1);
    let now = now();
    let gap = now - LAST.get();
    if gap > LONGEST.get().0 {
        LONGEST.set((gap, QUESTIONS.get()));
    }
    LAST.set(now);
    if [PLACE.get(), PLACE.get() + 1].contains(&(QUESTIONS.get() + 1)) {
        println!("{}", Backtrace::force_capture());
        LAST.set(self::now());
    }
}

fn table(rows: i64) -> Table {
    let schema = Schema::new([
        ("t", ScalarType::DateTime),
        ("s", ScalarType::String),
        ("u", ScalarType::String),
        ("id", ScalarType::String),
        ("n", ScalarType::Long),
        ("k", ScalarType::Long),
    ]);
    let mut table = TableBuilder::new(schema);
    for row in 0..rows {
        let mixed = row.wrapping_mul(0x9e37_79b9) & 0xfff_ffff;
        table.push(
            0,
            Value::DateTime(630_822_816_000_000_000 + row * 10_000_000),
        );
        table.push_str(1, &format!("text {}", mixed % 3000));
        table.push_str(2, &format!("user {}", mixed % 700));
        table.push_str(3, &format!("{row:08x}-{mixed:x}"));
        table.push(4, Value::Long(mixed % 100_000));
        table.push(5, Value::Long(mixed % 20));
        table.end_row();
    }
    table.finish()
}

/// A query over the tables.
struct Case<'a> {
    query: Query,
    tables: &'a BTreeMap<String, Table>,
}

impl<'a> Case<'a> {
    fn new(query: &str, tables: &'a BTreeMap<String, Table>) -> Result<Self, String> {
        let mut catalog = Catalog::default();
        let schema = tables["T"].schema().clone();
        catalog.tables.insert("T".to_owned(), schema);
        let bound = bind(query, &catalog);
        let found = bound.diagnostics.into_iter().map(|found| found.message);
        let query = bound
            .query
            .ok_or_else(|| found.collect::<Vec<_>>().join(", "))?;
        Ok(Self { query, tables })
    }

    /// Runs it, cancelled at a question; how it ended, and how long it took.
    fn run(&self, cancelled_at: u32) -> (String, Duration) {
        let began = now();
        LAST.set(began);
        QUESTIONS.set(0);
        LONGEST.set(Default::default());
        CANCELLED_SINCE.set(None);
        CANCELLED_AT.set(cancelled_at);
        ask(Some(is_cancelled));
        let result = run(&self.query, self.tables, &RunOptions::default());
        let took = now() - began;
        note_gap();
        ask(None);
        let ended = match result {
            Ok(result) => format!(
                "{} rows",
                result.tables.iter().map(Table::rows).sum::<usize>()
            ),
            Err(error) => error.message,
        };
        give_back();
        (ended, took)
    }

    /// How long it may take from a cancel to the error, when the run is cancelled just after the question
    /// before one; nothing when it is done before.
    fn error_after(&self, question: u32) -> Option<Duration> {
        let (ended, _) = self.run(question);
        let since = CANCELLED_SINCE.get()?;
        (ended == CANCELLED).then(|| LAST.get().saturating_sub(since))
    }

    /// The longest of several cancels: in the longest time without a question, and spread over the run.
    fn longest_cancel(&self, longest_at: u32, questions: u32) -> Option<Duration> {
        let spread = (1..CANCELS).map(|part| questions / CANCELS * part + 1);
        let cancels = std::iter::once(longest_at).chain(spread);
        cancels
            .filter_map(|question| self.error_after(question))
            .max()
    }
}

/// Milliseconds of a time.
fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}

/// What is printed of a query.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Row,
    Once,
    Places,
}

fn measure(name: &str, query: &str, tables: &BTreeMap<String, Table>, what: What) {
    let case = match Case::new(query, tables) {
        Ok(case) => case,
        Err(error) => return println!("| {name} | {error} |"),
    };
    let (ended, took) = case.run(u32::MAX);
    let ((longest, longest_at), questions) = (LONGEST.get(), QUESTIONS.get());
    let cancel = match what {
        What::Once => None,
        _ => case.longest_cancel(longest_at, questions),
    };
    let cancel = cancel.map_or_else(|| "–".to_owned(), ms);
    let (took, longest) = (ms(took), ms(longest));
    println!("| {name} | {took}, {ended} | {longest} | {cancel} |");
    if what == What::Places {
        PLACE.set(longest_at);
        case.run(u32::MAX);
        PLACE.set(u32::MAX - 1);
    }
}

fn main() {
    let (mut rows, mut what, mut names) = (ROWS, What::Row, Vec::new());
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "once" => what = What::Once,
            "places" => what = What::Places,
            // What cargo passes.
            option if option.starts_with("--") => {}
            word => match word.parse() {
                Ok(number) => rows = number,
                Err(_) => names.push(argument),
            },
        }
    }
    let tables = BTreeMap::from([("T".to_owned(), table(rows))]);
    println!("| query | whole run | longest without asking | longest from a cancel to the error |");
    println!("|---|---|---|---|");
    let lines = QUERIES.lines().filter(|line| !line.starts_with('#'));
    for (name, query) in lines.filter_map(|line| line.split_once(": ")) {
        if names.is_empty() || names.iter().any(|part| name.contains(part.as_str())) {
            measure(name, query, &tables, what);
        }
    }
}
