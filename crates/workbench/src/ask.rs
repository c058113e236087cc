//! Answers questions of the page; a question changes nothing that the page shows.

use crate::protocol::{Answer, Problem, Question};
use crate::session::{OnProgress, Session};
use crate::{everything, grid, hunt, language, lints, proof, sets, share, ship, way, what_if, why};

/// The answer to a question.
pub(crate) fn answer(
    session: &mut Session,
    question: Question,
    progress: OnProgress<'_>,
) -> Result<Answer, Problem> {
    Ok(match question {
        Question::Grid(query) => Answer::Grid(grid::page(session, &query)?),
        Question::GridFile(wanted) => Answer::File(grid::file(session, &wanted)?),
        Question::Why(question) => Answer::Why(why::why(session, &question)?),
        Question::Incident(rule, number) => {
            Answer::Incident(Box::new(why::incident(session, &rule, number)?))
        }
        Question::Together => Answer::Together(why::together(session)),
        Question::Hunt(text) => Answer::Hunt(Box::new(hunt::hunt(session, &text, progress)?)),
        Question::Language(text, question) => {
            Answer::Language(language::answer(session, &text, &question)?)
        }
        Question::Proof(question) => {
            Answer::Proof(Box::new(proof::proof(session, &question, progress)?))
        }
        Question::Diff(question) => {
            Answer::Diff(Box::new(proof::versions(session, &question, progress)?))
        }
        Question::Controls(rule) => Answer::Controls(what_if::controls_of(session, &rule)?),
        Question::WhatIf(rule, settings) => {
            Answer::WhatIf(Box::new(what_if::what_if(session, &rule, &settings)?))
        }
        Question::Curve(rule, name) => Answer::Curve(what_if::curve_of(session, &rule, &name)?),
        Question::Tests => Answer::Tests(sets::run_tests(session)),
        Question::ProfileFile(id) => Answer::File(way::profile_file(session, &id)?),
        Question::RuleSet => Answer::File(sets::file(session)?),
        Question::Share(wanted) => Answer::Share(Box::new(share::share(session, &wanted)?)),
        Question::Unpack(packed) => Answer::Unpacked(Box::new(share::unpack(session, &packed)?)),
        Question::Everything(logs) => Answer::File(everything::write(session, logs)?),
        Question::ReadEverything(text) => Answer::Everything(Box::new(everything::read(&text)?)),
        Question::Preview(text) => Answer::Preview(sets::preview(session, &text)?),
        Question::Lint => Answer::Lint(lints::findings(session)?),
        Question::AlertCharts(rule, alert) => {
            Answer::Charts(why::charts_of_alert(session, &rule, alert)?)
        }
        Question::Sarif(converted) => Answer::File(lints::sarif(session, converted)?),
        Question::Charts(version) => Answer::Charts(why::charts(session, &version)?),
        Question::Export(wanted) => Answer::Export(Box::new(ship::export(session, &wanted)?)),
        Question::Handover(wanted) => Answer::Handover(ship::steps(session, &wanted)?),
        Question::Backtest(wanted) => {
            Answer::Backtest(Box::new(ship::backtested(session, &wanted)?))
        }
        Question::Script => Answer::File(ship::script(session)?),
        Question::Redact(wanted) => Answer::Redacted(Box::new(ship::redacted(&wanted)?)),
    })
}
