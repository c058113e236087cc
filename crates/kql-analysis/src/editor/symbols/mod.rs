//! What the names of a query refer to: `let`s, parameters, and columns from where they are introduced.
//!
//! A symbol is all places of one name that must change together. Columns are followed through operators
//! that are known to keep or name them; where two columns share a name by force, as the keys of a join do,
//! they are one symbol. Names of tables and of their own columns are symbols that cannot be renamed.

mod operators;
mod tables;
mod walk;

use std::collections::BTreeMap;
use std::ops::Range;

use kql_syntax::ast;
use kql_syntax::{Parse, SyntaxNode};
use serde::Serialize;

use crate::catalog::Catalog;
use crate::types::Schema;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SymbolKind {
    /// A value or table that `let` or `as` names.
    Let,
    /// A function that `let` declares.
    Function,
    /// A parameter of a function or of the query.
    Parameter,
    /// A column that the query introduces.
    Column,
    /// A column of a table, or a name that nothing in the query declares.
    Outside,
}

/// A name with all its places, in UTF-8 bytes and in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The name without brackets.
    pub name: String,
    /// What it stands for.
    pub kind: SymbolKind,
    /// Where it is introduced; empty for what comes from outside.
    pub declarations: Vec<Range<usize>>,
    /// Where it is used.
    pub uses: Vec<Range<usize>>,
}

/// The symbol whose name stands at an offset in UTF-8 bytes.
pub fn symbol_at(parse: &Parse, offset: usize, catalog: &Catalog) -> Option<Symbol> {
    let symbols = Symbols::of(parse, catalog);
    let (_, id, _) = symbols
        .places
        .iter()
        .filter(|(range, ..)| range.start <= offset && offset <= range.end)
        .min_by_key(|(range, ..)| offset == range.end)?;
    Some(symbols.collect(*id))
}

/// Columns at a place: those that the query introduced, and those of the tables that are read.
#[derive(Clone, Debug, Default)]
struct Columns<'c> {
    known: BTreeMap<String, usize>,
    tables: Vec<&'c Schema>,
}

impl Columns<'_> {
    fn has(&self, name: &str) -> bool {
        self.known.contains_key(name) || self.is_of_table(name)
    }

    fn is_of_table(&self, name: &str) -> bool {
        self.tables
            .iter()
            .any(|table| table.index_of(name).is_some())
    }
}

/// What a declared name gives when a table is read from it.
#[derive(Clone, Debug)]
struct Declared<'c> {
    id: usize,
    columns: Columns<'c>,
}

/// The walk over a tree, and what it found.
struct Symbols<'c> {
    catalog: &'c Catalog,
    names: Vec<(String, SymbolKind)>,
    /// The symbol that a symbol is one with; itself when there is none.
    same: Vec<usize>,
    /// Places of names, the symbol, and whether it is introduced there.
    places: Vec<(Range<usize>, usize, bool)>,
    scopes: Vec<BTreeMap<String, Declared<'c>>>,
    outside: BTreeMap<String, usize>,
}

impl<'c> Symbols<'c> {
    fn of(parse: &Parse, catalog: &'c Catalog) -> Self {
        let mut symbols = Self {
            catalog,
            names: Vec::new(),
            same: Vec::new(),
            places: Vec::new(),
            scopes: vec![BTreeMap::new()],
            outside: BTreeMap::new(),
        };
        symbols.statements(&parse.syntax());
        symbols
    }

    fn add(&mut self, name: &str, kind: SymbolKind) -> usize {
        let id = self.names.len();
        self.names.push((name.to_owned(), kind));
        self.same.push(id);
        id
    }

    /// A new symbol that is introduced at a name.
    fn declare(&mut self, name: &SyntaxNode, kind: SymbolKind) -> Option<(String, usize)> {
        let text = ast::Name::cast(name.clone())?.text();
        let id = self.add(&text, kind);
        self.places.push((ast::range_of(name), id, true));
        Some((text, id))
    }

    fn define(&mut self, name: String, id: usize, columns: Columns<'c>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, Declared { id, columns });
        }
    }

    fn lookup(&self, name: &str) -> Option<&Declared<'c>> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// The symbol of a name that nothing in the query declares.
    fn outside(&mut self, name: &str) -> usize {
        if let Some(id) = self.outside.get(name) {
            return *id;
        }
        let id = self.add(name, SymbolKind::Outside);
        self.outside.insert(name.to_owned(), id);
        id
    }

    /// The symbol of a column.
    fn column(&mut self, name: &str, columns: &Columns<'c>) -> usize {
        match columns.known.get(name) {
            Some(id) => *id,
            None => self.outside(name),
        }
    }

    /// Notes the use of a name as a column, or else as what is declared.
    fn refer(&mut self, name: &SyntaxNode, columns: &Columns<'c>) -> Option<(String, usize)> {
        let text = ast::Name::cast(name.clone())?.text();
        let declared = match columns.has(&text) {
            true => None,
            false => self.lookup(&text).map(|declared| declared.id),
        };
        let id = declared.unwrap_or_else(|| self.column(&text, columns));
        self.places.push((ast::range_of(name), id, false));
        Some((text, id))
    }

    fn root(&self, id: usize) -> usize {
        let mut id = id;
        while self.same[id] != id {
            id = self.same[id];
        }
        id
    }

    /// Makes two symbols one; what comes from outside stays so.
    fn unify(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        match self.names[left].1 == SymbolKind::Outside {
            true => self.same[right] = left,
            false => self.same[left] = right,
        }
    }

    fn collect(&self, id: usize) -> Symbol {
        let root = self.root(id);
        let of = |introduced: bool| {
            let places = self
                .places
                .iter()
                .filter(|(_, id, _)| self.root(*id) == root);
            let places = places.filter(|(.., declares)| *declares == introduced);
            let mut ranges: Vec<Range<usize>> = places.map(|(range, ..)| range.clone()).collect();
            ranges.sort_by_key(|range| range.start);
            ranges.dedup();
            ranges
        };
        let (name, kind) = self.names[root].clone();
        Symbol {
            name,
            kind,
            declarations: of(true),
            uses: of(false),
        }
    }
}
