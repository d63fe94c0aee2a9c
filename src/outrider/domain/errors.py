"""How a mail system says that something did not work."""

from __future__ import annotations


class BackendError(Exception):
    """A mail system refused or failed.

    `temporary` says whether the same call may succeed later; `public` is a sentence that may be shown to the
    user; `code` is stable (`E-...`).
    """

    code = "E-BACKEND"

    def __init__(self, public: str, *, temporary: bool = False) -> None:
        super().__init__(public)
        self.public = public
        self.temporary = temporary


class NotFoundError(BackendError):
    """The folder, item or part does not exist (any more)."""

    code = "E-NOT-FOUND"


class ExistsError(BackendError):
    """The name is taken, or the thing is already there."""

    code = "E-EXISTS"


class ForbiddenError(BackendError):
    """The user may not do this, or the folder does not allow it."""

    code = "E-FORBIDDEN"


class FullError(BackendError):
    """No room is left: the mailbox is over its quota or the disk is full."""

    code = "E-FULL"


class ChangedError(BackendError):
    """The item was changed by someone else since the caller last saw it."""

    code = "E-CHANGED"


class UnreadableError(BackendError):
    """The stored document, or the one handed in, cannot be understood."""

    code = "E-UNREADABLE"


class RenumberedError(BackendError):
    """The mail system has given its items other identifiers since this one was learned; it must be asked for
    them again."""

    code = "E-RENUMBERED"

    def __init__(
        self, public: str = "The mail system numbers its items anew.", *, temporary: bool = True
    ) -> None:
        super().__init__(public, temporary=temporary)
