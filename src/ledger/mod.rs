//! What happened: the only user of SQL.
