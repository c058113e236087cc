//! Answers questions of the page; a question changes nothing that the page shows.

use crate::grid;
use crate::protocol::{Answer, Problem, Question};
use crate::session::{OnProgress, Session};

/// The answer to a question.
pub(crate) fn answer(
    session: &mut Session,
    question: Question,
    _progress: OnProgress<'_>,
) -> Result<Answer, Problem> {
    Ok(match question {
        Question::Grid(query) => Answer::Grid(grid::page(session, &query)?),
        Question::GridFile(wanted) => Answer::File(grid::file(session, &wanted)?),
    })
}
