//! Free queries and the editor's questions on the rows of a session.

use workbench::protocol::{
    Answer, CellPage, GridQuery, GridSource, HuntView, Journal, Problem, Question, Reply, Request,
};
use workbench::{Session, interrupt};

fn ask(session: &mut Session, question: Question) -> Result<Answer, Problem> {
    match session.handle(Request::Ask { question }, &mut |_| {}) {
        Reply::Answer { answer } => Ok(answer),
        Reply::Failed { problem } => Err(problem),
        other => panic!("{other:?}"),
    }
}

fn session() -> Session {
    let mut session = Session::new();
    let name = "hsm-all".to_owned();
    session.handle(Request::LoadSample { name }, &mut |_| {});
    session
}

fn hunt(session: &mut Session, text: &str) -> Result<HuntView, Problem> {
    match ask(session, Question::Hunt(text.to_owned()))? {
        Answer::Hunt(view) => Ok(*view),
        other => panic!("{other:?}"),
    }
}

fn first_page(session: &mut Session, sort: Option<(String, bool)>) -> CellPage {
    let page = GridQuery {
        source: GridSource::Hunt,
        sort,
        filter: String::new(),
        first: 0,
        count: 5,
        turned: Vec::new(),
        sight: None,
    };
    match ask(session, Question::Grid(page)) {
        Ok(Answer::Grid(rows)) => rows,
        other => panic!("{other:?}"),
    }
}

/// The columns of a query's rows that are shown at first.
fn shown(session: &mut Session, query: &str) -> Vec<String> {
    hunt(session, query).expect("it runs");
    let columns = first_page(session, None).columns.into_iter();
    let filled = columns.filter(|column| column.filled);
    filled.map(|column| column.name).collect()
}

#[test]
fn columns_without_a_value_are_hidden_and_all_are_shown_where_there_is_no_row() {
    let mut session = session();
    let some = "AzureDiagnostics | extend kept = iff(OperationName == 'KeySign', 'x', '') \
        | where isempty(kept) | project OperationName, kept, none = int(null) | take 5";
    assert_eq!(shown(&mut session, some), ["OperationName"]);
    let none =
        "AzureDiagnostics | where OperationName == '-' | summarize n = count() by OperationName";
    assert_eq!(shown(&mut session, none), ["OperationName", "n"]);
}

#[test]
fn a_query_gives_rows_for_the_grid_and_its_chart() {
    let mut session = session();
    let query =
        "AzureDiagnostics | summarize calls = count() by OperationName | render columnchart";
    let found = hunt(&mut session, query).expect("it runs");
    assert!(found.rows > 1);
    let figure = found.figure.expect("a chart");
    assert_eq!(figure.categories.len(), found.rows);
    let rows = first_page(&mut session, Some(("calls".to_owned(), true)));
    assert_eq!(
        (rows.total, rows.columns[1].name.as_str()),
        (found.rows, "calls")
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let mut session = session();
    let problem = hunt(&mut session, "AzureDiagnostics\n| where Oops > 1").expect_err("an error");
    assert_eq!(problem.line, Some(2));
    let nothing = hunt(&mut session, "let a = 1;").expect_err("an error");
    assert!(!nothing.remedy.is_empty());
    let kept = hunt(&mut session, "print 1 | render treemap").expect("it runs");
    assert!(kept.figure.is_none() && kept.note.contains("treemap"));
}

#[test]
fn the_editor_knows_the_columns_of_the_loaded_rows() {
    let mut session = session();
    let text = "AzureDiagnostics | where Oper".to_owned();
    let question = format!("{{\"Complete\":{{\"at\":{}}}}}", text.len());
    let Ok(Answer::Language(answer)) = ask(&mut session, Question::Language(text, question)) else {
        panic!("an answer");
    };
    assert!(answer.contains("\"OperationName\""), "{answer}");
    let broken = ask(
        &mut session,
        Question::Language(String::new(), "{".to_owned()),
    );
    assert!(broken.is_err());
}

#[test]
fn queries_are_kept_and_come_back() {
    let mut session = session();
    let hunts = vec!["print 2".to_owned(), "print 1".to_owned()];
    session.handle(
        Request::KeepHunts {
            hunts: hunts.clone(),
        },
        &mut |_| {},
    );
    let Reply::View { journal, .. } = session.reply() else {
        panic!("a view");
    };
    let mut again = Session::new();
    again.handle(Request::Open { journal: *journal }, &mut |_| {});
    let Reply::View { journal, .. } = again.reply() else {
        panic!("a view");
    };
    assert_eq!(journal.hunts, hunts);
    assert_ne!(*journal, Journal::default());
}

#[test]
fn logs_whose_joining_was_cancelled_are_joined_again() {
    let mut session = Session::new();
    for name in ["one.jsonl", "two.jsonl"] {
        let mut reading = workbench::Reading::new(name, 0);
        let operation = name.trim_end_matches(".jsonl");
        let row = format!(
            r#"{{"TimeGenerated":"2026-04-01T10:00:00Z","Category":"AuditEvent","OperationName":"{operation}"}}"#
        );
        reading.push(row.as_bytes());
        session.add_file(reading);
    }
    let query = "AzureDiagnostics | where OperationName in (\"one\", \"two\")";
    interrupt::ask(Some(|| true));
    let problem = hunt(&mut session, query).expect_err("it was cancelled");
    assert_eq!(problem.message, interrupt::CANCELLED);
    interrupt::ask(None);
    assert_eq!(hunt(&mut session, query).expect("it runs").rows, 2);
}
