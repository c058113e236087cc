//! The cells of a text column under construction, in whichever form is smaller.

use std::sync::Arc;

use crate::codes::Codes;
use crate::column::Data;
use crate::dictionary::Texts;
use crate::ids::Ids;

/// Different texts from which on they may all be identifiers. Fewer are quick and small as a dictionary.
const MANY: usize = 4096;

/// Cells with a dictionary, or identifiers without.
#[derive(Debug)]
pub(crate) struct TextCells {
    /// The cells while there are no `ids`.
    coded: Texts,
    ids: Option<Ids>,
    /// Whether the texts are identifiers is asked when there are so many different ones.
    many: usize,
}

impl Default for TextCells {
    fn default() -> Self {
        Self {
            coded: Texts::default(),
            ids: None,
            many: MANY,
        }
    }
}

impl TextCells {
    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        match &self.ids {
            Some(ids) => ids.len(),
            None => self.coded.len(),
        }
    }

    /// Bytes that the cells hold, estimated.
    pub(crate) fn held_bytes(&self) -> usize {
        match &self.ids {
            Some(ids) => ids.held_bytes(),
            None => self.coded.held_bytes(),
        }
    }

    /// Makes room for so many cells in all.
    pub(crate) fn reserve(&mut self, all: usize) {
        match &mut self.ids {
            Some(ids) => ids.reserve(all),
            None => self.coded.reserve(all),
        }
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, text: &str) {
        match self.ids {
            Some(_) => self.push_all(&[text]),
            None => self.coded.push(text),
        }
    }

    /// As [`Self::push`], sharing the text.
    pub(crate) fn push_shared(&mut self, text: &Arc<str>) {
        match self.ids {
            Some(_) => self.push_all(&[text]),
            None => self.coded.push_shared(text),
        }
    }

    /// Appends so many cells of one text, which is no identifier.
    pub(crate) fn push_same(&mut self, text: &str, times: usize) {
        if times > 0 {
            self.coded().push_same(text, times);
        }
    }

    /// Appends cells. Those of a log come this way, and only here identifiers are found.
    pub(crate) fn push_all(&mut self, cells: &[&str]) {
        if let Some(ids) = &mut self.ids {
            let rest = cells.get(ids.push_all(cells)..).unwrap_or_default();
            if !rest.is_empty() {
                self.coded().push_all(rest);
            }
            return;
        }
        self.coded.push_all(cells);
        self.look_for_ids();
    }

    /// Appends the cells of a dictionary; any cells once it is over.
    pub(crate) fn extend(
        &mut self,
        codes: &Codes,
        texts: &[Arc<str>],
        is_over: impl FnMut() -> bool,
    ) {
        if let Some(ids) = &mut self.ids
            && let Some(others) = Ids::of(texts.iter().map(AsRef::as_ref))
        {
            return ids.extend(&taken(&others, codes));
        }
        self.coded().extend(codes, texts, is_over);
        self.look_for_ids();
    }

    /// Asks whether the texts are identifiers when there are many more than when it was asked before.
    fn look_for_ids(&mut self) {
        let texts = self.coded.texts().len();
        if texts >= self.many {
            self.many = texts.saturating_mul(2);
            self.drop_dictionary();
        }
    }

    /// Appends identifiers; they need no dictionary when the cells so far need none.
    pub(crate) fn extend_ids(&mut self, others: &Ids) {
        if self.coded.len() == 0 {
            let ids = self.ids.get_or_insert_default();
            return ids.extend(others);
        }
        let texts: Vec<Arc<str>> = others.texts().collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        self.push_all(&texts);
    }

    /// Keeps identifiers without a dictionary when most of them are different.
    fn drop_dictionary(&mut self) {
        let texts = self.coded.texts();
        if texts.len() < self.coded.len() / 2 {
            return;
        }
        if let Some(ids) = Ids::of(texts.iter().map(AsRef::as_ref)) {
            let (codes, _) = std::mem::take(&mut self.coded).finish();
            self.ids = Some(taken(&ids, &codes));
        }
    }

    /// The cells with a dictionary; from now on only so, when they had none.
    fn coded(&mut self) -> &mut Texts {
        if let Some(ids) = self.ids.take() {
            self.many = usize::MAX;
            ids.texts().for_each(|text| self.coded.push_shared(&text));
        }
        &mut self.coded
    }

    /// The cells of the column.
    pub(crate) fn finish(self) -> Data {
        match self.ids {
            Some(ids) => Data::Ids(Arc::new(ids)),
            None => {
                let (codes, texts) = self.coded.finish();
                Data::Text(Arc::new(codes), Arc::new(texts))
            }
        }
    }
}

/// The identifiers that codes stand for.
fn taken(ids: &Ids, codes: &Codes) -> Ids {
    let mut rows = Vec::with_capacity(codes.len());
    codes.for_each(|code| rows.push(code));
    ids.take(&rows)
}

#[cfg(test)]
mod tests {
    use kql_analysis::types::ScalarType;
    use kql_analysis::value::Value;

    use super::*;
    use crate::column::Column;

    fn id(number: usize) -> String {
        format!("{number:08x}-0000-4000-8000-00000000abcd")
    }

    fn column(texts: &[String]) -> (bool, Column) {
        let mut cells = TextCells::default();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        texts.chunks(100).for_each(|chunk| cells.push_all(chunk));
        let without_dictionary = cells.ids.is_some();
        (
            without_dictionary,
            Column::from_data(ScalarType::String, cells.finish()),
        )
    }

    fn holds(column: &Column, texts: &[String]) {
        let read: Vec<Value> = column.iter().collect();
        let expected = texts.iter().map(|text| Value::String(text.as_str().into()));
        assert_eq!(read, expected.collect::<Vec<_>>());
    }

    #[test]
    fn many_identifiers_have_no_dictionary() {
        let mut texts: Vec<String> = (0..2 * MANY).map(id).collect();
        texts[7].clear();
        let (without_dictionary, read) = column(&texts);
        assert!(without_dictionary);
        holds(&read, &texts);
        let taken = read.take(&[8, 7, u32::MAX, 8]);
        holds(&taken, &[id(8), String::new(), String::new(), id(8)]);
        let same = |row: u32| read.take(&[row]).get(0) == read.get(row as usize);
        assert!((0..texts.len() as u32).all(same));
    }

    #[test]
    fn many_identifiers_behind_empty_cells_have_no_dictionary() {
        let mut cells = TextCells::default();
        cells.push_same("", 3);
        let texts: Vec<String> = (0..MANY).map(id).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        cells.push_all(&texts);
        assert!(cells.ids.is_some());
        assert_eq!(cells.len(), MANY + 3);
    }

    #[test]
    fn tables_put_together_keep_identifiers_without_a_dictionary() {
        let of = |from: usize, count: usize| -> Vec<Arc<str>> {
            (from..from + count)
                .map(|number| id(number).into())
                .collect()
        };
        let codes = |count: usize| (0..count as u32).collect::<Codes>();
        let mut cells = TextCells::default();
        for part in 0..3 {
            cells.extend(&codes(MANY), &of(part * MANY, MANY), || false);
        }
        cells.extend(&codes(7), &of(3 * MANY, 7), || false);
        assert!(cells.ids.is_some());
        assert_eq!(cells.len(), 3 * MANY + 7);
        cells.extend(&codes(1), &["another".into()], || false);
        assert!(cells.ids.is_none());
        assert_eq!(cells.len(), 3 * MANY + 8);
    }

    #[test]
    fn one_other_text_brings_the_dictionary_back() {
        let mut texts: Vec<String> = (0..2 * MANY).map(id).collect();
        texts.push("another".to_owned());
        texts.extend((0..5000).map(|number| id(number + MANY)));
        let (without_dictionary, read) = column(&texts);
        assert!(!without_dictionary);
        holds(&read, &texts);
    }

    #[test]
    fn repeated_identifiers_keep_their_dictionary() {
        let texts: Vec<String> = (0..20 * MANY).map(|row| id(row % (2 * MANY) / 3)).collect();
        let (without_dictionary, read) = column(&texts);
        assert!(!without_dictionary);
        holds(&read, &texts);
    }
}
