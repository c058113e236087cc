//! The beta distribution, and Welch's t-test, which is made of it.
//!
//! The regularized incomplete beta function is computed by its continued fraction (Press et al., Numerical
//! Recipes in C, 2nd edition, section 6.4, after Lentz); its inverse by bisection, which needs no
//! derivative and ends at neighbouring numbers.

use kql_analysis::value::Value;

use super::kernel::{Table, arg, real};

pub(super) const KERNELS: Table = &[
    ("beta_cdf", |_, args| Ok(three(args, cumulative))),
    ("beta_pdf", |_, args| Ok(three(args, density))),
    ("beta_inv", |_, args| Ok(inverse(args))),
    ("welch_test", |_, args| Ok(welch(args))),
];

/// The largest parameter of the distribution that Kusto takes.
const LARGEST_PARAMETER: f64 = 10_000.0;
/// Terms of the continued fraction; it converges in about the root of the larger parameter.
const TERMS: usize = 1000;
/// Halvings after which an interval of reals has no number inside.
const HALVINGS: usize = 1100;

fn three(args: &[Value], function: fn(f64, f64, f64) -> f64) -> Value {
    let numbers = || {
        Some((
            real(arg(args, 0))?,
            real(arg(args, 1))?,
            real(arg(args, 2))?,
        ))
    };
    numbers().map_or(Value::Null, |(x, alpha, beta)| {
        Value::Real(function(x, alpha, beta))
    })
}

fn is_parameter(number: f64) -> bool {
    number > 0.0 && number <= LARGEST_PARAMETER
}

/// Not a number outside of the distribution.
fn cumulative(x: f64, alpha: f64, beta: f64) -> f64 {
    if !(0.0..=1.0).contains(&x) || !is_parameter(alpha) || !is_parameter(beta) {
        return f64::NAN;
    }
    incomplete(x, alpha, beta)
}

fn density(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 || alpha <= 0.0 || beta <= 0.0 {
        return f64::NAN;
    }
    let powers = (alpha - 1.0) * libm::log(x) + (beta - 1.0) * libm::log1p(-x);
    libm::exp(powers - log_beta(alpha, beta))
}

/// Null for what is no probability, not a number for parameters outside of the distribution.
fn inverse(args: &[Value]) -> Value {
    if !real(arg(args, 0)).is_some_and(|p| (0.0..=1.0).contains(&p)) {
        return Value::Null;
    }
    three(args, |probability, alpha, beta| {
        if is_parameter(alpha) && is_parameter(beta) {
            bisected(probability, alpha, beta)
        } else {
            f64::NAN
        }
    })
}

/// The point below which the distribution has the probability.
fn bisected(probability: f64, alpha: f64, beta: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if incomplete(middle, alpha, beta) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

fn log_beta(alpha: f64, beta: f64) -> f64 {
    libm::lgamma(alpha) + libm::lgamma(beta) - libm::lgamma(alpha + beta)
}

/// The regularized incomplete beta function.
fn incomplete(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let powers = alpha * libm::log(x) + beta * libm::log1p(-x);
    let front = libm::exp(powers - log_beta(alpha, beta));
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        front * fraction(x, alpha, beta) / alpha
    } else {
        1.0 - front * fraction(1.0 - x, beta, alpha) / beta
    }
}

/// The continued fraction of the incomplete beta function.
fn fraction(x: f64, alpha: f64, beta: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guarded = |number: f64| {
        if number.abs() < TINY { TINY } else { number }
    };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / guarded(1.0 - (alpha + beta) * x / (alpha + 1.0));
    let mut result = denominator;
    for term in 1..=TERMS {
        let m = term as f64;
        let even = m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m));
        let odd =
            -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0));
        let mut change = 1.0;
        for step in [even, odd] {
            denominator = 1.0 / guarded(1.0 + step * denominator);
            numerator = guarded(1.0 + step / numerator);
            change = denominator * numerator;
            result *= change;
        }
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    result
}

/// The two-sided probability of Welch's t-test from mean, variance and count of two series.
fn welch(args: &[Value]) -> Value {
    let numbers: Option<Vec<f64>> = (0..6).map(|index| real(arg(args, index))).collect();
    let Some([mean1, variance1, count1, mean2, variance2, count2]) = numbers.as_deref() else {
        return Value::Null;
    };
    let (share1, share2) = (variance1 / count1, variance2 / count2);
    let both = share1 + share2;
    let squared = (mean1 - mean2) * (mean1 - mean2) / both;
    let freedom =
        both * both / (share1 * share1 / (count1 - 1.0) + share2 * share2 / (count2 - 1.0));
    if freedom.is_nan() || freedom <= 0.0 {
        return Value::Real(f64::NAN);
    }
    Value::Real(incomplete(
        freedom / (freedom + squared),
        freedom / 2.0,
        0.5,
    ))
}
