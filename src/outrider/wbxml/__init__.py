"""WAP Binary XML: bytes to tags and back, knowing nothing of ActiveSync.

Specification: WAP-192, Binary XML Content Format, as profiled by MS-ASWBXML (no attributes, no extensions).
"""
