"""What the server itself holds a device to, so that one which lies about obeying gains nothing.

The law: what a policy says of the way data goes to a device and mail comes from it holds here, whatever the
device answered, asks for, or which version it speaks. The rest of a policy the device alone can carry out.
MS-ASPROV, the section of each setting.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from msgspec import UNSET, Struct, UnsetType

from outrider.policy.policies import Policy

_REMEMBERED: Final = 1_000
"""Policies whose limits are remembered; there are as many as combinations that hold for somebody."""


class Limits(Struct, frozen=True, kw_only=True):
    """What a device is given, and what it may send.

    `attachments` lets files out at all, `attachment_size` those of so many bytes (None: any). `html` lets
    mail out as HTML. `text_size` and `html_size` are the bytes of a mail's body in that form, None for all of
    them. `mail_age` and `calendar_age` are filters as in FilterType, 0 for everything. `signed` and
    `encrypted` are what mail has to be that the device sends.
    """

    attachments: bool = True
    attachment_size: int | None = None
    html: bool = True
    text_size: int | None = None
    html_size: int | None = None
    mail_age: int = 0
    calendar_age: int = 0
    signed: bool = False
    encrypted: bool = False


NO_LIMITS: Final = Limits()
"""For devices that are exempt, and policies that say nothing of all this."""


@lru_cache(_REMEMBERED)
def limits_of(policy: Policy | None) -> Limits:
    """The limits of a policy; None is none."""
    if policy is None:
        return NO_LIMITS
    sets = policy.document
    return Limits(
        attachments=sets.attachments_enabled is not False,
        attachment_size=_number(sets.max_attachment_size),
        html=sets.allow_html_email is not False,
        text_size=_size(sets.max_email_body_truncation_size),
        html_size=_size(sets.max_email_html_body_truncation_size),
        mail_age=_number(sets.max_email_age_filter) or 0,
        calendar_age=_number(sets.max_calendar_age_filter) or 0,
        signed=sets.require_signed_smime_messages is True,
        encrypted=sets.require_encrypted_smime_messages is True,
    )


def _number(value: int | UnsetType | None) -> int | None:
    return None if value is UNSET else value


def _size(value: int | UnsetType) -> int | None:
    """A size that a body is cut at; -1 cuts nothing."""
    return None if value is UNSET or value < 0 else value
