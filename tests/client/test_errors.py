from outrider.client.errors import ClientError, WipeRequested, refused


def test_a_refusal_names_command_and_status() -> None:
    error = refused("Sync", 5)
    assert (error.code, error.status) == ("E-CLIENT-STATUS", 5)
    assert str(error) == "E-CLIENT-STATUS: Sync was answered with status 5"


def test_a_wipe_says_how_much() -> None:
    assert WipeRequested(account_only=True).account_only
    assert "whole device" in str(WipeRequested(account_only=False))
    assert isinstance(WipeRequested(account_only=True), ClientError)
