"""What the whole program talks about: items, folders, changes and the roles a mail system can play.

Imports nothing of ours; does no input or output.
"""
