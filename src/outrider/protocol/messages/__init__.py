"""The messages of the commands, requests and answers; one module each.

Every answer has a `status` and can be made of that alone, so a refusal needs to know nothing of the command.
"""
