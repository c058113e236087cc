//! The rows of a grid that are drawn: those about what is in sight, with the cells of the columns in sight.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::prelude::*;
use web::scrolling::ROW_HEIGHT;

use super::Shown;
use super::columns::WIDEST;
use super::whole::open;

/// Columns that are drawn while it is not known which are in sight; few enough for a frame.
const FIRST_DRAWN: usize = 16;

/// Pixels above and below the rows that are drawn.
pub(super) fn around(shown: Shown) -> (f64, f64) {
    let table = shown.table();
    let top = shown.standing.with(|standing| standing.top);
    shown.page.with(|page| {
        let Some(page) = page else { return (0.0, 0.0) };
        let count = page.rows.len();
        let above = table.above(page.first, count, top);
        let below = table.height() - above - count as f64 * ROW_HEIGHT;
        (above, below.max(0.0))
    })
}

/// A row that keeps the place of those that are not drawn.
pub(super) fn spacer(height: impl Fn() -> f64 + Send + 'static) -> impl IntoView {
    view! { <tr class="spacer" aria-hidden="true"><td style:height=move || format!("{}px", height())></td></tr> }
}

/// A row that is drawn. Rows that stay in sight are not drawn anew.
#[derive(Clone, Hash)]
pub(super) struct Row {
    place: usize,
    number: u32,
    /// Columns before and after the cells, which are not in sight.
    hidden: (usize, usize),
    cells: Vec<Option<String>>,
}

impl Row {
    /// Tells rows with other contents or columns apart.
    pub fn key(&self) -> (usize, u64) {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        (self.place, hasher.finish())
    }
}

/// The rows of the page with the cells in sight; with the first ones while it is not known what that is.
pub(super) fn rows(shown: Shown) -> Vec<Row> {
    // A change of what is in sight brings another page.
    let most = match shown.sight.get_untracked() {
        None => FIRST_DRAWN,
        Some(_) => usize::MAX,
    };
    shown.page.with(|page| {
        let Some(page) = page else { return Vec::new() };
        let visible = page
            .columns
            .iter()
            .filter(|column| shown.shows(column))
            .count();
        let row = |((cells, number), place): ((&Vec<Option<String>>, &u32), usize)| {
            let cells = &cells[..cells.len().min(most)];
            Row {
                place,
                number: *number,
                hidden: (
                    page.before,
                    visible.saturating_sub(page.before + cells.len()),
                ),
                cells: cells.to_vec(),
            }
        };
        let rows = page.rows.iter().zip(&page.numbers).zip(page.first..);
        rows.map(row).collect()
    })
}

pub(super) fn row_view(shown: Shown, row: Row) -> impl IntoView {
    let cells: Vec<_> = row.cells.into_iter().map(cell_view).collect();
    let (before, after) = row.hidden;
    view! { <tr aria-rowindex=row.place + 2><td class="count">{row_number(shown, row.place, row.number as usize)}</td>{hidden(before)}{cells}{hidden(after)}</tr> }
}

/// An empty cell in place of so many columns that are not in sight.
fn hidden(columns: usize) -> Option<impl IntoView> {
    (columns > 0).then(|| view! { <td colspan=columns></td> })
}

/// A row's number, a button that asks about the row or opens it whole. Keys lead from one to the next, and Tab
/// passes them: there are too many.
fn row_number(shown: Shown, place: usize, row: usize) -> impl IntoView {
    let text = (row + 1).to_string();
    let title = match shown.on_row {
        Some(_) => "Why",
        None => "The whole of",
    };
    let label = format!("{title} row {text}");
    let chosen = move |_| match shown.on_row {
        Some(on_row) => on_row.run(row),
        None => open(shown, place),
    };
    view! { <button class="link" tabindex="-1" aria-label=label.clone() title=label on:click=chosen>{text}</button> }
}

fn cell_view(cell: Option<String>) -> AnyView {
    match cell {
        // What does not fit is cut, and is told whole when it is pointed at.
        Some(text) if text.len() > WIDEST / 2 => {
            let title = text.clone();
            view! { <td title=title>{text}</td> }.into_any()
        }
        Some(text) => view! { <td>{text}</td> }.into_any(),
        None => view! { <td class="null">"null"</td> }.into_any(),
    }
}
