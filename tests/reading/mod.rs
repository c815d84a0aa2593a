//! Reading form workbooks and services.
