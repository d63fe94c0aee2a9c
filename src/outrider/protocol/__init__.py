"""The ActiveSync vocabulary: code pages, versions, statuses, messages and items, declared, not executed.

Each element is declared once, as a typed field that carries its tag (`schema`); decoding, encoding, version
filtering, validation and test strategies are read from the declaration. No I/O, no clock, no logging.
"""
