//! Lowering, interpreters, generated source and derivatives, through the public interface. Programs are built by hand,
//! without the front end.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod agreement;
mod builder;
mod derivatives;
mod every_operation;
mod generated;
mod lowering;
mod random_graphs;
mod small_model;
