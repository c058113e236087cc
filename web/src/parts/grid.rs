//! A table of any size: only the rows in sight are asked for and drawn. Sort by a column, filter, choose
//! columns, copy, write to a file. The whole of it is reachable by keyboard: the region scrolls with the
//! arrow keys, headers are buttons.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::leptos_dom::helpers::debounce;
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
/// Rows asked for at once: what the region shows, and as much again above and below.
const PAGE_ROWS: usize = 60;
/// Rows by which the asked ones move: each step draws as many anew, which must fit into one frame.
const STEP_ROWS: usize = 10;
/// Widest column, in characters.
const WIDEST: usize = 44;
/// Characters that a header needs beside its name, for the mark of the order.
const MARK: usize = 2;
/// How long the filter waits for the next letter, in milliseconds.
const FILTER_REST: std::time::Duration = std::time::Duration::from_millis(200);
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
    /// The columns of the page, which rarely change.
    all: Memo<Vec<GridColumn>>,
    /// Visible columns with their widths in characters; they stay while rows are scrolled.
    widths: RwSignal<Vec<(GridColumn, usize)>>,
    /// Whether rows were asked for and have not come.
    asking: StoredValue<bool>,
    /// Columns that the user shows or hides against the default: filled ones are shown.
    turned: RwSignal<Vec<String>>,
    /// What a click on a row's number does, with the row's place in the table.
    on_row: Option<Callback<usize>>,
    told: RwSignal<String>,
}

/// A question that waits for its answer; dropped with it, and unanswered when the worker is started anew.
struct Asking(StoredValue<bool>);

impl Drop for Asking {
    fn drop(&mut self) {
        // The grid may be gone.
        let _ = self.0.try_set_value(false);
    }
}

impl Shown {
    fn query(&self) -> GridQuery {
        GridQuery {
            source: self.source.get_value(),
            sort: self.sort.get(),
            filter: self.filter.get(),
            first: self.first.get(),
            count: PAGE_ROWS,
            turned: self.turned.get(),
        }
    }

    /// Asks for the rows in sight: one question at a time, the newest when the last one is answered. Rows of
    /// another order or filter are dropped, those that have been scrolled past are better than none.
    fn load(&self) {
        let this = *self;
        let query = self.query();
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        let open = Asking(self.asking);
        let asked = query.clone();
        self.store.ask(Question::Grid(query), move |answer| {
            let Some(wanted) = this.page.try_with_untracked(|_| untrack(|| this.query())) else {
                return;
            };
            drop(open);
            let here = GridQuery {
                first: asked.first,
                ..wanted.clone()
            };
            match answer {
                Ok(Answer::Grid(page)) if here == asked => this.show(page),
                Err(problem) => this.told.set(problem.message),
                _ => {}
            }
            if wanted != asked {
                untrack(|| this.load());
            }
        });
    }

    fn show(&self, page: CellPage) {
        let columns: Vec<GridColumn> = page
            .columns
            .iter()
            .filter(|column| self.shows(column))
            .cloned()
            .collect();
        let known = self
            .widths
            .with_untracked(|known| known.iter().map(|(column, _)| column).eq(columns.iter()));
        if !known {
            let places = page.columns.iter().enumerate();
            let places = places.filter(|(_, column)| columns.contains(column));
            let widths =
                places.map(|(place, column)| (column.clone(), width(&page, place, column)));
            self.widths.set(widths.collect());
        }
        self.page.set(Some(page));
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
        let turned = self
            .turned
            .with_untracked(|turned| turned.contains(&column.name));
        column.filled != turned
    }

    /// Pixels that all rows take.
    fn height(&self) -> f64 {
        let rows = self
            .page
            .with(|page| page.as_ref().map_or(0, |page| page.matched));
        (rows as f64 * ROW_HEIGHT).min(MAX_HEIGHT)
    }
}

/// Characters that the longest of a page's cells in a column needs, or its header.
fn width(page: &CellPage, place: usize, column: &GridColumn) -> usize {
    let cells = page
        .rows
        .iter()
        .filter_map(|row| row.get(place)?.as_deref());
    let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
    longest.max(column.name.len() + MARK).min(WIDEST)
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
    let page = RwSignal::new(None::<CellPage>);
    let shown = Shown {
        all: Memo::new(move |_| {
            page.with(|page| page.as_ref().map(|page| page.columns.clone()))
                .unwrap_or_default()
        }),
        widths: RwSignal::new(Vec::new()),
        asking: StoredValue::new(false),
        store: expect_context::<Store>(),
        source: StoredValue::new(source),
        sort: RwSignal::new(None),
        filter: RwSignal::new(String::new()),
        first: RwSignal::new(0),
        page,
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
                <table
                    style:width=move || table_width(shown)
                    aria-rowcount=move || shown.page.with(|page| page.as_ref().map_or(0, |page| page.matched + 1))
                >
                    <colgroup>{move || columns(shown)}</colgroup>
                    <thead>{move || head(shown, reset)}</thead>
                    <tbody>
                        {spacer(move || around(shown).0)}
                        <For each=move || rows(shown) key=Row::key children=move |row| row_view(shown, row)/>
                        {spacer(move || around(shown).1)}
                    </tbody>
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
    let above = PAGE_ROWS / 3;
    let first = (top as usize).saturating_sub(above) / STEP_ROWS * STEP_ROWS;
    if first != shown.first.get_untracked() {
        shown.first.set(first);
    }
}

fn tools(shown: Shown, reset: impl Fn() + Copy + 'static) -> impl IntoView {
    let mut rest = debounce(FILTER_REST, move |text: String| {
        reset();
        shown.filter.set(text);
    });
    let typed = move |event| rest(event_target_value(&event));
    let save = move |format| shown.file(format, |_, file| download(&file));
    let copy_rows = move |_| shown.file("csv", |shown, file| copy(shown.told, "Rows", file.text));
    let columns = move || {
        let columns = shown.all.get().into_iter();
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
    view! { <label><input type="checkbox" prop:checked=move || { shown.turned.track(); shown.shows(&column) } on:change=change/>" "{label}</label> }
}

/// The width of a cell of so many characters with its padding.
fn cell_width(characters: usize) -> String {
    format!("calc({characters}ch + 1.3rem)")
}

/// Characters of the column of row numbers.
const NUMBER: usize = 9;

fn columns(shown: Shown) -> impl IntoView {
    let widths = shown.widths.get();
    let widths = widths.into_iter().map(|(_, width)| width);
    let all = std::iter::once(NUMBER).chain(widths);
    all.map(|width| view! { <col style:width=cell_width(width)/> })
        .collect_view()
}

fn table_width(shown: Shown) -> String {
    shown.widths.with(|widths| {
        let characters: usize = widths.iter().map(|(_, width)| width).sum();
        let padding = 1.3 * (widths.len() + 1) as f64;
        format!("calc({}ch + {padding}rem)", characters + NUMBER)
    })
}

fn head(shown: Shown, reset: impl Fn() + Copy + 'static) -> impl IntoView {
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

/// Pixels above and below the rows that are drawn.
fn around(shown: Shown) -> (f64, f64) {
    let height = shown.height();
    shown.page.with(|page| {
        let Some(page) = page else { return (0.0, 0.0) };
        let all = page.rows.len() as f64 * ROW_HEIGHT;
        let above = match page.matched {
            0 => 0.0,
            matched => (page.first as f64 / matched as f64 * height).min((height - all).max(0.0)),
        };
        (above, (height - above - all).max(0.0))
    })
}

fn spacer(height: impl Fn() -> f64 + Send + 'static) -> impl IntoView {
    view! { <tr class="spacer" aria-hidden="true"><td style:height=move || format!("{}px", height())></td></tr> }
}

/// A row that is drawn. Rows that stay in sight are not drawn anew.
#[derive(Clone, Hash)]
struct Row {
    place: usize,
    number: u32,
    cells: Vec<Option<String>>,
}

impl Row {
    fn key(&self) -> (usize, u64) {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        (self.place, hasher.finish())
    }
}

fn rows(shown: Shown) -> Vec<Row> {
    shown.page.with(|page| {
        let Some(page) = page else { return Vec::new() };
        let visible: Vec<bool> = page
            .columns
            .iter()
            .map(|column| shown.shows(column))
            .collect();
        let rows = page.rows.iter().zip(&page.numbers).zip(page.first..);
        let row = |((cells, number), place): ((&Vec<Option<String>>, &u32), usize)| Row {
            place,
            number: *number,
            cells: cells
                .iter()
                .zip(&visible)
                .filter(|(_, visible)| **visible)
                .map(|(cell, _)| cell.clone())
                .collect(),
        };
        rows.map(row).collect()
    })
}

fn row_view(shown: Shown, row: Row) -> impl IntoView {
    let cells: Vec<_> = row.cells.into_iter().map(cell_view).collect();
    view! { <tr aria-rowindex=row.place + 2><td class="count">{row_number(shown.on_row, row.number as usize)}</td>{cells}</tr> }
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
        // What does not fit is cut, and is told whole when it is pointed at.
        Some(text) if text.len() > WIDEST / 2 => {
            let title = text.clone();
            view! { <td title=title>{text}</td> }.into_any()
        }
        Some(text) => view! { <td>{text}</td> }.into_any(),
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
