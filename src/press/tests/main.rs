//! What `press` promises, seen from outside.
