//! Plain sheets in, xlsx bytes out: the only user of rust_xlsxwriter.
