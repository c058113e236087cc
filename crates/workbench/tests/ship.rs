//! What the page asks about exports, hand-over and sharing.

use workbench::Session;
use workbench::handover::Fields;
use workbench::protocol::{
    Answer, BacktestAsk, ExportAsk, HandoverAsk, Journal, Question, RedactAsk, Reply, Request,
};

fn session() -> Session {
    let mut session = Session::new();
    let open = Request::Open {
        journal: Journal::default(),
    };
    session.handle(open, &mut |_| {});
    session
}

fn ask(session: &mut Session, question: Question) -> Reply {
    session.handle(Request::Ask { question }, &mut |_| {})
}

#[test]
fn the_export_holds_the_converted_rules() {
    let wanted = |format: &str, rules: &[&str]| {
        Question::Export(Box::new(ExportAsk {
            format: format.to_owned(),
            rules: rules.iter().map(|key| (*key).to_owned()).collect(),
            ..ExportAsk::default()
        }))
    };
    let mut session = session();
    let reply = ask(&mut session, wanted("arm", &[]));
    let Reply::Answer {
        answer: Answer::Export(view),
    } = reply
    else {
        panic!("{reply:?}")
    };
    let text = std::str::from_utf8(&view.bytes).expect("text");
    let template: serde_json::Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(template["resources"].as_array().map(Vec::len), Some(5));
    assert!(!text.contains("VAULTS"));
    assert_eq!(view.checks.len(), 5);
    assert!(view.checks.iter().all(|check| check.findings.is_empty()));
    assert!(view.checks[0].left_out.contains(&"metadata".to_owned()));
    for (format, rules) in [("x", &[][..]), ("arm", &["x"][..])] {
        let refused = ask(&mut session, wanted(format, rules));
        assert!(matches!(refused, Reply::Failed { .. }));
    }
}

#[test]
fn a_back_test_of_the_sample_has_its_query_and_links() {
    let mut session = session();
    let sample = Request::LoadSample {
        name: "hsm-all".to_owned(),
    };
    session.handle(sample, &mut |_| {});
    let wanted = BacktestAsk {
        rule: session.view().rules[0].key.clone(),
        cluster: "help.kusto.windows.net/Samples".to_owned(),
        ..BacktestAsk::default()
    };
    let reply = ask(&mut session, Question::Backtest(Box::new(wanted)));
    let Reply::Answer {
        answer: Answer::Backtest(view),
    } = reply
    else {
        panic!("{reply:?}")
    };
    assert!(view.query.contains("RunTime"), "{}", view.query);
    assert!(view.data_explorer.is_ok() && view.log_analytics.is_err());
    let script = ask(&mut session, Question::Script);
    assert!(matches!(
        script,
        Reply::Answer {
            answer: Answer::File(_)
        }
    ));
}

#[test]
fn hostile_fields_are_refused_and_a_log_is_redacted() {
    let mut session = session();
    let fields = Fields {
        hsm: "x; y".to_owned(),
        ..Fields::default()
    };
    let hostile = HandoverAsk {
        fields,
        ..HandoverAsk::default()
    };
    let refused = ask(&mut session, Question::Handover(Box::new(hostile)));
    assert!(matches!(refused, Reply::Failed { .. }));
    let wanted = RedactAsk {
        name: "log.jsonl".to_owned(),
        bytes: b"{\"callerIpAddress\":\"203.0.113.9\"}".to_vec().into(),
        seed: "a word".to_owned(),
        keep: Vec::new(),
    };
    let reply = ask(&mut session, Question::Redact(Box::new(wanted)));
    let Reply::Answer {
        answer: Answer::Redacted(view),
    } = reply
    else {
        panic!("{reply:?}")
    };
    assert!(!view.text.contains("203.0.113.9") && view.told.contains("1 addresses"));
}
