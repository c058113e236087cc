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

fn query(session: &mut Session, key: &str) -> String {
    let request = Request::SetNow {
        now: "2026-03-02T00:00:00Z".to_owned(),
    };
    let Reply::View { view, .. } = session.handle(request, &mut |_| {}) else {
        panic!("a view");
    };
    let rule = view.rules.iter().find(|rule| rule.key == key);
    rule.expect("the rule").converted_query.clone()
}

#[test]
fn a_finding_is_allowed_by_a_comment_and_other_edits_stay() {
    let mut session = Session::new();
    let bins = |session: &mut Session| {
        let all = findings(session).into_iter();
        all.filter(|one| one.code == "RL0040" && one.converted)
            .collect::<Vec<_>>()
    };
    let found = bins(&mut session).remove(0);
    assert_eq!(found.allowed, None);
    let before = query(&mut session, &found.rule);
    let allow = |reason: &str| Request::AllowFinding {
        rule: found.rule.clone(),
        number: found.number,
        reason: reason.to_owned(),
    };
    let refused = session.handle(allow(" "), &mut |_| {});
    assert!(matches!(refused, Reply::Failed { .. }), "{refused:?}");
    let done = session.handle(allow("hours are meant"), &mut |_| {});
    assert!(matches!(done, Reply::View { .. }), "{done:?}");
    let after = query(&mut session, &found.rule);
    let comment = " // rulesmith-allow RL0040: hours are meant";
    assert_eq!(after.replace(comment, ""), before);
    let found = bins(&mut session).remove(0);
    assert_eq!(found.allowed.as_deref(), Some("hours are meant"));
}

fn sarif(session: &mut Session, converted: bool) -> serde_json::Value {
    let request = Request::Ask {
        question: Question::Sarif(converted),
    };
    let Reply::Answer {
        answer: Answer::File(file),
    } = session.handle(request, &mut |_| {})
    else {
        panic!("a file");
    };
    serde_json::from_str(&file.text).expect("JSON")
}

#[test]
fn findings_as_sarif_have_places_in_the_exported_files() {
    let mut session = Session::new();
    let counted = findings(&mut session)
        .iter()
        .filter(|one| one.converted)
        .count();
    let log = sarif(&mut session, true);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), counted);
    let bin = results.iter().find(|one| one["ruleId"] == "RL0040");
    let physical = &bin.expect("the trap")["locations"][0]["physicalLocation"];
    assert!(
        physical["region"]["startLine"].as_u64() > Some(10),
        "{physical}"
    );
    let uri = physical["artifactLocation"]["uri"]
        .as_str()
        .expect("a file");
    assert!(uri.ends_with(".yaml") && !uri.contains(' '), "{uri}");
    assert!(
        !sarif(&mut session, false)["runs"][0]["results"]
            .as_array()
            .expect("results")
            .is_empty()
    );
}
