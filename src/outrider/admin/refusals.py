"""Why an administrative act was refused."""

from __future__ import annotations

from outrider.domain.errors import BackendError, ExistsError, NotFoundError


class RefusedError(BackendError):
    """A refusal that came over the control socket, with the code it had there."""

    def __init__(self, code: str, public: str) -> None:
        super().__init__(public)
        self.code = code


class SystemRefusedError(BackendError):
    """The operating system would not have it."""

    code = "E-SYSTEM"

    @classmethod
    def of(cls, error: OSError) -> SystemRefusedError:
        """The refusal with what the system said, and the file that it is about."""
        return cls(f"{error.filename}: {error.strerror}" if error.filename else str(error))


class ControlError(BackendError):
    """The control socket did not answer as it should."""

    code = "E-CONTROL"


class DeviceUnknownError(NotFoundError):
    """There is no such device."""

    code = "E-DEVICE-UNKNOWN"


class DeviceAmbiguousError(BackendError):
    """Several users have a device of this id."""

    code = "E-DEVICE-AMBIGUOUS"


class DeviceKeptError(BackendError):
    """The device stays on record, because of something that users do not decide."""

    code = "E-DEVICE-KEPT"


class PaceError(BackendError):
    """A user does more at once than users may."""

    code = "E-SELF-SERVICE-PACE"


class QuestionClosedError(BackendError):
    """Something was decided about the device since this was asked."""

    code = "E-QUESTION-CLOSED"


class NotParkedError(BackendError):
    """The device is not parked."""

    code = "E-DEVICE-NOT-PARKED"


class FolderUnknownError(NotFoundError):
    """The user has no folder of this name."""

    code = "E-FOLDER-UNKNOWN"


class AsideUnknownError(NotFoundError):
    """The item is not set aside."""

    code = "E-ASIDE-UNKNOWN"


class FolderClassError(BackendError):
    """The folder holds items of another kind."""

    code = "E-FOLDER-CLASS"


class ImportKindError(BackendError):
    """Not a file that can be imported."""

    code = "E-IMPORT"


class ExportExistsError(ExistsError):
    """The directory to export into holds something already."""

    code = "E-EXPORT-EXISTS"


class DemoDirectoryError(ExistsError):
    """The directory holds something that is not a demo."""

    code = "E-DEMO-DIRECTORY"


class PolicyUnknownError(NotFoundError):
    """There is no such policy, edition or preset."""

    code = "E-POLICY-UNKNOWN"


class PolicyExistsError(ExistsError):
    """There is a policy of this name."""

    code = "E-POLICY-EXISTS"


class PolicyNameError(BackendError):
    """No policy can have this name."""

    code = "E-POLICY-NAME"


class PolicyValueError(BackendError):
    """A setting that there is not, or a value it does not take."""

    code = "E-POLICY-VALUE"

    def __init__(self, public: str, code: str = "E-POLICY-VALUE") -> None:
        super().__init__(public)
        self.code = code


class PolicyReadOnlyError(BackendError):
    """The policy is built in, or stands in the configuration file."""

    code = "E-POLICY-READ-ONLY"


class PolicyInUseError(BackendError):
    """The policy holds for somebody."""

    code = "E-POLICY-IN-USE"


class PolicyTargetError(NotFoundError):
    """There is nobody of that name to assign a policy to."""

    code = "E-POLICY-TARGET"


class RuleUnknownError(NotFoundError):
    """There is no such rule."""

    code = "E-RULE-UNKNOWN"


class RuleRefusedError(BackendError):
    """A rule that there cannot be, or that could never decide."""

    code = "E-RULE"

    def __init__(self, public: str, code: str) -> None:
        super().__init__(public)
        self.code = code


class WipeVersionError(BackendError):
    """The device speaks a version that has no words for this wipe."""

    code = "E-WIPE-VERSION"


class WipePendingError(BackendError):
    """The device is to be wiped, and has not acknowledged it yet."""

    code = "E-WIPE-PENDING"


class WipeUnknownError(NotFoundError):
    """There is no wipe of this device."""

    code = "E-WIPE-UNKNOWN"


class WipeOthersError(BackendError):
    """Somebody else asked for the wipe."""

    code = "E-WIPE-OTHERS"


class RecoveryUnknownError(NotFoundError):
    """The device left no recovery password."""

    code = "E-RECOVERY-NONE"


class RecoveryKeyError(BackendError):
    """What the device left was sealed with a key that this server does not have."""

    code = "E-RECOVERY-KEY"


class DeviceWipedError(BackendError):
    """The device was wiped."""

    code = "E-DEVICE-WIPED"
