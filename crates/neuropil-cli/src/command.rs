//! What each command does.

mod data;
mod explore;
mod models;
mod report;
mod run;
mod schema;
mod study;

pub(crate) use data::data;
pub(crate) use explore::explore;
pub(crate) use models::models;
pub(crate) use report::report;
pub(crate) use run::run;
pub(crate) use schema::schema;
pub(crate) use study::study;
