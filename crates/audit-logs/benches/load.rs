//! Loading logs of growing length, in chunks as the page reads them.

use audit_logs::generate::{Options, generate, scenario};
use audit_logs::write::{Format, write};
use audit_logs::{Loader, load};
use divan::{Bencher, counter::BytesCount};
use kql_analysis::time::parse_datetime;

const ROWS: [usize; 3] = [10_000, 100_000, 1_000_000];
const FORMATS: [&str; 4] = ["jsonl", "csv", "raw", "jsonl.gz"];
const CHUNK: usize = 4 << 20;
/// Rows that are generated; longer logs repeat them.
const GENERATED: usize = 10_000;

fn main() {
    divan::main();
}

/// A log of so many rows: generated ones, repeated behind their header.
fn log(format: &str, rows: usize) -> Vec<u8> {
    let options = Options {
        seed: 1,
        rows: GENERATED,
        end: parse_datetime("2026-03-02T00:30:00Z").expect("a time"),
        documented_shape: false,
    };
    let sample = generate(scenario("vault-all").expect("a scenario"), &options);
    let once = write(&sample, Format::from_name(format).expect("a format"));
    let header = match format {
        "csv" => once
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1),
        _ => 0,
    };
    let mut all = once[..header].to_vec();
    // Members of a gzip file follow one another.
    (0..rows / GENERATED).for_each(|_| all.extend_from_slice(&once[header..]));
    all
}

fn cases() -> Vec<String> {
    let of = |rows: &usize| {
        FORMATS
            .iter()
            .map(move |format| format!("{rows} {format}"))
            .collect::<Vec<_>>()
    };
    ROWS.iter().flat_map(of).collect()
}

/// A file in chunks.
#[divan::bench(args = cases(), sample_count = 3, sample_size = 1)]
fn file(bencher: Bencher<'_, '_>, name: &str) {
    let (rows, format) = name.split_once(' ').expect("rows and format");
    let bytes = log(format, rows.parse().expect("a number"));
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| {
            let mut loader = Loader::new("log");
            for chunk in bytes.chunks(CHUNK) {
                loader.push(chunk);
            }
            loader.finish().expect("rows")
        });
}

/// A small file at once.
#[divan::bench]
fn small_file(bencher: Bencher<'_, '_>) {
    let bytes = log("raw", GENERATED);
    bencher.bench_local(|| load("log", &bytes).expect("rows"));
}
