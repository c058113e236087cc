//! Rules are converted the way that was chosen, and the rules about Managed HSMs can be added.

use workbench::Session;
use workbench::protocol::{Answer, Question, Reply, Request, View, Way};

fn view(session: &mut Session, request: Request) -> View {
    match session.handle(request, &mut |_| {}) {
        Reply::View { view, .. } => *view,
        other => panic!("{other:?}"),
    }
}

fn convert(session: &mut Session, profile: &str, widen: bool) -> View {
    let way = Way {
        profile: profile.to_owned(),
        widen,
    };
    view(session, Request::Convert { way })
}

#[test]
fn widened_rules_watch_both_kinds() {
    let mut session = Session::new();
    let before = view(
        &mut session,
        Request::SetNow {
            now: "2026-03-02T00:30:00Z".to_owned(),
        },
    );
    let widened = convert(&mut session, "", true);
    for (replaced, both) in before.rules.iter().zip(&widened.rules) {
        assert!(
            !replaced.converted_query.contains("\"VAULTS\""),
            "{}",
            replaced.name
        );
        for kind in ["\"VAULTS\"", "\"MANAGEDHSMS\""] {
            assert!(both.converted_query.contains(kind), "{}: {kind}", both.name);
        }
    }
    // A reload comes back to it.
    let Reply::View { journal, .. } = session.reply() else {
        panic!("no view");
    };
    let again = view(&mut Session::new(), Request::Open { journal: *journal });
    assert!(again.way.widen);
    assert_eq!(
        again.rules[0].converted_query,
        widened.rules[0].converted_query
    );
    let back = convert(&mut session, "", false);
    assert_eq!(
        back.rules[0].converted_query,
        before.rules[0].converted_query
    );
}

#[test]
fn a_profile_is_chosen_by_its_id() {
    let mut session = Session::new();
    let first = convert(&mut session, "", false);
    let other = first.profiles[1].0.clone();
    let moved = convert(&mut session, &other, false);
    assert_ne!(
        moved.rules[0].converted_query,
        first.rules[0].converted_query
    );
    let way = Way {
        profile: "none".to_owned(),
        widen: false,
    };
    let Reply::Failed { problem } = session.handle(Request::Convert { way }, &mut |_| {}) else {
        panic!("an unknown profile was taken");
    };
    assert!(problem.remedy.contains(&other), "{problem:?}");
}

#[test]
fn the_pack_brings_its_tests() {
    let mut session = Session::new();
    let before = session.view().rules.len();
    let after = view(&mut session, Request::AddPack);
    assert!(after.problems.is_empty(), "{:?}", after.problems);
    assert!(after.rules.len() >= before + 8);
    let question = Question::Tests;
    let Reply::Answer {
        answer: Answer::Tests(tests),
    } = session.handle(Request::Ask { question }, &mut |_| {})
    else {
        panic!("no tests");
    };
    for rule in &after.rules[before..] {
        let own: Vec<_> = tests.iter().filter(|test| test.key == rule.key).collect();
        assert!(own.len() >= 2, "{} has {} tests", rule.name, own.len());
        assert!(own.iter().all(|test| test.passed), "{own:?}");
    }
}
