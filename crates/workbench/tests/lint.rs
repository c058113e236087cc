//! The page's question about lints.

use workbench::Session;
use workbench::protocol::{Answer, FindingView, Question, Reply, Request};

fn findings(session: &mut Session) -> Vec<FindingView> {
    let request = Request::Ask {
        question: Question::Lint,
    };
    match session.handle(request, &mut |_| {}) {
        Reply::Answer {
            answer: Answer::Lint(found),
        } => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_versions_of_each_rule_are_linted() {
    let mut session = Session::new();
    let found = findings(&mut session);
    let bins: Vec<&FindingView> = found.iter().filter(|one| one.code == "RL0040").collect();
    assert_eq!(bins.len(), 2, "original and converted");
    assert!(bins.iter().any(|one| one.converted) && bins.iter().any(|one| !one.converted));
    let bin = bins[0];
    assert_eq!(bin.piece, "bin(TimeGenerated, 1h) in (firstHours)");
    assert!(bin.place.starts_with("line ") && bin.range.is_some());
    assert!(bin.level == "warning" && !bin.remedy.is_empty());
}

#[test]
fn loaded_logs_are_compared_with() {
    let mut session = Session::new();
    let request = Request::LoadSample {
        name: "hsm-all".to_owned(),
    };
    session.handle(request, &mut |_| {});
    let found = findings(&mut session);
    let absent = |one: &&FindingView| one.code == "RL0046" && one.message.contains("VAULTS");
    assert!(found.iter().filter(absent).all(|one| !one.converted));
    assert!(
        found.iter().any(|one| absent(&one)),
        "an HSM's log has no VAULTS"
    );
}
