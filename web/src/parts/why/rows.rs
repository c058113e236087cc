//! Answers about rows: what is behind a result, what became of a row, why there is nothing.

use leptos::prelude::*;
use workbench::protocol::{EmptyView, EvidenceView, FateView, LogRowView, TestOf};

use crate::parts::{prose, sentences};

/// The log rows behind a result. Each leads to the question what became of it.
pub fn evidence(found: EvidenceView, fate: Callback<(String, usize)>) -> impl IntoView {
    let head = found.columns.iter().cloned();
    let head = head
        .map(|name| view! { <th scope="col">{name}</th> })
        .collect_view();
    let any_possible = found.rows.iter().any(|row| row.possible);
    let more = (found.left_out > 0).then(|| {
        view! { <p class="facts">{format!("The first {} rows; {} more are not shown.", found.rows.len(), found.left_out)}</p> }
    });
    let rows = found
        .rows
        .into_iter()
        .map(|row| log_row(row, any_possible, fate));
    view! {
        <p>{prose(found.summary)}</p>
        <p class="facts">{found.run}</p>
        <div class="scroll log-rows" tabindex="0" role="region" aria-label="Log rows">
            <table>
                <thead><tr>
                    <th scope="col">"Log row"</th>
                    {any_possible.then(|| view! { <th scope="col">"Needed"</th> })}
                    {head}
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        {more}
        {sentences(found.notes)}
    }
}

/// The rows as a test is made of them; `None` when not all are known here.
pub fn as_test(found: &EvidenceView) -> Option<TestOf> {
    let rows = found.rows.iter().map(|row| (row.log.clone(), row.row));
    (found.left_out == 0 && !found.rows.is_empty()).then(|| TestOf::Rows(rows.collect()))
}

fn log_row(row: LogRowView, any_possible: bool, fate: Callback<(String, usize)>) -> impl IntoView {
    let place = format!("{}, row {}", row.file, row.row + 1);
    let label = format!("What became of {place}");
    let (log, number) = (row.log, row.row);
    let needed = match row.possible {
        true => "possibly",
        false => "yes",
    };
    // What does not fit is cut, and is told whole when it is pointed at.
    let cells = row.cells.into_iter().map(|text| {
        let title = text.clone();
        view! { <td title=title>{text}</td> }
    });
    view! {
        <tr>
            <th scope="row"><button class="link" aria-label=label on:click=move |_| fate.run((log.clone(), number))>{place}</button></th>
            {any_possible.then(|| view! { <td>{needed}</td> })}
            {cells.collect_view()}
        </tr>
    }
}

/// What became of a row.
pub fn fate(found: FateView) -> impl IntoView {
    let class = match found.kept {
        true => "fate kept",
        false => "fate dropped",
    };
    let cells = found.cells.into_iter().map(|(name, value)| {
        view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> }
    });
    view! {
        <div class=class>
            <p><strong>{found.row}</strong></p>
            <p class="facts">{found.run}</p>
            {sentences(found.sentences)}
            <details>
                <summary>"The row"</summary>
                <table><tbody>{cells.collect_view()}</tbody></table>
            </details>
        </div>
    }
}

/// Why a result is empty.
pub fn empty(found: EmptyView) -> impl IntoView {
    view! {
        <p class="facts">{found.run}</p>
        {sentences(found.sentences)}
    }
}
