//! What the names of a record's fields tell: which table takes it and which column each field.
//!
//! The records of a log mostly have the same names, so this is worked out once for each list of names.

use std::sync::Arc;

use kql_engine::TableBuilder;

use crate::cell::{Cell, Fields};
use crate::convert;
use crate::flatten;
use crate::names::Way;
use crate::raw::Raw;
use crate::records::MAX_COLUMNS;
use crate::schema::{AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY, suffix_type};
use crate::stix;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An envelope around an array of records.
    Batch,
    /// A raw resource log.
    Raw,
    /// A STIX indicator.
    Indicator,
    /// Another part of a STIX bundle; bundles hold relations and identities beside the indicators.
    OtherObject,
    /// A row of this table.
    Row(&'static str),
    Unknown,
}

/// Where the cells of a field go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    /// Not known before the first value: its type may decide.
    Undecided,
    Column(usize),
    /// Left out.
    Nowhere,
}

/// The plan for records with one list of names.
#[derive(Debug)]
pub(crate) struct Plan {
    pub names: Arc<Vec<String>>,
    /// The way of the names, where it is known.
    pub way: Option<Way>,
    /// Whether a name is there twice; the first value that is not null counts.
    pub repeats: bool,
    /// Fields whose text decides on the kind, with the text that this plan is for.
    words: Vec<(usize, String)>,
    pub kind: Kind,
    pub slots: Vec<Slot>,
    /// Fields whose slots are not decided.
    undecided: Vec<usize>,
}

/// Fields that name a table or a type of object.
const WORDS: [&str; 2] = ["Type", "type"];

impl Plan {
    /// Works out the plan for a record.
    pub fn of(fields: &Fields<'_>) -> Self {
        let word = |(index, name): (usize, &std::borrow::Cow<'_, str>)| {
            let named = WORDS.contains(&name.as_ref());
            named.then(|| (index, text_at(fields, index).to_owned()))
        };
        let mut names: Vec<&str> = fields.names.iter().map(AsRef::as_ref).collect();
        names.sort_unstable();
        Self {
            repeats: !names.is_sorted_by(|a, b| a < b),
            names: Arc::new(fields.names.iter().map(|name| name.to_string()).collect()),
            way: None,
            words: fields.names.iter().enumerate().filter_map(word).collect(),
            kind: kind(fields),
            slots: vec![Slot::Undecided; fields.names.len()],
            undecided: (0..fields.names.len()).collect(),
        }
    }

    /// Whether the plan is for records like this one.
    pub fn fits(&self, fields: &Fields<'_>) -> bool {
        self.names.len() == fields.names.len()
            && self.names.iter().zip(&fields.names).all(|(a, b)| a == b)
            && self.fits_words(fields)
    }

    fn fits_words(&self, fields: &Fields<'_>) -> bool {
        let mut words = self.words.iter();
        words.all(|(index, word)| text_at(fields, *index) == word)
    }

    /// Whether the plan is for records with these cells, whose names are those of the plan.
    pub fn fits_cells(&self, cells: &[Raw], text: &str) -> bool {
        let mut words = self.words.iter();
        words.all(|(index, word)| {
            let cell = cells.get(*index).and_then(|cell| cell.text(text));
            cell.is_some_and(|cell| cell == word)
        })
    }

    /// Whether all fields have their columns.
    pub fn is_decided(&self) -> bool {
        self.undecided.is_empty()
    }

    /// Gives fields with a first value their columns; `value` is the cell of a field, when it is not null.
    pub fn decide<'t>(
        &mut self,
        table: &mut TableBuilder,
        value: impl Fn(usize) -> Option<Cell<'t>>,
    ) {
        let (names, slots) = (&self.names, &mut self.slots);
        self.undecided.retain(|field| {
            let named = names.get(*field).zip(slots.get_mut(*field));
            let Some(((name, place), cell)) = named.zip(value(*field)) else {
                return true;
            };
            *place = slot(table, name, &cell);
            false
        });
    }
}

/// The column for a field's first value.
fn slot(table: &mut TableBuilder, name: &str, cell: &Cell<'_>) -> Slot {
    if name == "TableName" {
        return Slot::Nowhere;
    }
    let known = table.schema().index_of(name);
    if known.is_none() && table.schema().len() >= MAX_COLUMNS {
        return Slot::Nowhere;
    }
    Slot::Column(known.unwrap_or_else(|| {
        let ty = suffix_type(name).unwrap_or_else(|| convert::inferred(cell));
        table.add_column(name, ty)
    }))
}

fn text_at<'f>(fields: &'f Fields<'_>, index: usize) -> &'f str {
    match fields.cells.get(index) {
        Some(Cell::Text(text)) => text,
        _ => "",
    }
}

fn kind(fields: &Fields<'_>) -> Kind {
    let at = |name: &str| fields.names.iter().position(|known| known == name);
    let has = |name: &str| at(name).is_some();
    let text = |name: &str| at(name).map_or("", |index| text_at(fields, index));
    let nested = |index: usize| match fields.cells.get(index) {
        Some(Cell::Nested(text)) => text.starts_with('['),
        _ => false,
    };
    if at("records").is_some_and(nested) {
        Kind::Batch
    } else if flatten::is_raw(has) {
        Kind::Raw
    } else if stix::is_indicator(text("type"), has) {
        Kind::Indicator
    } else if stix::is_other_object(text("type"), has) {
        Kind::OtherObject
    } else {
        table(text("Type"), has).map_or(Kind::Unknown, Kind::Row)
    }
}

/// The table that a row belongs to, by its own word or by its columns.
fn table(said: &str, has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let known = [AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY];
    if let Some(known) = known.into_iter().find(|known| *known == said) {
        Some(known)
    } else if has("ObservableValue") || has("ObservableKey") {
        Some(INDICATORS)
    } else if has("IndicatorId") || has("NetworkIP") || has("ExpirationDateTime") {
        Some(INDICATORS_LEGACY)
    } else if has("OperationName") || (has("ResourceType") && has("TimeGenerated")) {
        Some(AZURE_DIAGNOSTICS)
    } else {
        None
    }
}
