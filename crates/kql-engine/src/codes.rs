//! Codes of a text column in the smallest width that holds them all: most columns of a log have fewer
//! than 256 different texts.

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

    fn push_wider(&mut self, code: u32) {
        fn widen<T: Copy, W: From<T>>(codes: &[T]) -> Vec<W> {
            codes.iter().map(|code| W::from(*code)).collect()
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
        fn pick<T: Copy>(codes: &[T], rows: &[u32]) -> Option<Vec<T>> {
            let code = |row: &u32| codes.get(*row as usize).copied();
            rows.iter().map(code).collect()
        }
        let inside = match &self.0 {
            Width::Byte(codes) => pick(codes, rows).map(Width::Byte),
            Width::Short(codes) => pick(codes, rows).map(Width::Short),
            Width::Word(codes) => pick(codes, rows).map(Width::Word),
        };
        inside.map_or_else(
            || {
                let code = |row: &u32| self.get(*row as usize).unwrap_or(outside);
                rows.iter().map(code).collect()
            },
            Self,
        )
    }

    /// Bytes that the codes hold.
    pub(crate) fn held_bytes(&self) -> usize {
        match &self.0 {
            Width::Byte(codes) => codes.capacity(),
            Width::Short(codes) => codes.capacity() * size_of::<u16>(),
            Width::Word(codes) => codes.capacity() * size_of::<u32>(),
        }
    }
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
            let taken = codes.take(&[2, u32::MAX, 0], 5);
            assert_eq!(
                [taken.get(0), taken.get(1), taken.get(2), taken.get(3)],
                [Some(largest), Some(5), Some(0), None]
            );
        }
    }
}
