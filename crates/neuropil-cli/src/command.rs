//! What each command does.

mod data;
mod models;
mod report;
mod run;
mod schema;

pub(crate) use data::data;
pub(crate) use models::models;
pub(crate) use report::report;
pub(crate) use run::run;
pub(crate) use schema::schema;
