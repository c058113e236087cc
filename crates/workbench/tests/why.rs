//! The questions of the page about why, on the sample logs.

use workbench::Session;
use workbench::protocol::{
    Answer, EvidenceView, FateView, IncidentPage, Journal, Question, Reply, Request, RuleVersion,
    TogetherView, View, WhyQuestion, WhyView,
};

/// A session that has run every rule on a sample.
fn ran(sample: &str) -> (Session, View) {
    let mut session = Session::new();
    let requests = [
        Request::Open {
            journal: Journal::default(),
        },
        Request::LoadSample {
            name: sample.to_owned(),
        },
        Request::Run { rule: None },
    ];
    for request in requests {
        let reply = session.handle(request, &mut |_| {});
        assert!(matches!(reply, Reply::View { .. }), "{reply:?}");
    }
    let view = session.view();
    (session, view)
}

fn ask(session: &mut Session, question: Question) -> Result<Answer, String> {
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Answer { answer } => Ok(answer),
        Reply::Failed { problem } => Err(problem.message),
        other => panic!("{other:?}"),
    }
}

fn why(session: &mut Session, question: WhyQuestion) -> WhyView {
    match ask(session, Question::Why(question)) {
        Ok(Answer::Why(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn rows(view: WhyView) -> EvidenceView {
    match view {
        WhyView::Rows(found) => found,
        other => panic!("{other:?}"),
    }
}

fn fate(view: WhyView) -> FateView {
    match view {
        WhyView::Fate(found) => found,
        other => panic!("{other:?}"),
    }
}

/// The key of the rule whose name has this text.
fn key(view: &View, name: &str) -> String {
    let found = view.rules.iter().find(|rule| rule.name.contains(name));
    found.expect("the rule").key.clone()
}

fn version(view: &View, name: &str, converted: bool) -> RuleVersion {
    RuleVersion {
        rule: key(view, name),
        converted,
    }
}

#[test]
fn a_result_row_leads_to_log_rows_and_they_lead_back() {
    let (mut session, view) = ran("hsm-all");
    let converted = version(&view, "Sensitive", true);
    let found = rows(why(
        &mut session,
        WhyQuestion::ResultRow(converted.clone(), 0),
    ));
    assert_eq!(found.summary, "It rests on 1 log row.");
    assert!(found.columns.iter().any(|name| name == "OperationName"));
    let row = found.rows.first().expect("a row");
    assert_eq!(row.cells.len(), found.columns.len());
    let question = WhyQuestion::LogRow(converted, None, row.log.clone(), row.row);
    let back = fate(why(&mut session, question));
    assert!(back.kept);
    assert_eq!(
        back.sentences,
        ["Kept until the end: it is in result row 1."]
    );
    let original = version(&view, "Sensitive", false);
    let question = WhyQuestion::LogRow(original.clone(), None, row.log.clone(), row.row);
    let dropped = fate(why(&mut session, question));
    assert!(!dropped.kept);
    let sentence = dropped.sentences.first().expect("a sentence");
    assert!(
        sentence.contains("ResourceType was MANAGEDHSMS"),
        "{sentence}"
    );
    let (start, end) = *dropped.places.first().expect("a place");
    assert!(start < end);
    let missing = WhyQuestion::ResultRow(original, 7);
    assert!(ask(&mut session, Question::Why(missing)).is_err());
}

#[test]
fn an_empty_result_says_which_condition_is_to_blame() {
    let (mut session, view) = ran("hsm-all");
    let question = WhyQuestion::Empty(version(&view, "Sensitive", false));
    let WhyView::Empty(found) = why(&mut session, question) else {
        panic!("no answer");
    };
    let told = found.sentences.join("\n");
    assert!(
        told.contains("If `ResourceType =~ \"VAULTS\"` (line 3) were not there: 1 row."),
        "{told}"
    );
}

#[test]
fn every_incident_opens_with_its_alerts_and_their_rows() {
    let (mut session, view) = ran("hsm-all");
    for rule in &view.rules {
        let incidents = rule.timeline.as_ref().map_or(0, |one| one.incidents.len());
        assert!(incidents > 0, "{}", rule.name);
        let page: Box<IncidentPage> =
            match ask(&mut session, Question::Incident(rule.key.clone(), 0)) {
                Ok(Answer::Incident(page)) => page,
                other => panic!("{other:?}"),
            };
        assert_eq!(page.status, "New");
        assert!(!page.entities.is_empty() && !page.tactics.is_empty());
        let alert = page.alerts.first().expect("an alert");
        let question = WhyQuestion::Alert(rule.key.clone(), alert.number);
        let found = rows(why(&mut session, question));
        assert!(!found.rows.is_empty(), "{}", rule.name);
        assert_eq!(found.run, alert.run);
        let row = found.rows.first().expect("a row");
        let version = RuleVersion {
            rule: rule.key.clone(),
            converted: true,
        };
        let question = WhyQuestion::LogRow(version, Some(alert.number), row.log.clone(), row.row);
        let back = fate(why(&mut session, question));
        assert_eq!((back.run, back.kept), (alert.run.clone(), true));
        let none = Question::Incident(rule.key.clone(), incidents);
        assert!(ask(&mut session, none).is_err());
    }
}

#[test]
fn all_rules_stand_on_one_line_of_time() {
    let (mut session, view) = ran("hsm-all");
    let found: TogetherView = match ask(&mut session, Question::Together) {
        Ok(Answer::Together(found)) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found.lanes.len(), view.rules.len());
    assert!(found.missing.is_empty());
    assert!(found.events.is_sorted_by_key(|event| event.time.clone()));
    for lane in 0..found.lanes.len() {
        let incident = |event: &&workbench::protocol::EventView| {
            event.lane == lane && event.kind == "incident"
        };
        assert!(found.events.iter().find(incident).is_some(), "lane {lane}");
    }
}

#[test]
fn the_time_series_rule_has_a_chart_with_its_anomaly() {
    let (mut session, view) = ran("hsm-all");
    let rule = key(&view, "Unusual number");
    let question = Question::Charts(RuleVersion {
        rule,
        converted: true,
    });
    let Ok(Answer::Charts(charts)) = ask(&mut session, question) else {
        panic!("no charts");
    };
    let series = &charts.first().expect("a chart").series;
    let flagged = series.iter().flat_map(|one| &one.points);
    assert!(flagged.filter(|point| point.flag == 1).count() > 0);
    let question = Question::Charts(version(&view, "Sensitive", true));
    let Ok(Answer::Charts(none)) = ask(&mut session, question) else {
        panic!("no answer");
    };
    assert!(none.is_empty());
}
