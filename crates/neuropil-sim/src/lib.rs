//! The engine of neuropil: networks, delays, integration, noise, stimuli, recordings, batches.
