"""One handler for each command: from a typed request to a typed answer."""
