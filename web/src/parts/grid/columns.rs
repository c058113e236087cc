//! The columns of a grid: their widths, their heads, and which of them are in sight.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use workbench::protocol::{CellPage, GridColumn};

use super::Shown;

/// Widest column, in characters.
pub(super) const WIDEST: usize = 44;
/// Characters that a header needs beside its name, for the mark of the order.
const MARK: usize = 2;
/// Characters of the column of row numbers.
const NUMBER: usize = 9;

/// The columns that a region shows and one more on each side, by their places among the visible ones: from the first
/// to before the last. `None` while no heads are drawn.
pub(super) fn in_sight(region: &HtmlElement) -> Option<(usize, usize)> {
    let left = region.scroll_left();
    let right = left + region.client_width();
    let heads = region.query_selector_all("thead th").ok()?;
    // The first head is that of the row numbers.
    let heads =
        (1..heads.length()).filter_map(|place| heads.item(place)?.dyn_into::<HtmlElement>().ok());
    let seen = heads.enumerate().filter(|(_, head)| {
        head.offset_left() < right && head.offset_left() + head.offset_width() > left
    });
    let seen: Vec<usize> = seen.map(|(place, _)| place).collect();
    Some((seen.first()?.saturating_sub(1), seen.last()? + 2))
}

/// Characters that the longest of a page's cells in a column needs, or its header.
pub(super) fn width(page: &CellPage, place: usize, column: &GridColumn) -> usize {
    let cells = page
        .rows
        .iter()
        .filter_map(|row| row.get(place)?.as_deref());
    let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
    longest.max(column.name.len() + MARK).min(WIDEST)
}

/// The width of a cell of so many characters with its padding.
fn cell_width(characters: usize) -> String {
    format!("calc({characters}ch + 1.3rem)")
}

/// The widths of all columns, for the table's layout.
pub(super) fn columns(shown: Shown) -> impl IntoView {
    let widths = shown.widths.get();
    let widths = widths.into_iter().map(|(_, width)| width);
    let all: Vec<usize> = std::iter::once(NUMBER).chain(widths).collect();
    // What a wide region has left goes to the last column; the others stay together.
    let fixed = all.len() - 1;
    let all = all.into_iter().enumerate();
    all.map(|(place, width)| {
        let width = (place < fixed).then(|| cell_width(width));
        view! { <col style:width=width/> }
    })
    .collect_view()
}

/// The width of the whole table.
pub(super) fn table_width(shown: Shown) -> String {
    shown.widths.with(|widths| {
        let characters: usize = widths.iter().map(|(_, width)| width).sum();
        let padding = 1.3 * (widths.len() + 1) as f64;
        format!("calc({}ch + {padding}rem)", characters + NUMBER)
    })
}

/// The names of all columns: buttons that sort.
pub(super) fn head(shown: Shown, reset: impl Fn() + Copy + 'static) -> impl IntoView {
    let visible = shown.widths.get().into_iter().map(|(column, _)| column);
    let heads = visible.map(|GridColumn { name, ty, .. }| {
        let sorted = shown.sort.get().filter(|(column, _)| *column == name);
        let (order, sign) = match sorted {
            None => ("none", ""),
            Some((_, false)) => ("ascending", " ↑"),
            Some((_, true)) => ("descending", " ↓"),
        };
        let label = name.clone();
        let turn = move |_| {
            reset();
            shown.sort.update(|sort| {
                *sort = match sort.take() {
                    Some((column, false)) if column == name => Some((column, true)),
                    Some((column, true)) if column == name => None,
                    _ => Some((name.clone(), false)),
                };
            });
        };
        view! { <th scope="col" aria-sort=order><button class="plain" title=ty on:click=turn>{label}{sign}</button></th> }
    });
    view! { <tr aria-rowindex="1"><th scope="col" class="count">"#"</th>{heads.collect_view()}</tr> }
}
