//! A table of any size: only the rows in sight are asked for and drawn. Sort by a column, filter, choose
//! columns, copy, write to a file. The whole of it is reachable by keyboard: the region scrolls with the
//! arrow keys, headers are buttons.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use workbench::protocol::{
    Answer, CellPage, GridColumn, GridFile, GridQuery, GridSource, Question,
};

use super::{copy, download};
use crate::state::Store;
use crate::words::counted;

/// Height of a row in pixels; the style sheet gives rows the same.
const ROW_HEIGHT: f64 = 26.0;
/// Rows asked for at once: what a tall screen shows, and as much again above and below.
const PAGE_ROWS: usize = 90;
/// Highest element that browsers lay out exactly, in pixels; more rows share a pixel.
const MAX_HEIGHT: f64 = 8_000_000.0;

/// What a grid shows and how.
#[derive(Clone, Copy)]
struct Shown {
    store: Store,
    source: StoredValue<GridSource>,
    sort: RwSignal<Option<(String, bool)>>,
    filter: RwSignal<String>,
    first: RwSignal<usize>,
    page: RwSignal<Option<CellPage>>,
    /// Columns that the user shows or hides against the default: filled ones are shown.
    turned: RwSignal<Vec<String>>,
    /// What a click on a row's number does, with the row's place in the table.
    on_row: Option<Callback<usize>>,
    told: RwSignal<String>,
}

impl Shown {
    fn query(&self) -> GridQuery {
        GridQuery {
            source: self.source.get_value(),
            sort: self.sort.get(),
            filter: self.filter.get(),
            first: self.first.get(),
            count: PAGE_ROWS,
        }
    }

    /// Asks for the rows in sight; an answer to an older question is dropped.
    fn load(&self) {
        let this = *self;
        let query = self.query();
        let asked = query.clone();
        self.store.ask(Question::Grid(query), move |answer| {
            let wanted = untrack(|| this.page.try_with_untracked(|_| this.query()));
            match answer {
                Ok(Answer::Grid(page)) if wanted == Some(asked) => this.page.set(Some(page)),
                Err(problem) if wanted.is_some() => this.told.set(problem.message),
                _ => {}
            }
        });
    }

    fn file(
        &self,
        format: &'static str,
        then: impl FnOnce(&Shown, workbench::protocol::ExportFile) + 'static,
    ) {
        let this = *self;
        let columns = self.page.with_untracked(|page| {
            let columns = page.iter().flat_map(|page| page.columns.iter());
            let shown = columns.filter(|column| this.shows(column));
            shown.map(|column| column.name.clone()).collect()
        });
        let wanted = GridFile {
            query: untrack(|| self.query()),
            columns,
            format: format.to_owned(),
        };
        self.store.ask_long(
            "Writing the rows",
            Question::GridFile(wanted),
            move |answer| match answer {
                Ok(Answer::File(file)) => then(&this, file),
                Err(problem) => this
                    .told
                    .set(format!("{}; {}", problem.message, problem.remedy)),
                Ok(_) => {}
            },
        );
    }

    fn shows(&self, column: &GridColumn) -> bool {
        let turned = self.turned.with(|turned| turned.contains(&column.name));
        column.filled != turned
    }

    fn columns(&self) -> Vec<GridColumn> {
        self.page
            .with(|page| page.as_ref().map(|page| page.columns.clone()))
            .unwrap_or_default()
    }

    /// Pixels that all rows take.
    fn height(&self) -> f64 {
        let rows = self
            .page
            .with(|page| page.as_ref().map_or(0, |page| page.matched));
        (rows as f64 * ROW_HEIGHT).min(MAX_HEIGHT)
    }
}

/// The rows of a table.
#[component]
pub fn Grid(
    source: GridSource,
    label: &'static str,
    /// What a click on a row's number does, with the row's place in the table.
    #[prop(optional)]
    on_row: Option<Callback<usize>>,
) -> impl IntoView {
    let shown = Shown {
        store: expect_context::<Store>(),
        source: StoredValue::new(source),
        sort: RwSignal::new(None),
        filter: RwSignal::new(String::new()),
        first: RwSignal::new(0),
        page: RwSignal::new(None),
        turned: RwSignal::new(Vec::new()),
        on_row,
        told: RwSignal::new(String::new()),
    };
    let region = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || shown.load());
    let scrolled = move |event: web_sys::Event| {
        let element: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
        if let Some(element) = element {
            scroll(shown, &element);
        }
    };
    let reset = move || {
        shown.first.set(0);
        if let Some(region) = region.get_untracked() {
            region.set_scroll_top(0);
        }
    };
    view! {
        <div class="grid">
            {tools(shown, reset)}
            <div class="grid-rows" tabindex="0" role="region" aria-label=label node_ref=region on:scroll=scrolled>
                <table aria-rowcount=move || shown.page.with(|page| page.as_ref().map_or(0, |page| page.matched + 1))>
                    <thead>{move || head(shown, reset)}</thead>
                    <tbody>{move || body(shown)}</tbody>
                </table>
            </div>
            <p class="facts">{move || summary(shown)}</p>
            <p class="facts" role="status">{move || shown.told.get()}</p>
        </div>
    }
}

/// The first row to ask for, from how far the region is scrolled.
fn scroll(shown: Shown, region: &HtmlElement) {
    let matched = shown
        .page
        .with_untracked(|page| page.as_ref().map_or(0, |page| page.matched));
    let height = untrack(|| shown.height());
    if matched == 0 || height == 0.0 {
        return;
    }
    let top = f64::from(region.scroll_top()) / height * matched as f64;
    let step = PAGE_ROWS / 3;
    let first = (top as usize).saturating_sub(step) / step * step;
    if first != shown.first.get_untracked() {
        shown.first.set(first);
    }
}

fn tools(shown: Shown, reset: impl Fn() + Copy + 'static) -> impl IntoView {
    let typed = move |event| {
        reset();
        shown.filter.set(event_target_value(&event));
    };
    let save = move |format| shown.file(format, |_, file| download(&file));
    let copy_rows = move |_| shown.file("csv", |shown, file| copy(shown.told, "Rows", file.text));
    let columns = move || {
        let columns = shown.columns().into_iter();
        columns
            .map(|column| column_choice(shown, column))
            .collect_view()
    };
    view! {
        <div class="grid-tools">
            <label>"Filter "<input type="search" autocomplete="off" spellcheck="false" on:input=typed/></label>
            <details class="menu"><summary>"Columns"</summary><div class="menu-list">{columns}</div></details>
            <button class="plain" on:click=copy_rows>"Copy"</button>
            <button class="plain" on:click=move |_| save("csv")>"CSV"</button>
            <button class="plain" on:click=move |_| save("json")>"JSON"</button>
        </div>
    }
}

fn column_choice(shown: Shown, column: GridColumn) -> impl IntoView {
    let name = column.name.clone();
    let change = move |_| {
        shown.turned.update(|turned| {
            let known = turned.iter().position(|one| *one == name);
            match known {
                Some(place) => drop(turned.remove(place)),
                None => turned.push(name.clone()),
            }
        });
    };
    let label = column.name.clone();
    view! { <label><input type="checkbox" prop:checked=move || shown.shows(&column) on:change=change/>" "{label}</label> }
}

fn head(shown: Shown, reset: impl Fn() + Copy + 'static) -> impl IntoView {
    let visible = shown.columns().into_iter();
    let visible = visible.filter(|column| shown.shows(column));
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
    view! { <tr><th scope="col" class="count">"#"</th>{heads.collect_view()}</tr> }
}

/// The rows in sight between two spacers that stand for the others.
fn body(shown: Shown) -> Option<impl IntoView> {
    let page = shown.page.get()?;
    let height = shown.height();
    let all = page.rows.len() as f64 * ROW_HEIGHT;
    let above = match page.matched {
        0 => 0.0,
        matched => (page.first as f64 / matched as f64 * height).min((height - all).max(0.0)),
    };
    let below = (height - above - all).max(0.0);
    let visible: Vec<bool> = page
        .columns
        .iter()
        .map(|column| shown.shows(column))
        .collect();
    let first = page.first;
    let rows = page.rows.into_iter().zip(page.numbers).enumerate();
    let rows = rows.map(|(index, (row, number))| {
        let cells = row.into_iter().zip(&visible).filter(|(_, visible)| **visible);
        let cells: Vec<_> = cells.map(|(cell, _)| cell_view(cell)).collect();
        view! { <tr aria-rowindex=first + index + 2><td class="count">{row_number(shown.on_row, number as usize)}</td>{cells}</tr> }
    });
    let rows = rows.collect_view();
    let spacer = |height: f64| view! { <tr class="spacer" aria-hidden="true"><td style:height=format!("{height}px")></td></tr> };
    Some(view! { {spacer(above)}{rows}{spacer(below)} })
}

/// A row's number; a button when a row can be asked about.
fn row_number(on_row: Option<Callback<usize>>, row: usize) -> AnyView {
    let text = (row + 1).to_string();
    match on_row {
        None => text.into_any(),
        Some(on_row) => {
            let label = format!("Why row {text}");
            view! { <button class="link" aria-label=label title="Why" on:click=move |_| on_row.run(row)>{text}</button> }.into_any()
        }
    }
}

fn cell_view(cell: Option<String>) -> AnyView {
    match cell {
        Some(text) => {
            let title = text.clone();
            view! { <td title=title>{text}</td> }.into_any()
        }
        None => view! { <td class="null">"null"</td> }.into_any(),
    }
}

fn summary(shown: Shown) -> String {
    shown.page.with(|page| match page {
        None => String::new(),
        Some(page) if page.matched == page.total => counted(page.total, "row"),
        Some(page) => format!("{} of {}", page.matched, counted(page.total, "row")),
    })
}
