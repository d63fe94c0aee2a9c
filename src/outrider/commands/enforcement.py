"""What a device's policy lets through, applied to what commands read and send: the same for Sync, Ping,
GetItemEstimate, ItemOperations, GetAttachment, Search, Find and the sending of mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum

from msgspec.structs import replace

from outrider.commands.session import Session
from outrider.domain.items import (
    BodyForm,
    BodyPreference,
    EventItem,
    Folder,
    Item,
    ItemClass,
    MailItem,
    MessageKind,
    MimeWish,
    Wish,
)
from outrider.domain.occurrences import last_day
from outrider.domain.search import Oldest
from outrider.formats.blobs import Content
from outrider.formats.kinds import secured_kind
from outrider.policy.enforce import Limits, limits_of
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus
from outrider.sync.filters import cutoff

_SIGNED = frozenset({MessageKind.SIGNED, MessageKind.OPAQUE_SIGNED})


class Withheld(Enum):
    """Why a file does not go out."""

    OFF = "the policy lets no attachments out"
    TOO_LARGE = "the policy lets only smaller attachments out"


def limits(session: Session) -> Limits:
    """What holds for the device as of now."""
    return limits_of(session.policy)


# ------------------------------------------------------------------------------------------------- files


def withheld(session: Session, size: int) -> Withheld | None:
    """Why a file of so many bytes may not go to the device; None where it may."""
    held = limits(session)
    if not held.attachments:
        return Withheld.OFF
    return Withheld.TOO_LARGE if held.attachment_size is not None and size > held.attachment_size else None


# ------------------------------------------------------------------------------------------------ bodies


def bound(wish: Wish, holds: ItemClass, limits: Limits) -> Wish:
    """The wish as far as the policy grants it; it speaks of the bodies of mails alone.

    The MIME of a mail has everything in it, whatever was asked of its forms and files: it goes out only where
    neither is restricted, and where only the size of files is, if it is not larger itself.
    """
    if holds is not ItemClass.MAIL:
        return wish
    wish = replace(wish, mime_most=limits.attachment_size)
    if limits.attachments and limits.html and limits.text_size is None and limits.html_size is None:
        return wish
    return replace(
        wish,
        preferences=_granted(wish.preferences, limits),
        mime=MimeWish.NEVER,
        part=_bounded(wish.part, limits) if wish.part else None,
    )


def shortened(preview: str, limits: Limits) -> str:
    """The beginning of a mail as a list of results may show it."""
    return preview if limits.text_size is None else preview[: limits.text_size]


def _granted(wished: Iterable[BodyPreference], limits: Limits) -> tuple[BodyPreference, ...]:
    """One for each form, the first where two become the same."""
    made: dict[BodyForm, BodyPreference] = {}
    for preference in wished:
        granted = _bounded(preference, limits)
        made.setdefault(granted.form, granted)
    return tuple(made.values())


def _bounded(preference: BodyPreference, limits: Limits) -> BodyPreference:
    text = preference.form is BodyForm.TEXT or not limits.html
    most = limits.text_size if text else limits.html_size
    return replace(
        preference,
        form=BodyForm.TEXT if text else BodyForm.HTML,
        limit=_lower(preference.limit, most),
        preview=_lower(preference.preview, most) or 0,
    )


def _lower(wished: int | None, most: int | None) -> int | None:
    return min((one for one in (wished, most) if one is not None), default=None)


# --------------------------------------------------------------------------------------------------- age


def oldest_day(session: Session, holds: ItemClass) -> date | None:
    """The first day of what the policy lets out of folders of this class; None for everything."""
    held = limits(session)
    ages = {ItemClass.MAIL: held.mail_age, ItemClass.CALENDAR: held.calendar_age}
    return cutoff(ages.get(holds, 0), session.now().date())


def narrowed(session: Session, holds: ItemClass, wished: date | None) -> date | None:
    """The first day that a device is given which wishes to begin with this one."""
    return max((day for day in (wished, oldest_day(session, holds)) if day is not None), default=None)


def bounds_of_age(session: Session, folders: Sequence[Folder]) -> tuple[Oldest, ...]:
    """The bounds that a search keeps to."""
    days = {holds: oldest_day(session, holds) for holds in ItemClass}
    return tuple(
        Oldest(frozenset(folder.number for folder in folders if folder.holds is holds), day)
        for holds, day in days.items()
        if day is not None
    )


def bounds_age(session: Session) -> bool:
    """Say whether the policy lets out only what is recent."""
    held = limits(session)
    return bool(held.mail_age or held.calendar_age)


def is_too_old(session: Session, item: Item) -> bool:
    """Say whether the item counted for the last time before the first day that the policy lets out."""
    match item:
        case MailItem():
            first, last = oldest_day(session, ItemClass.MAIL), item.received.date()
        case EventItem():
            first, until = oldest_day(session, ItemClass.CALENDAR), last_day(item.event)
            last = until or date.max
        case _:
            return False
    return first is not None and last < first


# ----------------------------------------------------------------------------------------------- sending


def check_outgoing(session: Session, mime: Content) -> None:
    """Raise EasError for a mail of the device that is not signed or encrypted as the policy demands.

    Whether an encrypted mail is signed inside nobody but its recipients can tell, so it counts as signed.
    The protocol has no status for this: 120 says that the mail will not leave as it is, and its HTTP
    equivalent below 14.0 does not send devices to provision, as a 403 would.
    """
    demanded = limits(session)
    if not (demanded.signed or demanded.encrypted):
        return
    kind = secured_kind(mime)
    if demanded.encrypted and kind is not MessageKind.ENCRYPTED:
        raise EasError(CommonStatus.MAIL_SUBMISSION_FAILED, "the policy demands that mail is encrypted")
    if demanded.signed and kind not in {*_SIGNED, MessageKind.ENCRYPTED}:
        raise EasError(CommonStatus.MAIL_SUBMISSION_FAILED, "the policy demands that mail is signed")
