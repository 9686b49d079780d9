"""One file a verb: gather, decide, apply; the only place where rooms meet."""
