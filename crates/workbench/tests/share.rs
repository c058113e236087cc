//! Sharing: what goes along is said, rows go only with pseudonyms, reading changes nothing.

use workbench::Session;
use workbench::protocol::{
    Answer, InputFile, Journal, Problem, Question, Reply, Request, ShareAsk, ShareView, TestOf,
};

const RULE: &str = "bundled#sensitive-operations.yaml";
const CALLER: &str = "203.0.113.77";

fn ask(session: &mut Session, question: Question) -> Result<Answer, Problem> {
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Answer { answer } => Ok(answer),
        Reply::Failed { problem } => Err(problem),
        other => panic!("{other:?}"),
    }
}

fn send(session: &mut Session, request: Request) -> Journal {
    match session.handle(request, &mut |_| {}) {
        Reply::View { journal, .. } => *journal,
        other => panic!("{other:?}"),
    }
}

fn share(session: &mut Session, wanted: ShareAsk) -> ShareView {
    match ask(session, Question::Share(Box::new(wanted))) {
        Ok(Answer::Share(view)) => *view,
        other => panic!("{other:?}"),
    }
}

fn log() -> InputFile {
    let row = |minute: usize| {
        format!(
            r#"{{"time":"2026-04-01T10:{minute:02}:00Z","resourceId":"/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/HSM-ONE","operationName":"KeyDelete","category":"AuditEvent","resultType":"Success","callerIpAddress":"{CALLER}","properties":{{"requestUri":"https://hsm-one.managedhsm.azure.net/keys/k","httpStatusCode":200}}}}"#
        )
    };
    InputFile {
        name: "mine.jsonl".to_owned(),
        bytes: (0..2).map(row).collect::<Vec<_>>().join("\n").into_bytes(),
    }
}

/// A session with a test that holds rows of a log.
fn with_own_test() -> Session {
    let mut session = Session::new();
    let mut reading = workbench::Reading::new("mine.jsonl", 0);
    reading.push(&log().bytes);
    session.add_file(reading);
    let rule = RULE.to_owned();
    send(
        &mut session,
        Request::AddTest {
            rule,
            of: TestOf::Log,
        },
    );
    session
}

#[test]
fn an_address_comes_back_as_the_same_rules_and_changes_nothing_by_itself() {
    let mut session = Session::new();
    send(
        &mut session,
        Request::RemoveRule {
            rule: "bundled#mass-retrieval.yaml".to_owned(),
        },
    );
    let view = share(&mut session, ShareAsk::default());
    assert!(
        view.contents[0].starts_with("4 rules: "),
        "{:?}",
        view.contents
    );
    let packed = view.address.expect("a small set");
    let mut other = Session::new();
    let before = send(&mut other, Request::KeepHunts { hunts: Vec::new() });
    let found = ask(&mut other, Question::Unpack(packed.clone()));
    let Ok(Answer::Unpacked(found)) = found else {
        panic!("{found:?}")
    };
    assert_eq!(found.preview.rules.len(), 4);
    let after = send(&mut other, Request::KeepHunts { hunts: Vec::new() });
    assert_eq!(before, after);
    let cut = ask(&mut other, Question::Unpack(packed[..200].to_owned()));
    let message = cut.expect_err("a cut address").message;
    assert!(message.contains("cut or changed"), "{message}");
}

#[test]
fn rows_stay_unless_they_are_wanted_and_then_carry_pseudonyms() {
    let mut session = with_own_test();
    let view = share(&mut session, ShareAsk::default());
    assert!(!view.file.text.contains(CALLER));
    let told = view.contents.join(" ");
    assert!(
        told.contains("1 test with rows of yours stay here"),
        "{told}"
    );

    let mut wanted = ShareAsk {
        rows: true,
        ..ShareAsk::default()
    };
    let refused = ask(&mut session, Question::Share(Box::new(wanted.clone())));
    assert!(refused.expect_err("no seed").message.contains("seed"));
    wanted.seed = "spring".to_owned();
    let view = share(&mut session, wanted);
    let told = view.contents.join(" ");
    assert!(
        told.contains("2 rows of your logs, with pseudonyms"),
        "{told}"
    );
    assert!(!view.file.text.contains(CALLER) && !view.file.text.contains("HSM-ONE"));
    let of_caller: Vec<_> = view
        .replaced
        .iter()
        .filter(|(before, _)| before == CALLER)
        .collect();
    assert_eq!(of_caller.len(), 1, "{:?}", view.replaced);
    let pseudonym = &of_caller[0].1;
    // In both rows and in what is expected of them.
    assert!(view.file.text.matches(pseudonym.as_str()).count() >= 2);
    assert!(!told.contains("would not pass"), "{told}");
}

#[test]
fn a_set_too_large_for_an_address_asks_for_a_file() {
    let mut session = Session::new();
    // Letters that do not compress.
    let mut state = 1_u64;
    let mut noise = String::new();
    for _ in 0..30_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        noise.push(char::from(b'a' + (state >> 59) as u8 % 26));
    }
    let text = format!(
        "id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0001\nname: Long\nkind: NRT\nseverity: Low\nquery: |\n  AzureDiagnostics\n  | where ResourceType == \"VAULTS\" and OperationName == \"{noise}\"\n"
    );
    let mut reading = workbench::Reading::new("long.yaml", 0);
    reading.push(text.as_bytes());
    session.add_file(reading);
    let view = share(&mut session, ShareAsk::default());
    let why = view.address.expect_err("too long");
    assert!(why.contains("share the file"), "{why}");
}

#[test]
fn everything_comes_back_from_one_file() {
    let mut session = with_own_test();
    let now = send(
        &mut session,
        Request::KeepHunts {
            hunts: vec!["print 1".to_owned()],
        },
    );
    let file = match ask(&mut session, Question::Everything(vec![log()])) {
        Ok(Answer::File(file)) => file,
        other => panic!("{other:?}"),
    };
    let found = match ask(&mut Session::new(), Question::ReadEverything(file.text)) {
        Ok(Answer::Everything(found)) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found.journal, now);
    assert_eq!(found.logs.len(), 1);
    let told = found.contents.join(" ");
    assert!(
        told.contains("Log files: mine.jsonl.") && told.contains("Queries of Hunt: 1."),
        "{told}"
    );
    let other = ask(&mut session, Question::ReadEverything("{}".to_owned()));
    assert!(
        other
            .expect_err("no work")
            .message
            .contains("no saved work")
    );
}
