//! Changes by hand: they stand among the edits, are kept, refused and taken back, and travel in a rule set.

use workbench::Session;
use workbench::protocol::{
    Answer, Applicability, EditView, Journal, Question, Reply, Request, RuleView, View, Way, Which,
};

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
    assert_eq!(written.converted_query, own);
    assert!(written.edits.iter().any(|edit| edit.by_hand));
    assert!(!journal.hand_edits.is_empty());
    let mut again = Session::new();
    again.handle(Request::Open { journal }, &mut |_| {});
    assert_eq!(state(&again).0.converted_query, own);
    write(&mut again, &rule.key, None);
    let (back, journal) = state(&again);
    assert_eq!(back.converted_query, rule.converted_query);
    assert!(back.edits.iter().all(|edit| !edit.by_hand));
    assert!(journal.hand_edits.is_empty() && journal.decisions.is_empty());
}

#[test]
fn the_same_query_is_not_by_hand_and_a_broken_one_is_refused() {
    let mut session = Session::new();
    let (rule, _) = state(&session);
    write(&mut session, &rule.key, Some(&rule.converted_query));
    assert!(state(&session).1.hand_edits.is_empty());
    let Reply::Failed { problem } = write(&mut session, &rule.key, Some("T\n| where (")) else {
        panic!("a problem");
    };
    assert_eq!(problem.line, Some(2));
    assert_eq!(state(&session).0.converted_query, rule.converted_query);
}

fn ask(session: &mut Session, question: Question) -> Answer {
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Answer { answer } => answer,
        other => panic!("{other:?}"),
    }
}

fn by_hand(rule: &RuleView) -> Vec<EditView> {
    let edits = rule.edits.iter().filter(|edit| edit.by_hand);
    edits.cloned().collect()
}

fn view(session: &mut Session, request: Request) -> View {
    match session.handle(request, &mut |_| {}) {
        Reply::View { view, .. } => *view,
        other => panic!("{other:?}"),
    }
}

/// A session in which the text of the first applied edit of the first query is written by hand.
fn with_a_change(text: &str) -> (Session, RuleView, EditView) {
    let mut session = Session::new();
    let (rule, _) = state(&session);
    let edit = rule
        .edits
        .iter()
        .find(|edit| edit.converted_range.is_some());
    let edit = edit.expect("an applied edit").clone();
    let request = Request::ByHand {
        rule: rule.key.clone(),
        edit: edit.id.clone(),
        text: text.to_owned(),
        note: "as the team agreed".to_owned(),
    };
    view(&mut session, request);
    (session, rule, edit)
}

#[test]
fn a_change_at_the_place_of_an_edit_can_be_refused_and_removed() {
    let (mut session, rule, edit) = with_a_change("\"POOLS\"");
    let (changed, _) = state(&session);
    let [hand] = by_hand(&changed).try_into().expect("one change by hand");
    assert_eq!(
        (hand.title.as_str(), hand.note.as_str()),
        ("By hand", "as the team agreed")
    );
    assert!(hand.accepted && hand.converted_range.is_some());
    assert_eq!(
        changed.converted_query,
        rule.converted_query.replacen(&edit.after, "\"POOLS\"", 1)
    );
    let decide = |accepted| Request::Decide {
        rule: rule.key.clone(),
        edit: hand.id.clone(),
        accepted,
    };
    let refused = view(&mut session, decide(false));
    assert_eq!(refused.rules[0].converted_query, rule.converted_query);
    // A reload keeps it, refused.
    let (_, journal) = state(&session);
    let mut again = Session::new();
    let opened = view(
        &mut again,
        Request::Open {
            journal: journal.clone(),
        },
    );
    assert!(opened.problems.is_empty(), "{:?}", opened.problems);
    assert_eq!(state(&again).1, journal);
    assert_eq!(state(&again).0.converted_query, rule.converted_query);
    let accepted = view(&mut again, decide(true));
    assert_eq!(accepted.rules[0].converted_query, changed.converted_query);
    let remove = Request::RemoveByHand {
        rule: rule.key.clone(),
        edit: hand.id.clone(),
    };
    let removed = view(&mut again, remove);
    assert_eq!(removed.rules[0].converted_query, rule.converted_query);
    assert!(state(&again).1.hand_edits.is_empty());
}

#[test]
fn changes_by_hand_and_widening_travel_in_a_rule_set() {
    let (mut session, rule, _) = with_a_change("\"POOLS\"");
    let way = Way {
        profile: String::new(),
        widen: true,
    };
    view(&mut session, Request::Convert { way });
    let Answer::File(file) = ask(&mut session, Question::RuleSet) else {
        panic!("no file");
    };
    let written: serde_json::Value = serde_json::from_str(&file.text).expect("JSON");
    assert_eq!(written["widen"], true);
    assert_eq!(written["rules"][0]["handEdits"][0]["text"], "\"POOLS\"");
    let mut other = Session::new();
    let Answer::Preview(preview) = ask(&mut other, Question::Preview(file.text.clone())) else {
        panic!("no preview");
    };
    assert!(preview.changes[0].contains("watch both"), "{preview:?}");
    let hand = |changes: &[String]| changes.iter().any(|one| one.contains("by hand"));
    assert!(hand(&preview.rules[0].changes), "{preview:?}");
    let open = Request::OpenRuleSet {
        name: "set.json".to_owned(),
        text: file.text.clone(),
    };
    let opened = view(&mut other, open);
    assert!(opened.way.widen && opened.rules[0].key == rule.key);
    assert_eq!(
        opened.rules[0].converted_query,
        state(&session).0.converted_query
    );
    // After a reload it is the same, and gives the same file.
    let (_, journal) = state(&other);
    let mut again = Session::new();
    view(&mut again, Request::Open { journal });
    let Answer::File(same) = ask(&mut again, Question::RuleSet) else {
        panic!("no file");
    };
    assert_eq!(same.text, file.text);
}

#[test]
fn edits_of_all_rules_are_decided_at_once_and_counted() {
    let mut session = Session::new();
    let before = session.view();
    assert_eq!(before.summary.rules, before.rules.len());
    assert!(
        before.summary.left > 0 && !before.summary.gaps.is_empty(),
        "{:?}",
        before.summary
    );
    let decide = |which, accepted| Request::DecideMany {
        rules: Vec::new(),
        which,
        accepted,
    };
    let all = view(&mut session, decide(Which::Review, true));
    assert_eq!(all.summary.left, 0, "{:?}", all.summary);
    let open = |rule: &RuleView| {
        let review = |edit: &&EditView| edit.applicability == Applicability::Review;
        rule.edits.iter().filter(review).all(|edit| edit.accepted)
    };
    assert!(all.rules.iter().all(open));
    let none = view(&mut session, decide(Which::Safe, false));
    assert_eq!(none.summary.applied, before.summary.review);
    view(&mut session, decide(Which::Safe, true));
    let back = view(&mut session, decide(Which::Review, false));
    assert_eq!(back.summary, before.summary);
    assert!(state(&session).1.decisions.is_empty());
}
