//! Decimal numbers of up to 38 digits, exact where the digits suffice.
//!
//! A number is kept without trailing zeros behind the point, so equal numbers are equal bit by bit. What
//! needs more digits loses its last ones, rounded; what is too large is `None`. Nothing here panics.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;

/// Most digits behind the point, and most digits of all.
const DIGITS: u32 = 38;
/// The smallest integer that has more digits.
const TOO_LARGE: i128 = 10_i128.pow(DIGITS);
/// Digits that a quotient is computed to.
const QUOTIENT_DIGITS: u32 = 34;

/// Exponents beyond this give zero or nothing in any case.
const LARGEST_EXPONENT: i32 = 100_000;

/// `digits` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// The number with these digits, the last `scale` of them behind the point.
    fn new(mut digits: i128, mut scale: u32) -> Option<Self> {
        while scale > DIGITS || (digits.abs() >= TOO_LARGE && scale > 0) {
            digits = divided_by_ten(digits);
            scale -= 1;
        }
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        (digits.abs() < TOO_LARGE).then_some(Self { digits, scale })
    }

    /// Reads digits with an optional sign, point and exponent: `-12.5`, `1e-3`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (
                mantissa,
                exponent
                    .parse::<i32>()
                    .ok()?
                    .clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT),
            ),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let (mut digits, mut scale) = (0_i128, -exponent);
        for (index, c) in whole.chars().chain(fraction.chars()).enumerate() {
            let digit = i128::from(c.to_digit(10)?);
            let behind = i32::from(index >= whole.len());
            // Digits that do not fit any more are cut off.
            if digits < TOO_LARGE / 10 {
                digits = digits * 10 + digit;
                scale += behind;
            } else {
                scale -= 1 - behind;
            }
        }
        let digits = if negative { -digits } else { digits };
        Self::shifted(digits, scale)
    }

    /// The digits with a scale that may be negative.
    fn shifted(digits: i128, scale: i32) -> Option<Self> {
        match u32::try_from(scale) {
            Ok(scale) if digits == 0 || scale > 2 * DIGITS => {
                Self::new(if scale > 2 * DIGITS { 0 } else { digits }, 0)
            }
            Ok(scale) => Self::new(digits, scale),
            Err(_) if digits == 0 => Self::new(0, 0),
            Err(_) => {
                let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
                Self::new(digits.checked_mul(factor)?, 0)
            }
        }
    }

    /// The number that the shortest text of a real names; `None` for what is no number.
    pub fn from_real(number: f64) -> Option<Self> {
        Self::parse(&format!("{number:e}"))
    }

    /// The nearest real.
    pub fn to_real(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The whole part, when it fits.
    pub fn to_whole(self) -> Option<i64> {
        i64::try_from(self.digits / power(self.scale)).ok()
    }

    /// Whether there is nothing behind the point.
    pub fn is_whole(self) -> bool {
        self.scale == 0
    }

    /// Whether this is zero.
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The number without its sign.
    pub fn abs(self) -> Self {
        Self {
            digits: self.digits.abs(),
            ..self
        }
    }

    /// The digits of both numbers at the larger scale. Where they do not fit, the last ones are dropped.
    fn aligned(mut self, mut other: Self) -> (i128, i128, u32) {
        loop {
            let scale = self.scale.max(other.scale);
            let left = self.digits.checked_mul(power(scale - self.scale));
            let right = other.digits.checked_mul(power(scale - other.scale));
            if let (Some(left), Some(right)) = (left, right) {
                return (left, right, scale);
            }
            let longer = if self.scale > other.scale {
                &mut self
            } else {
                &mut other
            };
            longer.digits = divided_by_ten(longer.digits);
            longer.scale -= 1;
        }
    }

    /// The sum; `None` where it is too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other);
        Self::new(left.checked_add(right)?, scale)
    }

    /// The difference; `None` where it is too large.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// The product; `None` where it is too large.
    pub fn checked_mul(mut self, mut other: Self) -> Option<Self> {
        loop {
            if let Some(product) = self.digits.checked_mul(other.digits) {
                return Self::new(product, self.scale + other.scale);
            }
            let longer = if self.scale > other.scale {
                &mut self
            } else {
                &mut other
            };
            longer.scale = longer.scale.checked_sub(1)?;
            longer.digits = divided_by_ten(longer.digits);
        }
    }

    /// The quotient to 34 digits behind the point; `None` for a division by zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        let mut quotient = self.digits.checked_div(other.digits)?;
        let mut rest = self.digits % other.digits;
        let mut scale = i32::try_from(self.scale).ok()? - i32::try_from(other.scale).ok()?;
        let limit = i32::try_from(QUOTIENT_DIGITS).ok()?;
        while rest != 0 && scale < limit && quotient.abs() < TOO_LARGE / 10 {
            let Some(next) = rest.checked_mul(10) else {
                break;
            };
            quotient = quotient * 10 + next / other.digits;
            rest = next % other.digits;
            scale += 1;
        }
        Self::shifted(quotient, scale)
    }

    /// The remainder of a division, never negative; `None` for a division by zero.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other);
        Self::new(left.checked_rem_euclid(right)?, scale)
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            digits: -self.digits,
            ..self
        }
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self {
            digits: i128::from(number),
            scale: 0,
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right, _) = self.aligned(*other);
        left.cmp(&right)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs();
        let unit = power(self.scale).unsigned_abs();
        write!(f, "{sign}{}", digits / unit)?;
        if self.scale > 0 {
            let width = self.scale as usize;
            write!(f, ".{:0width$}", digits % unit)?;
        }
        Ok(())
    }
}

/// Ten to a power that is at most [`DIGITS`].
fn power(exponent: u32) -> i128 {
    10_i128.pow(exponent.min(DIGITS))
}

/// A tenth, rounded half away from zero.
fn divided_by_ten(digits: i128) -> i128 {
    (digits + digits.signum() * 5) / 10
}
