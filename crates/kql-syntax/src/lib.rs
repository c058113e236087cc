//! KQL text to a lossless, error-tolerant syntax tree and back.
