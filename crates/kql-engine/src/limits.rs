//! Bounds on what one evaluation may use; every one of them ends in an error, never in a crash.

/// Bounds of one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Elements of one array or bag that a function makes.
    pub array_elements: usize,
    /// Bytes of one text that a function makes.
    pub string_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            array_elements: 1 << 20,
            string_bytes: 1 << 24,
        }
    }
}
