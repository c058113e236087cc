//! A log on which two rules do different things, and what each does.

use leptos::prelude::*;
use workbench::protocol::{CounterExample, ExampleOutcome, ExampleTable};

use crate::words::{counted, minute};

/// A counter-example; `names` are what the two rules are called.
#[component]
pub fn Example(example: CounterExample, names: (&'static str, &'static str)) -> impl IntoView {
    let has_rows = !example.tables.is_empty();
    let heading = match has_rows {
        true => "The smallest log on which they differ",
        false => "Where they differ",
    };
    let tables = example.tables.into_iter().map(|one| rows(one, names));
    let outcomes = has_rows.then(|| {
        view! {
            <div class="results">
                {outcome(names.0, example.original)}
                {outcome(names.1, example.converted)}
            </div>
        }
    });
    view! {
        <h4>{heading}</h4>
        <p>{example.difference.sentence}</p>
        <p class="facts">"Found on "{example.found_on}", run at "{minute(&example.time)}" UTC."</p>
        {tables.collect_view()}
        {outcomes}
    }
}

/// Rows as the first rule reads them; a cell that the other rule reads otherwise shows both.
fn rows(table: ExampleTable, names: (&'static str, &'static str)) -> impl IntoView {
    let label = format!("{} of {}", counted(table.rows.len(), "row"), table.name);
    let lines = table
        .rows
        .into_iter()
        .zip(table.carried)
        .map(|(row, carried)| {
            let cells = row
                .into_iter()
                .zip(carried)
                .map(|(cell, other)| match cell == other {
                    true => view! { <td>{cell}</td> }.into_any(),
                    false => view! {
                        <td>{cell}<span class="after">{names.1}" reads "{other}</span></td>
                    }
                    .into_any(),
                });
            view! { <tr>{cells.collect_view()}</tr> }
        });
    let lines = lines.collect_view();
    let heads = table
        .columns
        .into_iter()
        .map(|name| view! { <th scope="col">{name}</th> });
    view! {
        <h4>{label.clone()}</h4>
        <div class="scroll" tabindex="0" role="region" aria-label=label>
            <table><thead><tr>{heads.collect_view()}</tr></thead><tbody>{lines}</tbody></table>
        </div>
    }
}

fn outcome(name: &'static str, outcome: ExampleOutcome) -> impl IntoView {
    let (class, said) = match outcome.fires {
        true => ("fires", "raises an alert"),
        false => ("quiet", "raises no alert"),
    };
    let entities = outcome
        .entities
        .into_iter()
        .map(|entity| view! { <li>{entity}</li> });
    let label = format!("Result of the {}", name.to_lowercase());
    view! {
        <div class=format!("outcome {class}")>
            <h4>{name}" "{said}</h4>
            <ul class="entities">{entities.collect_view()}</ul>
            {grid(label, outcome.columns, outcome.rows)}
            <p class="facts">{counted(outcome.row_count, "row")}" in all"</p>
        </div>
    }
}

/// A small table; columns that are empty in all rows are left out.
pub fn grid(label: String, columns: Vec<String>, rows: Vec<Vec<String>>) -> Option<impl IntoView> {
    let filled = |place: &usize| {
        rows.iter()
            .any(|row| row.get(*place).is_some_and(|cell| !cell.is_empty()))
    };
    let places: Vec<usize> = (0..columns.len()).filter(filled).collect();
    (!rows.is_empty()).then(|| {
        let heads = places
            .iter()
            .filter_map(|place| columns.get(*place).cloned());
        let heads = heads
            .map(|name| view! { <th scope="col">{name}</th> })
            .collect_view();
        let lines = rows.iter().map(|row| {
            let cells = places.iter().filter_map(|place| row.get(*place).cloned());
            view! { <tr>{cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
        });
        let lines = lines.collect_view();
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label=label>
                <table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>
            </div>
        }
    })
}
