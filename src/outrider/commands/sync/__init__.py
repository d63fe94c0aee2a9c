"""Sync: the changes of folders, both ways. MS-ASCMD, Sync."""
