//! Simulate, explore, fit and control models of the brain.
