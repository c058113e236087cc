//! A table of any size: only the rows about what is in sight are asked for, and only cells of columns in sight are
//! drawn. Sort by a column, filter, choose columns, copy, write to a file. The whole of it is reachable by keyboard: the region scrolls with the
//! arrow keys, Enter leads to the numbers of the rows, headers are buttons.

mod columns;
mod moving;
mod rows;
mod tools;
mod whole;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web::scrolling::Scrolling;
use web_sys::HtmlElement;
use workbench::protocol::{
    Answer, CellPage, GridColumn, GridFile, GridQuery, GridSource, Question,
};

use columns::{columns, head, in_sight, table_width, width};
use moving::{Standing, hear_wheel, pressed, scrolled};
use rows::{Row, around, row_view, rows, spacer};
use tools::tools;
use whole::{Whole, whole};

use crate::state::Store;
use crate::words::{counted, grouped};

/// Rows asked for at once: what the region shows, and as much again above and below.
const PAGE_ROWS: usize = 48;
/// Rows by which the asked ones move: each step draws as many anew, which must fit into one frame.
const STEP_ROWS: usize = 10;

/// What a grid shows and how.
#[derive(Clone, Copy)]
struct Shown {
    store: Store,
    source: StoredValue<GridSource>,
    sort: RwSignal<Option<(String, bool)>>,
    filter: RwSignal<String>,
    first: RwSignal<usize>,
    /// Where the region stands, once it was moved and has more rows than fit into its height.
    standing: RwSignal<Standing>,
    page: RwSignal<Option<CellPage>>,
    /// The columns of the page, which rarely change.
    all: Memo<Vec<GridColumn>>,
    /// Visible columns with their widths in characters; they stay while rows are scrolled.
    widths: RwSignal<Vec<(GridColumn, usize)>>,
    /// The visible columns in sight; unknown until their heads are drawn.
    sight: RwSignal<Option<(usize, usize)>>,
    /// Whether rows were asked for and have not come.
    asking: StoredValue<bool>,
    /// Columns that the user shows or hides against the default: filled ones are shown.
    turned: RwSignal<Vec<String>>,
    /// What a click on a row's number does, with the row's place in the table.
    on_row: Option<Callback<usize>>,
    /// The row that is open, where rows cannot be asked about.
    whole: RwSignal<Option<Whole>>,
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
            sight: self.sight.get(),
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
                sight: asked.sight,
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
            let row = page.rows.first();
            if row.is_some_and(|cells| cells.len() < columns.len()) {
                // Widths follow all cells of a page.
                return self.sight.set(None);
            }
            let widths = columns.into_iter().enumerate();
            let widths = widths.map(|(place, column)| {
                let width = width(&page, place, &column);
                (column, width)
            });
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

    /// Rows that the filter leaves.
    fn matched(&self) -> usize {
        self.page
            .with(|page| page.as_ref().map_or(0, |page| page.matched))
    }

    /// The table in its region.
    fn table(&self) -> Scrolling {
        Scrolling {
            rows: self.matched(),
            seen: self.standing.with(|standing| standing.seen),
        }
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
    let page = RwSignal::new(None::<CellPage>);
    let shown = Shown {
        all: Memo::new(move |_| {
            page.with(|page| page.as_ref().map(|page| page.columns.clone()))
                .unwrap_or_default()
        }),
        widths: RwSignal::new(Vec::new()),
        sight: RwSignal::new(None),
        asking: StoredValue::new(false),
        store: expect_context::<Store>(),
        source: StoredValue::new(source),
        sort: RwSignal::new(None),
        filter: RwSignal::new(String::new()),
        first: RwSignal::new(0),
        standing: RwSignal::new(Standing::default()),
        page,
        turned: RwSignal::new(Vec::new()),
        on_row,
        whole: RwSignal::new(None),
        told: RwSignal::new(String::new()),
    };
    let region = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || shown.load());
    let look = move || {
        let sight = region.get_untracked().and_then(|region| in_sight(&region));
        if sight.is_some() && sight != shown.sight.get_untracked() {
            shown.sight.set(sight);
        }
    };
    Effect::new(move || {
        shown.widths.track();
        // The heads are drawn by then, or the grid is gone.
        if let Ok(frame) = request_animation_frame_with_handle(look) {
            on_cleanup(move || frame.cancel());
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| look());
    on_cleanup(move || resized.remove());
    let left = StoredValue::new(0);
    let on_scroll = move |event: web_sys::Event| {
        let element: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
        let Some(element) = element else { return };
        scrolled(shown, &element);
        // Heads are measured only when the region was scrolled sideways.
        let sideways = element.scroll_left();
        if sideways != left.get_value() {
            left.set_value(sideways);
            look();
        }
    };
    hear_wheel(shown, region);
    let on_key = move |event| {
        if let Some(region) = region.get_untracked() {
            pressed(shown, &region, &event);
        }
    };
    let reset = move || {
        shown.first.set(0);
        shown.standing.set(Standing::default());
        if let Some(region) = region.get_untracked() {
            region.set_scroll_top(0);
        }
    };
    view! {
        <div class="grid">
            {tools(shown, reset)}
            <div class="grid-rows" tabindex="0" role="region" aria-label=label node_ref=region on:scroll=on_scroll on:keydown=on_key>
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
            <p class="facts">{move || summary(shown)}<span class="keys">" · Enter leads to a row's number, arrow keys to the next ones"</span></p>
            <p class="facts" role="status">{move || shown.told.get()}</p>
            {whole(shown)}
        </div>
    }
}

fn summary(shown: Shown) -> String {
    shown.page.with(|page| match page {
        None => String::new(),
        Some(page) if page.matched == page.total => counted(page.total, "row"),
        Some(page) => format!(
            "{} of {}",
            grouped(page.matched),
            counted(page.total, "row")
        ),
    })
}
