//! Tests, rule sets and what-if questions of a session, as the page asks for them.

use workbench::protocol::{Answer, Journal, Question, Reply, Request, RuleView, TestOf, View};
use workbench::{Session, interrupt};

fn ask(session: &mut Session, question: Question) -> Answer {
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Answer { answer } => answer,
        other => panic!("{other:?}"),
    }
}

fn send(session: &mut Session, request: Request) -> (View, Journal) {
    match session.handle(request, &mut |_| {}) {
        Reply::View { view, journal } => (*view, *journal),
        other => panic!("{other:?}"),
    }
}

fn sample() -> Session {
    let mut session = Session::new();
    let name = "hsm-all".to_owned();
    send(&mut session, Request::LoadSample { name });
    session
}

fn tests(session: &mut Session) -> Vec<workbench::protocol::TestView> {
    match ask(session, Question::Tests) {
        Answer::Tests(tests) => tests,
        other => panic!("{other:?}"),
    }
}

const MASS: &str = "bundled#mass-retrieval.yaml";

/// The rule about mass retrieval in a session without decisions.
fn mass(session: &mut Session) -> RuleView {
    let journal = Journal::default();
    let (view, _) = send(session, Request::Restore { journal });
    let mut rules = view.rules.into_iter();
    rules.find(|rule| rule.key == MASS).expect("a rule")
}

#[test]
fn a_test_of_the_loaded_log_passes_until_an_edit_is_refused() {
    let mut session = sample();
    let bundled = tests(&mut session);
    assert!(
        bundled.len() >= 10 && bundled.iter().all(|test| test.passed),
        "{bundled:#?}"
    );
    send(
        &mut session,
        Request::AddTest {
            rule: MASS.to_owned(),
            of: TestOf::Log,
        },
    );
    let added = |session: &mut Session| {
        let mut all = tests(session).into_iter();
        all.find(|test| test.key == MASS && test.name.starts_with("On "))
            .expect("the test")
    };
    assert!(added(&mut session).passed);
    let rule = mass(&mut session);
    let edit = rule
        .edits
        .iter()
        .find(|edit| edit.accepted && edit.range.is_some())
        .expect("an edit")
        .id
        .clone();
    let mut session = sample();
    send(
        &mut session,
        Request::AddTest {
            rule: MASS.to_owned(),
            of: TestOf::Log,
        },
    );
    send(
        &mut session,
        Request::Decide {
            rule: MASS.to_owned(),
            edit,
            accepted: false,
        },
    );
    let failed = added(&mut session);
    assert!(!failed.passed);
    assert!(
        failed.disagreements.iter().any(|(path, ..)| path == "hit"),
        "{failed:?}"
    );
    let (_, journal) = send(
        &mut session,
        Request::RemoveTest {
            rule: MASS.to_owned(),
            number: failed.number,
        },
    );
    let mut again = Session::new();
    send(&mut again, Request::Open { journal });
    assert_eq!(tests(&mut again), tests(&mut session));
}

#[test]
fn a_session_goes_through_a_rule_set_and_opening_is_shown_first() {
    let mut session = sample();
    send(
        &mut session,
        Request::AddTest {
            rule: MASS.to_owned(),
            of: TestOf::Log,
        },
    );
    let (view, _) = send(&mut session, Request::RemoveRule { rule: view_key(2) });
    let kept = view.rules.len();
    let rule = view.rules.iter().find(|rule| rule.key == MASS);
    let edit = rule.map(|rule| rule.edits[0].id.clone());
    if let Some(edit) = edit {
        send(
            &mut session,
            Request::Decide {
                rule: MASS.to_owned(),
                edit,
                accepted: false,
            },
        );
    }
    let Answer::File(file) = ask(&mut session, Question::RuleSet) else {
        panic!("a file")
    };
    let mut other = Session::new();
    let Answer::Preview(preview) = ask(&mut other, Question::Preview(file.text.clone())) else {
        panic!("a preview")
    };
    assert_eq!(preview.rules.len(), kept);
    let changes: Vec<&String> = preview
        .rules
        .iter()
        .flat_map(|rule| &rule.changes)
        .collect();
    assert!(
        changes.iter().any(|change| change.contains("is refused")),
        "{changes:?}"
    );
    assert!(
        changes
            .iter()
            .any(|change| change.contains("tests are replaced")),
        "{changes:?}"
    );
    let (_, journal) = send(
        &mut other,
        Request::OpenRuleSet {
            name: file.name,
            text: file.text.clone(),
        },
    );
    let Answer::Preview(preview) = ask(&mut other, Question::Preview(file.text)) else {
        panic!("a preview")
    };
    assert!(
        preview.rules.iter().all(|rule| rule.changes.is_empty()),
        "{preview:?}"
    );
    let mut again = Session::new();
    send(&mut again, Request::Open { journal });
    assert_eq!(tests(&mut again), tests(&mut other));
}

fn view_key(number: usize) -> String {
    let session = Session::new();
    let keys: Vec<String> = session
        .view()
        .rules
        .iter()
        .map(|rule| rule.key.clone())
        .collect();
    keys.into_iter()
        .filter(|key| key != MASS)
        .nth(number)
        .expect("a rule")
}

#[test]
fn what_if_is_answered_on_the_loaded_log() {
    let mut session = sample();
    let Answer::Controls(controls) = ask(&mut session, Question::Controls(MASS.to_owned())) else {
        panic!("controls")
    };
    assert!(
        controls
            .iter()
            .any(|control| control.name == "readsPerOperation" && control.value == "25")
    );
    let settings = vec![("readsPerOperation".to_owned(), "100".to_owned())];
    let Answer::WhatIf(found) = ask(&mut session, Question::WhatIf(MASS.to_owned(), settings))
    else {
        panic!("an answer")
    };
    assert!(found.before.alerts > 0 && found.after.alerts == 0);
    assert!(
        found
            .differences
            .iter()
            .any(|one| one.incident && one.after.is_empty())
    );
    let question = Question::Curve(MASS.to_owned(), "readsPerOperation".to_owned());
    let Answer::Curve(curve) = ask(&mut session, question) else {
        panic!("a curve")
    };
    assert!(curve.points.iter().any(|point| point.current));
}

#[test]
fn a_test_that_comes_with_a_rule_fails_when_the_converted_query_no_longer_finds_it() {
    let mut session = sample();
    let failed = |session: &mut Session| {
        let all = tests(session).into_iter().filter(|test| !test.passed);
        all.map(|test| test.name).collect::<Vec<_>>()
    };
    assert_eq!(failed(&mut session), Vec::<String>::new());
    let rule = mass(&mut session);
    let text = rule
        .converted_query
        .replace("readsPerOperation = 25", "readsPerOperation = 26");
    send(
        &mut session,
        Request::WriteQuery {
            rule: MASS.to_owned(),
            query: Some(text),
        },
    );
    assert_eq!(
        failed(&mut session),
        ["26 reads of a key in a managed HSM, after the conversion"]
    );
}

#[test]
fn what_is_answered_to_cancelled_work_is_whole_or_nothing() {
    let mut session = sample();
    interrupt::ask(Some(|| true));
    let question = Question::Script;
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Failed { problem } => assert_eq!(problem.message, interrupt::CANCELLED),
        other => panic!("{other:?}"),
    }
    // A view is made of earlier results, by work that is not to end.
    session.handle(Request::Run { rule: None }, &mut |_| {});
    assert!(interrupt::check().is_ok());
}
