//! Results of neuropil as Zarr v3 stores.
//!
//! A store is a folder that `xarray.open_zarr` opens as a dataset: arrays with named dimensions, units and meanings,
//! coordinates, and attributes that hold the specification of the run. It is written while the run goes on, chunk by
//! chunk, and can be read at any time.
//!
//! | file | holds |
//! | --- | --- |
//! | `zarr.json` | attributes of the store and the metadata of all arrays (consolidated metadata) |
//! | `NAME/zarr.json` | metadata of one array |
//! | `NAME/c/...` | its chunks, compressed with zstd and guarded by a checksum |
//!
//! A file is written beside its place and renamed. A chunk comes first, then the array's metadata, then the root, so
//! a reader that starts from the root sees whole chunks only, and equal lengths of all arrays along a dimension. Three
//! attributes are the store's own: `neuropil_store` (the layout, 1), `complete` (whether the run came to its end) and
//! `coordinates` (names for xarray). Missing values are NaN; no attribute makes a reader take a number as missing.
//!
//! What is computed in batches, in any order and by several processes, goes into a [`BatchStore`]: the same layout, with
//! an array `done` whose chunk is the last file of a batch.

mod batch_column;
mod batch_growth;
mod batch_layout;
mod batches;
mod create_error;
mod document;
mod folder;
mod growing;
mod layout;
mod lock;
mod read_error;
mod reader;
mod room;
mod spec;
mod write_error;
mod writer;
mod zarr_array;

pub use batch_column::BatchColumn;
pub use batch_layout::BatchLayout;
pub use batches::{BatchError, BatchStore, BatchValues, Claim, StoreLock};
pub use create_error::CreateError;
pub use folder::FileError;
pub use read_error::ReadError;
pub use reader::{ArrayData, ArrayInfo, StoreReader};
pub use spec::{ArraySpec, Coordinate, CoordinateSpec, Extent, Precision, is_name};
pub use write_error::WriteError;
pub use writer::{ArrayId, StoreWriter};
