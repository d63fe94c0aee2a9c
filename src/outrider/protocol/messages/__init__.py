"""The messages of the commands, requests and answers, one module each.

An answer can be made of its `status` alone, so that a refusal needs to know nothing else of the command;
GetHierarchy, which knows no status, is the exception.
"""
