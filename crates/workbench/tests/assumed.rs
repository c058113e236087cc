//! What Microsoft does not document, set in a session: in force at once, kept, taken back, part of rule sets.
//! And tests made of an incident, an alert and rows.

use workbench::Session;
use workbench::protocol::{
    Answer, Journal, Question, Reply, Request, RuleView, TestOf, TestView, View, WhyQuestion,
    WhyView,
};
use workbench::rule_set;

const MASS: &str = "bundled#mass-retrieval.yaml";
const SENSITIVE: &str = "bundled#sensitive-operations.yaml";

fn send(session: &mut Session, request: Request) -> (View, Journal) {
    match session.handle(request, &mut |_| {}) {
        Reply::View { view, journal } => (*view, *journal),
        other => panic!("{other:?}"),
    }
}

fn ask(session: &mut Session, question: Question) -> Answer {
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Answer { answer } => answer,
        other => panic!("{other:?}"),
    }
}

fn ran() -> (Session, View) {
    let mut session = Session::new();
    let name = "hsm-all".to_owned();
    send(&mut session, Request::LoadSample { name });
    let (view, _) = send(&mut session, Request::Run { rule: None });
    (session, view)
}

fn assume(session: &mut Session, name: &str, value: &str) -> (View, Journal) {
    let (name, value) = (name.to_owned(), value.to_owned());
    send(session, Request::Assume { name, value })
}

/// What the schedules come to, rule by rule.
fn schedules(view: &View) -> Vec<Option<String>> {
    let rules = view.rules.iter();
    rules
        .map(|rule| rule.timeline.as_ref().map(|one| format!("{one:?}")))
        .collect()
}

fn rule<'v>(view: &'v View, key: &str) -> &'v RuleView {
    let mut rules = view.rules.iter();
    rules.find(|rule| rule.key == key).expect("the rule")
}

fn added(session: &mut Session, key: &str, of: TestOf) -> TestView {
    let rule = key.to_owned();
    send(session, Request::AddTest { rule, of });
    let Answer::Tests(all) = ask(session, Question::Tests) else {
        panic!("no tests");
    };
    let mut of_rule = all.into_iter().filter(|test| test.key == key).rev();
    of_rule.next().expect("the test")
}

#[test]
fn an_assumption_is_in_force_at_once_and_comes_back() {
    let (mut session, before) = ran();
    assert!(before.assumptions.len() == 7 && before.assumptions.iter().all(|one| one.is_default));
    let (after, journal) = assume(&mut session, "eventTimes", "window");
    assert_ne!(schedules(&after), schedules(&before));
    assert!(after.rules.iter().all(|rule| rule.timeline.is_some()));
    let notes = &rule(&after, MASS)
        .timeline
        .as_ref()
        .expect("a schedule")
        .notes;
    assert!(
        notes[0].contains("waits for the next run, up to 1 day"),
        "{notes:?}"
    );

    let mut reopened = Session::new();
    let journal_kept = journal.clone();
    send(&mut reopened, Request::Open { journal });
    let (again, kept) = send(&mut reopened, Request::Run { rule: None });
    assert_eq!(schedules(&again), schedules(&after));
    assert_eq!(kept, journal_kept);

    let (undone, _) = send(
        &mut session,
        Request::Restore {
            journal: Journal {
                assumptions: Vec::new(),
                ..journal_kept
            },
        },
    );
    assert_eq!(schedules(&undone), schedules(&before));
}

#[test]
fn a_wrong_value_is_refused_and_changes_nothing() {
    let (mut session, before) = ran();
    for (name, value) in [
        ("windowEnd", "both"),
        ("nothing", "x"),
        ("incidentsClosedAfter", "soon"),
    ] {
        let (name, value) = (name.to_owned(), value.to_owned());
        let reply = session.handle(Request::Assume { name, value }, &mut |_| {});
        assert!(matches!(reply, Reply::Failed { .. }), "{reply:?}");
    }
    assert_eq!(schedules(&session.view()), schedules(&before));
}

#[test]
fn assumptions_go_through_a_rule_set() {
    let (mut session, _) = ran();
    assume(&mut session, "noIncidentSettings", "none");
    let (view, _) = assume(&mut session, "incidentsClosedAfter", "8h");
    let Answer::File(file) = ask(&mut session, Question::RuleSet) else {
        panic!("no file");
    };
    let mut other = Session::new();
    let Answer::Preview(preview) = ask(&mut other, Question::Preview(file.text.clone())) else {
        panic!("no preview");
    };
    let told = preview.changes.join(" ");
    assert!(
        told.contains("makes no incident") && told.contains("closed 8h after"),
        "{told}"
    );
    let (name, text) = (file.name, file.text);
    let (opened, _) = send(&mut other, Request::OpenRuleSet { name, text });
    assert_eq!(opened.assumptions, view.assumptions);
}

#[test]
fn a_test_of_an_incident_holds_its_rows_and_fails_when_the_conversion_is_refused() {
    let (mut session, view) = ran();
    for key in view.rules.iter().map(|rule| rule.key.clone()) {
        let incidents = &rule(&view, &key)
            .timeline
            .as_ref()
            .expect("a schedule")
            .incidents;
        for (number, incident) in incidents.iter().enumerate().take(1) {
            let test = added(&mut session, &key, TestOf::Incident(number));
            assert!(test.passed, "{test:?}");
            assert!(test.name.contains(&incident.title), "{}", test.name);
        }
    }
    let Answer::File(file) = ask(&mut session, Question::RuleSet) else {
        panic!("no file");
    };
    let set = rule_set::read(&file.name, file.text.as_bytes()).expect("a rule set");
    let results = rule_set::run_tests(&set, &mut |_, _| {}).expect("results");
    assert!(results.len() > 28 && results.iter().all(|one| one.passed()));
    let edit = rule(&view, SENSITIVE).edits.iter();
    let edit = edit
        .clone()
        .find(|edit| edit.accepted && edit.range.is_some());
    let edit = edit.expect("an edit").id.clone();
    let test = added(&mut session, SENSITIVE, TestOf::Alert(0));
    assert!(test.passed, "{test:?}");
    send(
        &mut session,
        Request::Decide {
            rule: SENSITIVE.to_owned(),
            edit,
            accepted: false,
        },
    );
    let Answer::Tests(all) = ask(&mut session, Question::Tests) else {
        panic!("no tests");
    };
    let same = all
        .iter()
        .find(|one| one.key == SENSITIVE && one.number == test.number);
    assert!(!same.expect("the test").passed);
}

#[test]
fn rows_behind_an_incident_make_a_test_and_lead_to_what_became_of_them() {
    let (mut session, _) = ran();
    let asked = WhyQuestion::Incident(MASS.to_owned(), 0);
    let Answer::Why(WhyView::Rows(rows)) = ask(&mut session, Question::Why(asked)) else {
        panic!("no rows");
    };
    assert!(!rows.rows.is_empty());
    let first = &rows.rows[0];
    let asked = WhyQuestion::IncidentRow(MASS.to_owned(), 0, first.log.clone(), first.row);
    let Answer::Why(WhyView::Fate(fate)) = ask(&mut session, Question::Why(asked)) else {
        panic!("no fate");
    };
    assert!(fate.kept, "{fate:?}");
    assert_eq!((&fate.log, fate.number), (&first.log, first.row));
    let chosen = rows.rows.iter().map(|row| (row.log.clone(), row.row));
    let test = added(&mut session, MASS, TestOf::Rows(chosen.collect()));
    assert!(test.passed, "{test:?}");
    let gone = Request::AddTest {
        rule: MASS.to_owned(),
        of: TestOf::Rows(vec![("no such log".to_owned(), 0)]),
    };
    assert!(matches!(
        session.handle(gone, &mut |_| {}),
        Reply::Failed { .. }
    ));
}
