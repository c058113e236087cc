//! A converted query that the user wrote: it runs, is kept, and can be taken back.

use workbench::Session;
use workbench::protocol::{Journal, Reply, Request, RuleView};

fn state(session: &Session) -> (RuleView, Journal) {
    match session.reply() {
        Reply::View { view, journal } => (view.rules[0].clone(), *journal),
        other => panic!("{other:?}"),
    }
}

fn write(session: &mut Session, rule: &str, query: Option<&str>) -> Reply {
    let request = Request::WriteQuery {
        rule: rule.to_owned(),
        query: query.map(str::to_owned),
    };
    session.handle(request, &mut |_| {})
}

#[test]
fn a_query_written_by_hand_is_kept_and_taken_back() {
    let mut session = Session::new();
    let (rule, _) = state(&session);
    let own = "AzureDiagnostics | where OperationName == \"KeyDelete\"";
    write(&mut session, &rule.key, Some(own));
    let (written, journal) = state(&session);
    assert!(written.by_hand && written.converted_query == own);
    assert!(
        written
            .edits
            .iter()
            .all(|edit| edit.converted_range.is_none())
    );
    let mut again = Session::new();
    again.handle(Request::Open { journal }, &mut |_| {});
    assert_eq!(state(&again).0.converted_query, own);
    write(&mut again, &rule.key, None);
    let (back, journal) = state(&again);
    assert!(!back.by_hand && back.converted_query == rule.converted_query);
    assert!(journal.own_queries.is_empty());
}

#[test]
fn the_same_query_is_not_by_hand_and_a_broken_one_is_refused() {
    let mut session = Session::new();
    let (rule, _) = state(&session);
    write(&mut session, &rule.key, Some(&rule.converted_query));
    assert!(!state(&session).0.by_hand);
    let Reply::Failed { problem } = write(&mut session, &rule.key, Some("T\n| where (")) else {
        panic!("a problem");
    };
    assert_eq!(problem.line, Some(2));
    assert_eq!(state(&session).0.converted_query, rule.converted_query);
}
