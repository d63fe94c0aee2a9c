"""Status numbers: the common ones and those of each command.

A status belongs to a command and often to a place in its answer, so each place has an enumeration of its own.
Common statuses exist from 14.0; below, an HTTP status says the same (`LEGACY_HTTP`).
"""

from enum import IntEnum

from outrider.protocol.versions import Version


class CommonStatus(IntEnum):
    """Statuses any command may answer. MS-ASCMD, Common Status Codes."""

    INVALID_CONTENT = 101  # request body unusable (wrong content type or length, or body missing)
    INVALID_WBXML = 102  # body is WBXML but cannot be decoded
    INVALID_XML = 103  # decoded request breaks the schema
    INVALID_DATE_TIME = 104  # a timestamp does not parse
    INVALID_COMBINATION_OF_IDS = 105  # the ids given together make no valid combination
    INVALID_IDS = 106  # an id does not parse (not the same as an id that does not exist)
    INVALID_MIME = 107  # the MIME text does not parse
    DEVICE_ID_MISSING_OR_INVALID = 108  # device id absent or malformed
    DEVICE_TYPE_MISSING_OR_INVALID = 109  # device type absent or malformed
    SERVER_ERROR = 110  # unknown failure, device should not retry
    SERVER_ERROR_RETRY_LATER = 111  # unknown failure, device should retry later
    ACTIVE_DIRECTORY_ACCESS_DENIED = 112  # server may not read or write a directory object
    MAILBOX_QUOTA_EXCEEDED = 113  # mailbox full
    MAILBOX_SERVER_OFFLINE = 114  # mail store not reachable
    SEND_QUOTA_EXCEEDED = 115  # sending would pass the send quota
    MESSAGE_RECIPIENT_UNRESOLVED = 116  # a recipient cannot be turned into an address
    MESSAGE_REPLY_NOT_ALLOWED = 117  # reply to this message is refused
    MESSAGE_PREVIOUSLY_SENT = 118  # same message id was already sent
    MESSAGE_HAS_NO_RECIPIENT = 119  # message has no recipient
    MAIL_SUBMISSION_FAILED = 120  # handing the message to transport failed
    MESSAGE_REPLY_FAILED = 121  # building the reply failed
    ATTACHMENT_IS_TOO_LARGE = 122  # attachment too big for this request
    USER_HAS_NO_MAILBOX = 123  # no mailbox for this user
    USER_CANNOT_BE_ANONYMOUS = 124  # request came without credentials
    USER_PRINCIPAL_COULD_NOT_BE_FOUND = 125  # user unknown in the directory
    USER_DISABLED_FOR_SYNC = 126  # user is not allowed to use ActiveSync
    USER_ON_NEW_MAILBOX_CANNOT_SYNC = 127  # server setting stops users from syncing
    USER_ON_LEGACY_MAILBOX_CANNOT_SYNC = 128  # server setting stops users on old servers from syncing
    DEVICE_IS_BLOCKED_FOR_THIS_USER = 129  # user may sync only listed devices and this is none of them
    ACCESS_DENIED = 130  # user may not do this
    ACCOUNT_DISABLED = 131  # account disabled
    SYNC_STATE_NOT_FOUND = 132  # stored state of the device is gone; a full sync follows
    SYNC_STATE_LOCKED = 133  # stored state is locked (mailbox move, restore)
    SYNC_STATE_CORRUPT = 134  # stored state is damaged
    SYNC_STATE_ALREADY_EXISTS = 135  # two first syncs ran at the same time
    SYNC_STATE_VERSION_INVALID = 136  # stored state has a wrong format version
    COMMAND_NOT_SUPPORTED = 137  # command not offered by this server
    VERSION_NOT_SUPPORTED = 138  # command not offered in this protocol version
    DEVICE_NOT_FULLY_PROVISIONABLE = 139  # device cannot carry out every setting of the policy
    REMOTE_WIPE_REQUESTED = 140  # wipe pending: provision to fetch the directive, then acknowledge
    LEGACY_DEVICE_ON_STRICT_POLICY = 141  # policy in force, and the device sent no policy key
    DEVICE_NOT_PROVISIONED = 142  # policy in force, device must provision
    POLICY_REFRESH = 143  # refresh interval passed, provision again
    INVALID_POLICY_KEY = 144  # policy key wrong, mostly because the policy changed; provision again
    EXTERNALLY_MANAGED_DEVICES_NOT_ALLOWED = 145  # another system manages the device
    NO_RECURRENCE_IN_CALENDAR = 146  # forward of one occurrence of a meeting that does not recur
    UNEXPECTED_ITEM_CLASS = 147  # item class unknown to the server
    REMOTE_SERVER_HAS_NO_SSL = 148  # proxy target has no TLS
    INVALID_STORED_REQUEST = 149  # no remembered request to repeat, send it in full
    ITEM_NOT_FOUND = 150  # ItemId or InstanceId of a smart reply or forward not found
    TOO_MANY_FOLDERS = 151  # too many folders (1000 in the reference product)
    NO_FOLDERS_FOUND = 152  # mailbox has no folders
    ITEMS_LOST_AFTER_MOVE = 153  # some items not found after the move
    FAILURE_IN_MOVE_OPERATION = 154  # unknown error while moving
    MOVE_COMMAND_DISALLOWED_FOR_NON_PERSISTENT_MOVE_ACTION = 155  # conversation move without MoveAlways
    MOVE_COMMAND_INVALID_DESTINATION_FOLDER = 156  # destination must be a mail folder
    AVAILABILITY_TOO_MANY_RECIPIENTS = 160  # too many recipients asked for free/busy
    AVAILABILITY_DL_LIMIT_REACHED = 161  # distribution list too large for free/busy
    AVAILABILITY_TRANSIENT_FAILURE = 162  # free/busy failed for now, ask again
    AVAILABILITY_FAILURE = 163  # free/busy failed for good, do not ask again
    BODY_PART_PREFERENCE_TYPE_NOT_SUPPORTED = 164  # body part type not offered (only HTML is)
    DEVICE_INFORMATION_REQUIRED = 165  # DeviceInformation must come in the first Provision
    INVALID_ACCOUNT_ID = 166  # AccountId unknown
    ACCOUNT_SEND_DISABLED = 167  # that AccountId cannot send
    IRM_FEATURE_DISABLED = 168  # rights management switched off
    IRM_TRANSIENT_ERROR = 169  # rights management failed for now
    IRM_PERMANENT_ERROR = 170  # rights management failed for good
    IRM_INVALID_TEMPLATE_ID = 171  # template id unknown
    IRM_OPERATION_NOT_PERMITTED = 172  # rights do not permit the operation
    NO_PICTURE = 173  # user has no photo
    PICTURE_TOO_LARGE = 174  # photo over MaxSize
    PICTURE_LIMIT_REACHED = 175  # photo count over MaxPictures
    BODY_PART_CONVERSATION_TOO_LARGE = 176  # ask for the body instead
    MAXIMUM_DEVICES_REACHED = 177  # user has too many device partnerships
    INVALID_MIME_BODY_COMBINATION = 178  # Forwardees or Body beside elements that exclude them
    INVALID_SMART_FORWARD_PARAMETERS = 179  # Forwardees or Body of SmartForward does not parse
    INVALID_RECIPIENTS = 183  # draft has no recipient or a bad address
    ONE_OR_MORE_EXCEPTIONS_FAILED = 184  # item level, see each exception


class FolderSyncStatus(IntEnum):
    """MS-ASCMD, Status (FolderSync)."""

    SUCCESS = 1
    SERVER_ERROR = 6  # failure on the server
    INVALID_SYNC_KEY = 9  # key unknown: client goes back to 0
    MALFORMED_REQUEST = 10  # bad request
    UNKNOWN_ERROR = 11  # unknown failure
    CODE_UNKNOWN = 12  # unusual back end failure


class FolderCreateStatus(IntEnum):
    """MS-ASCMD, Status (FolderCreate)."""

    SUCCESS = 1
    FOLDER_EXISTS = 2  # name already used under this parent
    SPECIAL_PARENT = 3  # parent is a special system folder
    PARENT_NOT_FOUND = 5  # parent unknown: run FolderSync
    SERVER_ERROR = 6  # failure on the server
    INVALID_SYNC_KEY = 9  # key unknown: client goes back to 0
    MALFORMED_REQUEST = 10  # bad request
    UNKNOWN_ERROR = 11  # unknown failure
    CODE_UNKNOWN = 12  # unusual back end failure


class FolderDeleteStatus(IntEnum):
    """MS-ASCMD, Status (FolderDelete)."""

    SUCCESS = 1
    SPECIAL_FOLDER = 3  # special folder cannot be deleted
    FOLDER_NOT_FOUND = 4  # no such folder
    SERVER_ERROR = 6  # failure on the server
    INVALID_SYNC_KEY = 9  # key unknown: client goes back to 0
    MALFORMED_REQUEST = 10  # bad request
    UNKNOWN_ERROR = 11  # unknown failure


class FolderUpdateStatus(IntEnum):
    """MS-ASCMD, Status (FolderUpdate)."""

    SUCCESS = 1
    EXISTS_OR_SPECIAL = 2  # name already used, or the folder is special
    RECIPIENT_INFO_FOLDER = 3  # the recipient information folder cannot be changed
    FOLDER_NOT_FOUND = 4  # no such folder
    PARENT_NOT_FOUND = 5  # parent unknown: run FolderSync
    SERVER_ERROR = 6  # failure on the server
    INVALID_SYNC_KEY = 9  # key unknown: client goes back to 0
    MALFORMED_REQUEST = 10  # bad request
    UNKNOWN_ERROR = 11  # unknown failure


class GetItemEstimateStatus(IntEnum):
    """MS-ASCMD, Status (GetItemEstimate)."""

    SUCCESS = 1
    INVALID_COLLECTION = 2  # collection id not valid; also MaxItems for anything but the recipient cache
    INVALID_XML = 103  # more than 1000 collections
    STATE_NOT_PRIMED = 3  # no first Sync was done for the collection
    INVALID_SYNC_KEY = 4  # key not valid


class ItemOperationsStatus(IntEnum):
    """MS-ASCMD, Status (ItemOperations)."""

    SUCCESS = 1
    PROTOCOL_ERROR = 2  # bad request (item or global)
    SERVER_ERROR = 3  # failure on the server
    BAD_URI = 4  # document library: bad address
    DOCUMENT_ACCESS_DENIED = 5  # document library: no access
    DOCUMENT_NOT_FOUND = 6  # document library: not found or no access (item or global)
    CONNECT_FAILED = 7  # document library: server not reached
    INVALID_BYTE_RANGE = 8  # byte range wrong or too large
    UNKNOWN_STORE = 9  # store unknown or not offered
    EMPTY_FILE = 10  # file is empty
    DATA_TOO_LARGE = 11  # requested data too large; also more than 100 operations in one request
    IO_FAILURE = 12  # download failed on input or output
    CONVERSION_FAILED = 14  # mailbox item could not be converted
    INVALID_ATTACHMENT = 15  # attachment or its id is not valid
    ACCESS_DENIED = 16  # no access to the resource
    PARTIAL_SUCCESS = 17  # fetch, move or empty folder only partly done
    CREDENTIALS_REQUIRED = 18  # document library wants credentials
    MOVE_OPTIONS_MISSING = 155  # conversation move without Options and MoveAlways
    ACTION_NOT_SUPPORTED = 156  # destination is not a mail folder
    INVALID_COMBINATION_OF_IDS = 105  # move into the recipient cache


class MeetingResponseStatus(IntEnum):
    """MS-ASCMD, Status (MeetingResponse)."""

    SUCCESS = 1
    INVALID_MEETING_REQUEST = 2  # request not usable or already answered
    MAILBOX_ERROR = 3  # failure in the mailbox
    SERVER_ERROR = 4  # failure on the server


class MoveItemsStatus(IntEnum):
    """MS-ASCMD, Status (MoveItems); 3 is the success."""

    INVALID_XML = 103  # more than 1000 moves; Status may stand in MoveItems itself too
    INVALID_SOURCE = 1  # source folder or item not valid
    INVALID_DESTINATION = 2  # destination folder not valid
    SUCCESS = 3  # ok (3 is the success value here, not 1)
    SAME_FOLDER = 4  # source and destination are the same
    MOVE_FAILED = 5  # more than one target, or an item locked
    LOCKED = 7  # source or destination item locked


class PingStatus(IntEnum):
    """MS-ASCMD, Status (Ping); 1 and 2 are the successes."""

    HEARTBEAT_EXPIRED = 1  # nothing changed during the heartbeat
    CHANGES = 2  # at least one watched folder changed; folders are listed
    MISSING_PARAMETERS = 3  # request lacks parameters and the server has none remembered
    SYNTAX_ERROR = 4  # bad request
    HEARTBEAT_OUT_OF_RANGE = 5  # answer carries the nearest allowed interval
    TOO_MANY_FOLDERS = 6  # answer carries MaxFolders
    FOLDER_SYNC_REQUIRED = 7  # hierarchy changed: run FolderSync
    SERVER_ERROR = 8  # failure on the server


class ProvisionStatus(IntEnum):
    """MS-ASPROV, Status (Provision)."""

    SUCCESS = 1
    PROTOCOL_ERROR = 2  # bad request, and the answer to a failed wipe
    SERVER_ERROR = 3  # failure on the server
    DEVICE_NOT_FULLY_PROVISIONABLE = 139  # the device obeys only in part
    LEGACY_DEVICE_ON_STRICT_POLICY = 141  # no policy key sent and strict policy
    EXTERNALLY_MANAGED_DEVICES_NOT_ALLOWED = 145  # another system manages the device
    DEVICE_INFORMATION_REQUIRED = 165  # first phase without DeviceInformation
    MAXIMUM_DEVICES_REACHED = 177  # user has too many devices


class PolicyStatus(IntEnum):
    """What the server says of a policy. MS-ASPROV, Status (Policy)."""

    SUCCESS = 1  # policy data follows
    NO_POLICY = 2  # no policy for this client
    UNKNOWN_POLICY_TYPE = 3  # PolicyType not known
    POLICY_CORRUPT = 4  # stored policy damaged
    WRONG_POLICY_KEY = 5  # acknowledged key is not the temporary key issued last


class PolicyAcknowledgement(IntEnum):
    """What the device says of a policy. MS-ASPROV, Status (Policy)."""

    APPLIED = 1  # whole policy applied
    PARTIAL = 2  # partly applied, at least the PIN
    NOT_APPLIED = 3  # nothing applied
    EXTERNALLY_MANAGED = 4  # another system provisioned the device


class WipeAcknowledgement(IntEnum):
    """What the device says of a wipe. MS-ASPROV, Status (RemoteWipe) and Status (AccountOnlyRemoteWipe)."""

    WIPE_DONE = 1  # wipe carried out
    WIPE_FAILED = 2  # wipe failed


class ResolveRecipientsStatus(IntEnum):
    """MS-ASCMD, Status (ResolveRecipients), at the top."""

    SUCCESS = 1
    PROTOCOL_ERROR = 5  # bad parameter or range over the limit; more than 100 recipients
    SERVER_ERROR = 6  # failure on the server, retry


class ResponseStatus(IntEnum):
    """MS-ASCMD, Status (ResolveRecipients), in Response."""

    RESOLVED = 1  # one match
    AMBIGUOUS = 2  # several matches, full list
    AMBIGUOUS_PARTIAL = 3  # several matches, partial list
    NOT_FOUND = 4  # no match in contacts or address list


class AvailabilityStatus(IntEnum):
    """MS-ASCMD, Status (ResolveRecipients), in Availability."""

    SUCCESS = 1  # free/busy follows
    TOO_MANY_RECIPIENTS = 160  # limit of recipients passed
    TOO_MANY_MEMBERS = 161  # distribution list over 20 members
    TRANSIENT = 162  # try again
    FAILURE = 163  # no permission, do not retry


class CertificatesStatus(IntEnum):
    """MS-ASCMD, Status (ResolveRecipients), in Certificates."""

    SUCCESS = 1  # certificates follow
    NO_CERTIFICATE = 7  # recipient has no usable S/MIME certificate
    LIMIT_REACHED = 8  # global certificate limit reached


class PictureStatus(IntEnum):
    """MS-ASCMD, Status (ResolveRecipients, Search and Find), in Picture."""

    SUCCESS = 1  # photo follows
    NO_PICTURE = 173  # no photo
    TOO_LARGE = 174  # over MaxSize
    LIMIT_REACHED = 175  # over MaxPictures


class SearchStatus(IntEnum):
    """MS-ASCMD, Status (Search), at the top."""

    SUCCESS = 1
    SERVER_ERROR = 3  # failure on the server


class StoreStatus(IntEnum):
    """MS-ASCMD, Status (Search), in Store."""

    SUCCESS = 1
    INVALID_REQUEST = 2  # bad query
    SERVER_ERROR = 3  # failure on the server
    BAD_LINK = 4  # document link bad
    ACCESS_DENIED = 5  # no access
    NOT_FOUND = 6  # not found
    CONNECTION_FAILED = 7  # document server not reached
    TOO_COMPLEX = 8  # query too complex
    TIMED_OUT = 10  # search took too long
    FOLDER_SYNC_REQUIRED = 11  # run FolderSync first
    END_OF_RETRIEVABLE_RANGE = 12  # requested range past the retrievable results
    ACCESS_BLOCKED = 13  # document access blocked by policy
    CREDENTIALS_REQUIRED = 14  # document server wants credentials


class FindStatus(IntEnum):
    """MS-ASCMD, Status (Find)."""

    SUCCESS = 1
    INVALID_REQUEST = 2  # bad request
    FOLDER_SYNC_REQUIRED = 3  # run FolderSync first
    START_WITH_RANGE_ZERO = 4  # new search must begin at range 0 (in Response)


class SettingsStatus(IntEnum):
    """MS-ASCMD, Status (Settings), at the top and in its properties."""

    SUCCESS = 1
    PROTOCOL_ERROR = 2  # bad request
    ACCESS_DENIED = 3  # not allowed
    SERVER_UNAVAILABLE = 4  # store not reachable
    INVALID_ARGUMENTS = 5  # bad arguments
    CONFLICTING_ARGUMENTS = 6  # arguments conflict
    DENIED_BY_POLICY = 7  # policy forbids it


class SyncStatus(IntEnum):
    """MS-ASCMD, Status (Sync)."""

    SUCCESS = 1
    INVALID_SYNC_KEY = 3  # key wrong or state damaged: client goes back to 0
    PROTOCOL_ERROR = 4  # bad request (item or global)
    SERVER_ERROR = 5  # misconfiguration, passing failure or bad item
    CONVERSION_ERROR = 6  # client item malformed (item)
    CONFLICT = 7  # server change wins (item)
    OBJECT_NOT_FOUND = 8  # item or collection no longer there (item)
    CANNOT_COMPLETE = 9  # for example mailbox full (item)
    HIERARCHY_CHANGED = 12  # run FolderSync
    INCOMPLETE_REQUEST = 13  # empty or partial request but no remembered collections
    INVALID_WAIT = 14  # Wait or HeartbeatInterval out of range, Limit tells the bound
    TOO_MANY_COLLECTIONS = 15  # too many collections, Limit tells the bound
    RETRY = 16  # passing failure, send again


class BodyPartStatus(IntEnum):
    """MS-ASAIRS, Status (BodyPart)."""

    SUCCESS = 1  # body part follows
    CONVERSATION_TOO_LARGE = 176  # conversation too large to compute


class ValidateCertStatus(IntEnum):
    """MS-ASCMD, Status (ValidateCert)."""

    SUCCESS = 1
    PROTOCOL_ERROR = 2  # bad request; more than 100 certificates
    SIGNATURE_INVALID = 3  # signature cannot be checked
    UNTRUSTED_ISSUER = 4  # issuer not trusted
    BAD_CHAIN = 5  # chain not built correctly
    NOT_FOR_SIGNING = 6  # certificate not meant for mail signing
    EXPIRED = 7  # expired or not yet valid
    TIME_NESTING = 8  # validity periods in the chain do not fit
    WRONG_USAGE = 9  # certificate in the chain used wrongly
    MISSING_INFORMATION = 10  # data of the certificate missing or wrong
    WRONG_ROLE = 11  # certificate in the chain used in the wrong role
    ADDRESS_MISMATCH = 12  # does not match the mail address
    REVOKED = 13  # revoked
    REVOCATION_OFFLINE = 14  # revocation server not reachable
    CHAIN_REVOKED = 15  # a certificate in the chain is revoked
    REVOCATION_UNKNOWN = 16  # revocation state unknown
    UNKNOWN_ERROR = 17  # unknown server failure


LEGACY_HTTP: dict[int, int] = {
    CommonStatus.INVALID_CONTENT: 400,
    CommonStatus.INVALID_XML: 400,
    CommonStatus.INVALID_IDS: 400,
    CommonStatus.SERVER_ERROR: 500,
    CommonStatus.SERVER_ERROR_RETRY_LATER: 503,
    CommonStatus.ACTIVE_DIRECTORY_ACCESS_DENIED: 403,
    CommonStatus.MAILBOX_QUOTA_EXCEEDED: 507,
    CommonStatus.USER_PRINCIPAL_COULD_NOT_BE_FOUND: 403,
    CommonStatus.USER_DISABLED_FOR_SYNC: 403,
    CommonStatus.SYNC_STATE_NOT_FOUND: 403,
    CommonStatus.COMMAND_NOT_SUPPORTED: 501,
    CommonStatus.VERSION_NOT_SUPPORTED: 400,
    CommonStatus.REMOTE_WIPE_REQUESTED: 449,
    CommonStatus.LEGACY_DEVICE_ON_STRICT_POLICY: 449,
    CommonStatus.DEVICE_NOT_PROVISIONED: 449,
    CommonStatus.POLICY_REFRESH: 449,
    CommonStatus.INVALID_POLICY_KEY: 449,
    CommonStatus.UNEXPECTED_ITEM_CLASS: 400,
}
"""The HTTP status that stands for a common status below 14.0. MS-ASCMD, Common Status Codes.

A number that is missing has no older equivalent: 500 is the answer then."""

SINCE: dict[int, Version] = {
    CommonStatus.DEVICE_INFORMATION_REQUIRED: Version.V14_1,
    CommonStatus.MAXIMUM_DEVICES_REACHED: Version.V14_1,
}
"""Common statuses that came later than 14.0. MS-ASCMD, Common Status Codes."""
