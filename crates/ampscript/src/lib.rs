//! ampscript
