"""Documents: finished texts and frames in, files out; the same bytes each time, every text escaped where it goes."""
