"""Accounts in plain dicts: the roles in their simplest form, to compare others with and to test against.

Nothing is durable, and nothing takes part in a transaction. A hook is called with the name of each verb
before it does anything ("items.read"); a test makes it raise what a failing mail system would.
"""
