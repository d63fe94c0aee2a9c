"""What the embedded directory says when it will not do what an administrator asked."""

from outrider.domain.errors import BackendError, ExistsError, NotFoundError


class AddressError(BackendError):
    """Not an address that mail can be sent to."""

    code = "E-ADDRESS"


class AddressTakenError(ExistsError):
    """The address already leads to another user or group."""

    code = "E-ADDRESS-TAKEN"


class AliasTakenError(ExistsError):
    """The alias already is an address of a user or group."""

    code = "E-ALIAS-TAKEN"


class AliasUnknownError(NotFoundError):
    """The user has no such alias."""

    code = "E-ALIAS-UNKNOWN"


class UserExistsError(ExistsError):
    """There already is a user with this address."""

    code = "E-USER-EXISTS"


class UserUnknownError(NotFoundError):
    """There is no user with this address."""

    code = "E-USER-UNKNOWN"


class FieldError(BackendError):
    """A field does not exist, or cannot have this value."""

    code = "E-FIELD"


class PasswordError(BackendError):
    """Not a password, or not a hash that can be checked."""

    code = "E-PASSWORD"


class GroupExistsError(ExistsError):
    """There already is a group with this name."""

    code = "E-GROUP-EXISTS"


class GroupUnknownError(NotFoundError):
    """There is no group with this name."""

    code = "E-GROUP-UNKNOWN"


class AppPasswordUnknownError(NotFoundError):
    """The user has no such app password, or it was revoked already."""

    code = "E-APP-PASSWORD-UNKNOWN"


class AppPasswordLimitError(BackendError):
    """The user has as many app passwords as a user may have."""

    code = "E-APP-PASSWORD-LIMIT"


class BurstUnknownError(NotFoundError):
    """No burst of removals of this number is held."""

    code = "E-BURST-UNKNOWN"


class RightError(BackendError):
    """Not a right that can be given, or not to this user."""

    code = "E-RIGHT"
