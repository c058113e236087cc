//! Answers questions of the page; a question changes nothing that the page shows.

use crate::grid;
use crate::protocol::{Answer, Problem, Question};
use crate::session::{OnProgress, Session};
use crate::why;

/// The answer to a question.
pub(crate) fn answer(
    session: &mut Session,
    question: Question,
    _progress: OnProgress<'_>,
) -> Result<Answer, Problem> {
    Ok(match question {
        Question::Grid(query) => Answer::Grid(grid::page(session, &query)?),
        Question::GridFile(wanted) => Answer::File(grid::file(session, &wanted)?),
        Question::Why(question) => Answer::Why(why::why(session, &question)?),
        Question::Incident(rule, number) => {
            Answer::Incident(Box::new(why::incident(session, &rule, number)?))
        }
        Question::Together => Answer::Together(why::together(session)),
        Question::Charts(version) => Answer::Charts(why::charts(session, &version)?),
    })
}
