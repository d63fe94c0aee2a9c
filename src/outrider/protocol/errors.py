"""The error root of the protocol: an answer that the protocol has a number for."""


class EasError(Exception):
    """A request that is answered with a status; `detail` is a sentence for the log."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"status {status}: {detail}")
        self.status = status
        self.detail = detail
