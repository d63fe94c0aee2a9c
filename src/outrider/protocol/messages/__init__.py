"""The messages of the commands, requests and answers; one module each, and a table of them in `commands`.

An answer can be made of its `status` alone, so a refusal needs to know nothing else of the command.
"""
