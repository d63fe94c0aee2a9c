"""What a demo shows: mail in several languages and forms, and contacts with drawings for photos.

Everything is made here of fixed content; only the dates follow the start, so that the last weeks are full.
"""
