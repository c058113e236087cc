//! A short run of every fuzz target on damaged seeds; `examples/fuzz.rs` runs them for longer.

use rulesmith_tests::fuzz::{mutate, seeds, target, targets};

/// Damaged inputs of each target.
const INPUTS: u64 = 150;

fn check(name: &str) {
    let run = target(name).expect("a target of this name");
    let seeds = seeds::seeds(name);
    assert!(seeds.len() > 3, "{name} has {} seeds", seeds.len());
    for seed in &seeds {
        run(seed);
    }
    for seed in 0..INPUTS {
        run(&mutate::input(&seeds, &mut mutate::Choices::new(seed)));
    }
}

#[test]
fn queries_parse() {
    check("parse");
}

#[test]
fn the_editor_answers() {
    check("editor");
}

#[test]
fn queries_run() {
    check("evaluate");
}

#[test]
fn rule_files_are_read() {
    check("rules");
}

#[test]
fn deployments_are_read() {
    check("deployments");
}

#[test]
fn logs_are_loaded() {
    check("logs");
}

#[test]
fn the_same_seed_gives_the_same_input() {
    let seeds = seeds::seeds("parse");
    let make = || mutate::input(&seeds, &mut mutate::Choices::new(7));
    assert_eq!(make(), make());
    assert_eq!(targets().len(), 6, "a target has no test here");
}
