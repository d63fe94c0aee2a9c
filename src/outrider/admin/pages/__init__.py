"""Pages that people look at in a browser; none of them needs a script."""
