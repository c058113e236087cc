//! How many tests passed and failed, read from the output of test runners.

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
}

impl Counts {
    /// Adds what a summary line of cargo's test runner says:
    /// `test result: ok. 12 passed; 0 failed; 0 ignored; …`. Other lines add nothing.
    pub fn add_cargo_line(&mut self, line: &str) {
        let Some((_, summary)) = line.split_once("test result: ") else {
            return;
        };
        self.passed += number_before(summary, " passed");
        self.failed += number_before(summary, " failed");
    }

    /// Adds what the last lines of Playwright say: `  7 passed (12.3s)`, `  1 failed`.
    pub fn add_playwright_line(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let number = words
            .next()
            .and_then(|word| word.parse::<usize>().ok())
            .unwrap_or(0);
        match words.next() {
            Some("passed") => self.passed += number,
            Some("failed" | "flaky" | "interrupted") => self.failed += number,
            _ => {}
        }
    }

    /// Adds one test.
    pub fn add_one(&mut self, passed: bool) {
        match passed {
            true => self.passed += 1,
            false => self.failed += 1,
        }
    }

    /// Adds the numbers of another suite.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The number that stands before a word; 0 when there is none.
fn number_before(text: &str, word: &str) -> usize {
    let Some((before, _)) = text.split_once(word) else {
        return 0;
    };
    before
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_lines_are_counted_and_others_are_not() {
        let mut counts = Counts::default();
        counts.add_cargo_line("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured");
        counts.add_cargo_line("test parses ... ok");
        counts.add_cargo_line("test result: ok. 12 passed; 0 failed; 0 ignored");
        counts.add_playwright_line("  7 passed (12.3s)");
        counts.add_playwright_line("  2 failed");
        assert_eq!(
            counts,
            Counts {
                passed: 22,
                failed: 3
            }
        );
    }
}
