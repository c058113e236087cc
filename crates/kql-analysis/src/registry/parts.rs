//! Functions whose result is an array of parts that spread over several columns.

use crate::types::ScalarType::{self, Dynamic, Long, Real};

/// A part of a result: the end of its column's name, and its type.
pub type Part = (&'static str, ScalarType);

const ANOMALIES: &[Part] = &[
    ("ad_flag", Dynamic),
    ("ad_score", Dynamic),
    ("baseline", Dynamic),
];

const DECOMPOSITION: &[Part] = &[
    ("baseline", Dynamic),
    ("seasonal", Dynamic),
    ("trend", Dynamic),
    ("residual", Dynamic),
];

const LINE: &[Part] = &[
    ("rsquare", Real),
    ("slope", Real),
    ("variance", Real),
    ("rvariance", Real),
    ("interception", Real),
    ("line_fit", Dynamic),
];

const TWO_LINES: &[Part] = &[
    ("rsquare", Real),
    ("split_idx", Long),
    ("variance", Real),
    ("rvariance", Real),
    ("line_fit", Dynamic),
    ("right_rsquare", Real),
    ("right_slope", Real),
    ("right_interception", Real),
    ("right_variance", Real),
    ("right_rvariance", Real),
    ("left_rsquare", Real),
    ("left_slope", Real),
    ("left_interception", Real),
    ("left_variance", Real),
    ("left_rvariance", Real),
];

const POLYNOMIAL: &[Part] = &[
    ("rsquare", Real),
    ("coefficients", Dynamic),
    ("variance", Real),
    ("rvariance", Real),
    ("poly_fit", Dynamic),
];

const STATISTICS: &[Part] = &[
    ("min", Real),
    ("min_idx", Long),
    ("max", Real),
    ("max_idx", Long),
    ("avg", Real),
    ("stdev", Real),
    ("variance", Real),
];

const FOURIER: &[Part] = &[("real", Dynamic), ("imag", Dynamic)];

const PERIODS: &[Part] = &[("periods", Dynamic), ("scores", Dynamic)];

/// The parts of a function's result; empty for a function with one value.
pub fn result_parts(function: &str) -> &'static [Part] {
    match function {
        "series_decompose_anomalies" => ANOMALIES,
        "series_decompose" | "series_decompose_forecast" => DECOMPOSITION,
        "series_fit_line" => LINE,
        "series_fit_2lines" => TWO_LINES,
        "series_fit_poly" => POLYNOMIAL,
        "series_stats" => STATISTICS,
        "series_fft" | "series_ifft" => FOURIER,
        "series_periods_detect" | "series_periods_validate" => PERIODS,
        _ => &[],
    }
}
