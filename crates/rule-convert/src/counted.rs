//! Numbers of things as a person reads them.

/// Digits of a number that is long enough to need groups.
const LONG: usize = 5;

/// A number with its noun: `1 row`, `2 rows`, `10,000 rows`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its digits in groups of three, from 10,000 on.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    if digits.len() < LONG {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_have_groups() {
        let texts = [0, 1, 9_999, 10_000, 123_456, 10_000_000].map(|count| counted(count, "row"));
        let expected = "0 rows|1 row|9999 rows|10,000 rows|123,456 rows|10,000,000 rows";
        assert_eq!(texts.join("|"), expected);
    }
}
