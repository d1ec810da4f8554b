"""Tools around the models: parameters, stimuli, signals, data and their analysis."""
