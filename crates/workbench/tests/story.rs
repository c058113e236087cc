//! The page's story without a page: first open, sample logs, run, decide, reload, export.

use expect_test::{Expect, expect};
use workbench::protocol::{
    GridQuery, GridSource, Journal, Question, Reply, Request, RunView, View,
};
use workbench::{Reading, Session};

/// Sends a request that gives a view.
fn ask(session: &mut Session, request: Request) -> (View, Journal) {
    match session.handle(request, &mut |_| {}) {
        Reply::View { view, journal } => (*view, *journal),
        other => panic!("{other:?}"),
    }
}

/// Adds files as the page does, chunk by chunk.
fn add(session: &mut Session, files: &[(&str, &[u8])]) -> (View, Journal) {
    session.begin_files();
    for (name, bytes) in files {
        let mut reading = Reading::new(name, bytes.len() as u64);
        for chunk in bytes.chunks(16) {
            reading.push(chunk);
        }
        session.add_file(reading);
    }
    match session.reply() {
        Reply::View { view, journal } => (*view, *journal),
        other => panic!("{other:?}"),
    }
}

fn open(journal: Journal) -> (Session, View) {
    let mut session = Session::new();
    let (view, _) = ask(&mut session, Request::Open { journal });
    (session, view)
}

fn run_sample(name: &str) -> View {
    ran_sample(name).1
}

fn ran_sample(name: &str) -> (Session, View) {
    let (mut session, _) = open(Journal::default());
    ask(
        &mut session,
        Request::LoadSample {
            name: name.to_owned(),
        },
    );
    let view = ask(&mut session, Request::Run { rule: None }).0;
    (session, view)
}

/// What each rule says on a sample, original and converted.
fn check(name: &str, expected: Expect) {
    let view = run_sample(name);
    let say = |run: &Option<RunView>| {
        let run = run.as_ref().expect("it was run");
        match &run.error {
            Some(error) => format!("error: {}", error.message),
            None => [run.verdict.clone()]
                .into_iter()
                .chain(run.notes.clone())
                .collect::<Vec<_>>()
                .join("\n    "),
        }
    };
    let lines = view.rules.iter().map(|rule| {
        format!(
            "{}\n  original: {}\n  converted: {}\n",
            rule.name,
            say(&rule.run),
            say(&rule.converted_run)
        )
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn managed_hsm_sample() {
    check(
        "hsm-all",
        expect![[r#"
            Sensitive operation in Azure Key Vault
              original: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 3, `where ResourceType =~ "VAULTS" and OperationName in~ (sensitiveOperations)`, let none of 449 rows through. There, ResourceType was MANAGEDHSMS (449); OperationName was KeyGet (447), KeyCreate (1), KeyDelete (1).
              converted: Fires: 1 row; the rule asks for more than 0 rows.
            Sensitive operation in Azure Key Vault (near real time)
              original: Does not fire: none of 331 minutes with rows gives a result.
                Line 3, `where ResourceType =~ "VAULTS" and OperationName in~ (sensitiveOperations)`, let none of 449 rows through. There, ResourceType was MANAGEDHSMS (449); OperationName was KeyGet (447), KeyCreate (1), KeyDelete (1).
                NRT rules go by ingestion time. The log has none, so TimeGenerated stands in for it.
              converted: Fires: 1 of 331 minutes with rows raise an alert, the first for the minute from 2026-03-01 10:05 UTC.
                NRT rules go by ingestion time. The log has none, so TimeGenerated stands in for it.
            Mass retrieval from Azure Key Vault
              original: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 6, `where ResourceType =~ "VAULTS" and OperationName in (readOperations)`, let none of 449 rows through. There, ResourceType was MANAGEDHSMS (449); OperationName was KeyGet (447), KeyCreate (1), KeyDelete (1).
              converted: Fires: 1 row; the rule asks for more than 0 rows.
                A daily rule runs at the hour at which it was enabled. Here it finds rows only when that is 00:30 to 19:30, 21:30 to 23:30 UTC; enabled at another hour, it stays silent on this log.
            Unusual number of Azure Key Vault reads from one address
              original: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 9, `where ResourceType =~ "VAULTS" and OperationName in (readOperations)`, let none of 894 rows through. There, ResourceType was MANAGEDHSMS (894); OperationName was KeyGet (892), KeyCreate (1), KeyDelete (1).
              converted: Fires: 26 rows; the rule asks for more than 0 rows.
            Azure Key Vault used from an address known to threat intelligence
              original: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 22, `join kind=innerunique events on $left.IndicatorIP == $right.ClientIP`, let none of 3 rows through.
              converted: Fires: 1 row; the rule asks for more than 0 rows.
        "#]],
    );
}

#[test]
fn vault_sample() {
    check(
        "vault-all",
        expect![[r#"
            Sensitive operation in Azure Key Vault
              original: Fires: 2 rows; the rule asks for more than 0 rows.
              converted: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 3, `where ResourceType =~ "MANAGEDHSMS" and OperationName in~ (sensitiveOperations)`, let none of 899 rows through. There, ResourceType was VAULTS (899); OperationName was KeyGet (448), VaultGet (448), KeyCreate (1), KeyDelete (1), VaultDelete (1).
            Sensitive operation in Azure Key Vault (near real time)
              original: Fires: 2 of 339 minutes with rows raise an alert, the first for the minute from 2026-03-01 10:05 UTC.
                NRT rules go by ingestion time. The log has none, so TimeGenerated stands in for it.
              converted: Does not fire: none of 339 minutes with rows gives a result.
                Line 3, `where ResourceType =~ "MANAGEDHSMS" and OperationName in~ (sensitiveOperations)`, let none of 899 rows through. There, ResourceType was VAULTS (899); OperationName was KeyGet (448), VaultGet (448), KeyCreate (1), KeyDelete (1), VaultDelete (1).
                NRT rules go by ingestion time. The log has none, so TimeGenerated stands in for it.
            Mass retrieval from Azure Key Vault
              original: Fires: 2 rows; the rule asks for more than 0 rows.
                A daily rule runs at the hour at which it was enabled. Here it finds rows only when that is 00:30 to 19:30, 21:30 to 23:30 UTC; enabled at another hour, it stays silent on this log.
              converted: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 6, `where ResourceType =~ "MANAGEDHSMS" and OperationName in (readOperations)`, let none of 899 rows through. There, ResourceType was VAULTS (899); OperationName was KeyGet (448), VaultGet (448), KeyCreate (1), KeyDelete (1), VaultDelete (1).
            Unusual number of Azure Key Vault reads from one address
              original: Fires: 52 rows; the rule asks for more than 0 rows.
              converted: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 9, `where ResourceType =~ "MANAGEDHSMS" and OperationName in (readOperations)`, let none of 1777 rows through. There, ResourceType was VAULTS (1777); OperationName was KeyGet (887), VaultGet (887), KeyCreate (1), KeyDelete (1), VaultDelete (1).
            Azure Key Vault used from an address known to threat intelligence
              original: Fires: 1 row; the rule asks for more than 0 rows.
              converted: Does not fire: 0 rows; the rule asks for more than 0 rows.
                Line 22, `join kind=innerunique events on $left.IndicatorIP == $right.ClientIP`, let none of 3 rows through.
        "#]],
    );
}

#[test]
fn each_test_raises_its_own_alerts_only() {
    let mut table = String::new();
    for kind in ["hsm", "vault"] {
        for test in [
            "create-delete-key",
            "mass-key-read",
            "threat-intelligence",
            "access-spike",
        ] {
            let view = run_sample(&format!("{kind}-{test}"));
            let fired = |converted: bool| {
                let names = view.rules.iter().filter(|rule| {
                    let run = if converted {
                        &rule.converted_run
                    } else {
                        &rule.run
                    };
                    run.as_ref().is_some_and(|run| run.fires)
                });
                names
                    .map(|rule| rule.origin.replace(".yaml", ""))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            table.push_str(&format!(
                "{kind}-{test}: original [{}] converted [{}]\n",
                fired(false),
                fired(true)
            ));
        }
    }
    expect![[r#"
        hsm-create-delete-key: original [] converted [sensitive-operations, sensitive-operations-nrt]
        hsm-mass-key-read: original [] converted [mass-retrieval]
        hsm-threat-intelligence: original [] converted [threat-intelligence-ip]
        hsm-access-spike: original [] converted [time-series-anomaly]
        vault-create-delete-key: original [sensitive-operations, sensitive-operations-nrt] converted []
        vault-mass-key-read: original [mass-retrieval] converted []
        vault-threat-intelligence: original [threat-intelligence-ip] converted []
        vault-access-spike: original [time-series-anomaly] converted []
    "#]].assert_eq(&table);
}

#[test]
fn decisions_and_files_survive_a_reload_and_a_broken_file_stops_nothing() {
    let (mut session, view) = open(Journal::default());
    let rule = &view.rules[0];
    let edit = rule
        .edits
        .iter()
        .find(|edit| !edit.accepted)
        .expect("an edit for review");
    ask(
        &mut session,
        Request::Decide {
            rule: rule.key.clone(),
            edit: edit.id.clone(),
            accepted: true,
        },
    );
    let good = b"id: a\nname: Mine\nkind: NRT\nquery: AzureDiagnostics\n";
    let files: [(&str, &[u8]); 2] = [("broken.yaml", b"name: [x\n"), ("mine.yaml", good)];
    let (view, journal) = add(&mut session, &files);
    assert_eq!((view.rules.len(), view.problems.len()), (6, 1));
    assert_eq!(view.problems[0].subject, "broken.yaml");
    let (_, again) = open(journal);
    assert_eq!(again.rules.len(), 6);
    assert_eq!(
        again.rules[0].converted_query,
        view.rules[0].converted_query
    );
    assert_ne!(again.rules[0].converted_query, rule.converted_query);
}

#[test]
fn an_own_log_takes_the_place_of_the_sample_and_is_asked_for_after_a_reload() {
    let (mut session, _) = open(Journal::default());
    ask(
        &mut session,
        Request::LoadSample {
            name: "hsm-all".to_owned(),
        },
    );
    let row = b"{\"OperationName\":\"KeyGet\",\"TimeGenerated\":\"2026-05-01T10:00:30Z\"}";
    let (view, journal) = add(&mut session, &[("mine.jsonl", row)]);
    let names: Vec<&str> = view.logs.iter().map(|log| log.name.as_str()).collect();
    assert_eq!(
        (names, view.now.as_str()),
        (vec!["mine.jsonl"], "2026-05-01T10:01:00Z")
    );
    let (_, again) = open(journal);
    assert_eq!(again.problems[0].subject, "mine.jsonl");
}

#[test]
fn requests_about_unknown_things_fail_and_change_nothing() {
    let (mut session, view) = open(Journal::default());
    for request in [
        Request::RemoveRule {
            rule: "x".to_owned(),
        },
        Request::RemoveLog {
            log: "x".to_owned(),
        },
        Request::Run {
            rule: Some("x".to_owned()),
        },
        Request::LoadSample {
            name: "x".to_owned(),
        },
        Request::SetNow {
            now: "x".to_owned(),
        },
    ] {
        assert!(matches!(
            session.handle(request, &mut |_| {}),
            Reply::Failed { .. }
        ));
    }
    assert_eq!(session.view().rules.len(), view.rules.len());
}

/// The first rows that the converted rule found.
fn rows(session: &mut Session, rule: &str) -> Reply {
    let question = Question::Grid(GridQuery {
        source: GridSource::Converted(rule.to_owned()),
        sort: None,
        filter: String::new(),
        first: 0,
        count: 200,
        turned: Vec::new(),
        sight: None,
    });
    session.handle(Request::Ask { question }, &mut |_| {})
}

/// The browser's test compares with the same file.
#[test]
fn results_are_those_of_the_browser() {
    let (mut session, view) = ran_sample("hsm-all");
    let results: Vec<_> = view
        .rules
        .iter()
        .map(|rule| {
            (
                &rule.run,
                &rule.converted_run,
                rows(&mut session, &rule.key),
            )
        })
        .collect();
    let text = serde_json::to_string_pretty(&results).expect("JSON");
    expect_test::expect_file!["../../../tests/data/hsm-all-results.json"].assert_eq(&text);
}

#[test]
fn a_large_log_is_read_without_being_kept_whole() {
    let (mut session, _) = open(Journal::default());
    let row = b"{\"OperationName\":\"KeyGet\",\"TimeGenerated\":\"2026-05-01T10:00:30Z\"}\n";
    let chunk = row.repeat(100_000);
    let mut reading = Reading::new("big.jsonl", 3 * chunk.len() as u64);
    for _ in 0..3 {
        assert!(reading.push(&chunk));
    }
    let progress = reading.progress();
    assert_eq!(progress.done, Some(1.0));
    assert!(
        progress.detail.contains("rows, about"),
        "{}",
        progress.detail
    );
    session.add_file(reading);
    let view = session.view();
    assert_eq!((view.logs.len(), view.logs[0].rows), (1, 300_000));
}
