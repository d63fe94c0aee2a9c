"""Outrider: an Exchange ActiveSync server."""
