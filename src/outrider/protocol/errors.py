"""The error root of the protocol: an answer that the protocol has a number for."""


class EasError(Exception):
    """A request that is answered with a status; `detail` is a sentence for the log."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"status {status}: {detail}")
        self.status = status
        self.detail = detail


class SchemaError(EasError):
    """A well-formed request that breaks its schema: status 103, or 104 for a date that does not parse."""

    INVALID_XML = 103
    INVALID_DATE = 104
