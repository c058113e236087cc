//! Codes of a text column in the smallest width that holds them all: most columns of a log have fewer
//! than 256 different texts.

/// Codes that are compared with each cell, instead of looking the cell up.
const FEW_CODES: usize = 8;
/// Cells that are compared with one code before the next: they stay near.
const COMPARED_AT_ONCE: usize = 1 << 12;

/// One code for each row.
#[derive(Clone, Debug)]
pub struct Codes(Width);

#[derive(Clone, Debug)]
enum Width {
    Byte(Vec<u8>),
    Short(Vec<u16>),
    Word(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self(Width::Byte(Vec::new()))
    }
}

impl FromIterator<u32> for Codes {
    fn from_iter<I: IntoIterator<Item = u32>>(codes: I) -> Self {
        let mut all = Self::default();
        codes.into_iter().for_each(|code| all.push(code));
        all
    }
}

impl Codes {
    /// Appends a code, in wider cells if it needs them.
    pub(crate) fn push(&mut self, code: u32) {
        match &mut self.0 {
            Width::Byte(codes) => match u8::try_from(code) {
                Ok(code) => codes.push(code),
                Err(_) => self.push_wider(code),
            },
            Width::Short(codes) => match u16::try_from(code) {
                Ok(code) => codes.push(code),
                Err(_) => self.push_wider(code),
            },
            Width::Word(codes) => codes.push(code),
        }
    }

    /// Appends codes.
    pub(crate) fn extend(&mut self, codes: &[u32]) {
        // What fits all bits of all codes fits each of them.
        let bits = codes.iter().fold(0, |bits, code| bits | code);
        match &mut self.0 {
            Width::Byte(cells) if u8::try_from(bits).is_ok() => {
                cells.extend(codes.iter().map(|code| *code as u8));
            }
            Width::Short(cells) if u16::try_from(bits).is_ok() => {
                cells.extend(codes.iter().map(|code| *code as u16));
            }
            Width::Word(cells) => cells.extend_from_slice(codes),
            _ => codes.iter().for_each(|code| self.push(*code)),
        }
    }

    /// Appends a code so many times.
    pub(crate) fn repeat(&mut self, code: u32, times: usize) {
        let Some(others) = times.checked_sub(1) else {
            return;
        };
        // From here on its cells are wide enough.
        self.push(code);
        let all = self.len() + others;
        match &mut self.0 {
            Width::Byte(codes) => codes.resize(all, code as u8),
            Width::Short(codes) => codes.resize(all, code as u16),
            Width::Word(codes) => codes.resize(all, code),
        }
    }

    /// Makes room for so many codes in all.
    pub(crate) fn reserve(&mut self, all: usize) {
        let more = all.saturating_sub(self.len());
        match &mut self.0 {
            Width::Byte(codes) => codes.reserve_exact(more),
            Width::Short(codes) => codes.reserve_exact(more),
            Width::Word(codes) => codes.reserve_exact(more),
        }
    }

    fn push_wider(&mut self, code: u32) {
        fn widen<T: Copy, W: From<T>>(codes: &Vec<T>) -> Vec<W> {
            let mut wider = Vec::with_capacity(codes.capacity());
            wider.extend(codes.iter().map(|code| W::from(*code)));
            wider
        }
        match &self.0 {
            Width::Byte(codes) => self.0 = Width::Short(widen(codes)),
            Width::Short(codes) => self.0 = Width::Word(widen(codes)),
            // Every code fits into a word.
            Width::Word(_) => {}
        }
        self.push(code);
    }

    /// The code of a row.
    pub fn get(&self, row: usize) -> Option<u32> {
        match &self.0 {
            Width::Byte(codes) => codes.get(row).map(|code| (*code).into()),
            Width::Short(codes) => codes.get(row).map(|code| (*code).into()),
            Width::Word(codes) => codes.get(row).copied(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Width::Byte(codes) => codes.len(),
            Width::Short(codes) => codes.len(),
            Width::Word(codes) => codes.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `see` with the code of each row in order.
    pub fn for_each(&self, mut see: impl FnMut(u32)) {
        match &self.0 {
            Width::Byte(codes) => codes.iter().for_each(|code| see((*code).into())),
            Width::Short(codes) => codes.iter().for_each(|code| see((*code).into())),
            Width::Word(codes) => codes.iter().for_each(|code| see(*code)),
        }
    }

    /// The codes of these rows; `outside` for rows that do not exist.
    pub(crate) fn take(&self, rows: &[u32], outside: u32) -> Self {
        let inside = match &self.0 {
            Width::Byte(codes) => gathered(codes, rows).map(Width::Byte),
            Width::Short(codes) => gathered(codes, rows).map(Width::Short),
            Width::Word(codes) => gathered(codes, rows).map(Width::Word),
        };
        inside.map_or_else(
            || {
                let code = |row: &u32| self.get(*row as usize).unwrap_or(outside);
                rows.iter().map(code).collect()
            },
            Self,
        )
    }

    /// The truth of each row, given that of each code.
    pub(crate) fn truths(&self, of_code: &[bool]) -> Vec<bool> {
        match &self.0 {
            Width::Byte(codes) => truths(codes, of_code),
            Width::Short(codes) => truths(codes, of_code),
            Width::Word(codes) => truths(codes, of_code),
        }
    }

    /// Bytes that the codes hold.
    pub(crate) fn held_bytes(&self) -> usize {
        match &self.0 {
            Width::Byte(codes) => codes.len(),
            Width::Short(codes) => codes.len() * size_of::<u16>(),
            Width::Word(codes) => codes.len() * size_of::<u32>(),
        }
    }
}

/// The cells of these rows; `None` when one of them does not exist.
pub(crate) fn gathered<T: Copy>(cells: &[T], rows: &[u32]) -> Option<Vec<T>> {
    let last = rows.iter().fold(0, |last, row| last.max(*row));
    if last as usize >= cells.len() {
        return rows.is_empty().then(Vec::new);
    }
    Some(rows.iter().map(|row| cells[*row as usize]).collect())
}

/// The truth of each cell, given that of each code. A few codes of one kind are compared with many cells at
/// a time.
fn truths<T>(codes: &[T], of_code: &[bool]) -> Vec<bool>
where
    T: Copy + PartialEq + Into<u32> + TryFrom<u32>,
{
    let of = |truth: bool| {
        let those = (0..).zip(of_code).filter(move |(_, of)| **of == truth);
        those.filter_map(|(code, _)| T::try_from(code).ok())
    };
    for truth in [true, false] {
        let few: Vec<T> = of(truth).take(FEW_CODES + 1).collect();
        if few.len() <= FEW_CODES {
            return compared(codes, &few, truth);
        }
    }
    let truth = |code: &T| of_code.get((*code).into() as usize).copied();
    codes
        .iter()
        .map(|code| truth(code).unwrap_or(false))
        .collect()
}

/// `truth` where a cell is one of a few codes.
fn compared<T: Copy + PartialEq>(codes: &[T], few: &[T], truth: bool) -> Vec<bool> {
    let mut truths = vec![!truth; codes.len()];
    let blocks = truths.chunks_mut(COMPARED_AT_ONCE);
    for (truths, codes) in blocks.zip(codes.chunks(COMPARED_AT_ONCE)) {
        for wanted in few {
            for (of_row, code) in truths.iter_mut().zip(codes) {
                *of_row ^= *code == *wanted;
            }
        }
    }
    truths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_values_in_every_width() {
        for largest in [3, 300, 70_000] {
            let written: Vec<u32> = vec![0, 1, largest, 2];
            let codes: Codes = written.iter().copied().collect();
            let mut read = Vec::new();
            codes.for_each(|code| read.push(code));
            assert_eq!(read, written);
            let mut extended = Codes::default();
            extended.extend(&written[..2]);
            extended.extend(&written[2..]);
            assert_eq!(format!("{extended:?}"), format!("{codes:?}"));
            for wanted in [vec![1], (0..largest).collect()] {
                let mut of_code = vec![false; largest as usize + 1];
                for code in &wanted {
                    of_code[*code as usize] = true;
                }
                let expected: Vec<bool> =
                    written.iter().map(|code| wanted.contains(code)).collect();
                assert_eq!(codes.truths(&of_code), expected);
                of_code.iter_mut().for_each(|truth| *truth = !*truth);
                let opposite: Vec<bool> = expected.iter().map(|truth| !truth).collect();
                assert_eq!(codes.truths(&of_code), opposite);
            }
            let taken = codes.take(&[2, u32::MAX, 0], 5);
            assert_eq!(
                [taken.get(0), taken.get(1), taken.get(2), taken.get(3)],
                [Some(largest), Some(5), Some(0), None]
            );
        }
    }
}
