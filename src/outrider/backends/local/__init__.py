"""The embedded store: items, folders, users, groups and delivery between them, in one database."""
