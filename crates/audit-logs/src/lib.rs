//! Audit log and indicator files to typed tables, and sample logs.
