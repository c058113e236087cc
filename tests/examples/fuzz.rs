//! Runs a fuzz target on damaged seeds: `cargo run --profile bench -p rulesmith-tests --example fuzz --
//! TARGET INPUTS [FIRST] [FILE…]`. Files are further seeds. What panics or takes long is written to
//! `target/fuzz`, with its seed.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a development tool reports here, and measures how long an input takes"
)]

use std::fs;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use rulesmith_tests::fuzz::{mutate, seeds, target};

/// Longest time for one input.
const LONGEST: Duration = Duration::from_secs(2);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, inputs, rest @ ..] = arguments.as_slice() else {
        println!("usage: fuzz TARGET INPUTS [FIRST] [FILE…]");
        return;
    };
    let run = target(name).expect("a target of this name");
    let inputs: u64 = inputs.parse().expect("a number of inputs");
    let first: u64 = rest.first().map_or(0, |text| text.parse().expect("a seed"));
    let mut seeds = seeds::seeds(name);
    let files = rest.iter().skip(1);
    seeds.extend(files.map(|file| fs::read(file).expect("a file of a seed")));
    let (mut panics, mut slow) = (0, 0);
    for seed in first..first + inputs {
        let input = mutate::input(&seeds, &mut mutate::Choices::new(seed));
        let start = Instant::now();
        let panicked = catch_unwind(|| run(&input)).is_err();
        let took = start.elapsed();
        if panicked || took > LONGEST {
            panics += u32::from(panicked);
            slow += u32::from(!panicked);
            println!("{name} {seed}: {took:?}, {} bytes", input.len());
            fs::create_dir_all("target/fuzz").expect("a folder for inputs");
            fs::write(format!("target/fuzz/{name}-{seed}"), &input).expect("the input is kept");
        }
    }
    println!("{name}: {inputs} inputs, {panics} panics, {slow} slow");
}
