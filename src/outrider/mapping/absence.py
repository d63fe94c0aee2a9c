"""A user's absence as the Oof of Settings has it. MS-ASCMD, Oof.

What a Set leaves out stays as it was: an audience that is not named, a state, the text of a reply. Times
without a state that needs them are passed over. MS-ASCMD, OofState.
"""

from __future__ import annotations

from typing import Final

from outrider.domain.absence import Absence, AbsenceEdit, AbsenceState, Audience, Reply, ReplyEdit
from outrider.domain.items import BodyForm
from outrider.formats.html import MOST_HTML, html_from_text, text_from_html
from outrider.mapping.bodies import plain
from outrider.protocol.errors import EasError
from outrider.protocol.messages.settings import OofMessage, OofSettings
from outrider.protocol.status import SettingsStatus

_FORMS: Final = {"TEXT": BodyForm.TEXT, "HTML": BodyForm.HTML}
_NAMES: Final = {BodyForm.TEXT: "Text", BodyForm.HTML: "HTML"}


def form_of(body_type: str | None) -> BodyForm:
    """The form that a BodyType names. Raises EasError. MS-ASCMD, BodyType."""
    if not body_type:
        raise EasError(SettingsStatus.PROTOCOL_ERROR, "a BodyType is missing")
    form = _FORMS.get(body_type.strip().upper())
    if form is None:
        raise EasError(SettingsStatus.INVALID_ARGUMENTS, "a BodyType is neither Text nor HTML")
    return form


def absence_to_wire(absence: Absence, form: BodyForm) -> OofSettings:
    """The absence with the reply to each audience in this form, also to those who get none."""
    return OofSettings(
        oof_state=absence.state,
        start_time=absence.start,
        end_time=absence.end,
        messages=[_message(absence, audience, form) for audience in Audience],
    )


def _message(absence: Absence, audience: Audience, form: BodyForm) -> OofMessage:
    reply = absence.reply(audience)
    text = _text(reply, form) if reply.text else ""
    return OofMessage(
        applies_to_internal=audience is Audience.INTERNAL,
        applies_to_external_known=audience is Audience.KNOWN,
        applies_to_external_unknown=audience is Audience.UNKNOWN,
        enabled=reply.enabled,
        reply_message=text or None,
        body_type=_NAMES[form] if text else None,
    )


def _text(reply: Reply, form: BodyForm) -> str:
    if form is BodyForm.HTML:
        return reply.text if reply.html else html_from_text(reply.text)
    text = text_from_html(reply.text, MOST_HTML) if reply.html else reply.text
    return text.replace("\n", "\r\n")


def absence_from_wire(settings: OofSettings) -> AbsenceEdit:
    """What a Set changes. Raises EasError. MS-ASCMD, OofMessage, StartTime (Settings)."""
    if (settings.start_time is None) != (settings.end_time is None):
        raise EasError(SettingsStatus.PROTOCOL_ERROR, "a StartTime without an EndTime, or the reverse")
    return AbsenceEdit(
        state=_state(settings.oof_state),
        start=settings.start_time,
        end=settings.end_time,
        replies={_audience(message): _reply(message) for message in settings.messages},
    )


def _state(value: int | None) -> AbsenceState | None:
    if value is None:
        return None
    if value not in list(AbsenceState):
        raise EasError(SettingsStatus.INVALID_ARGUMENTS, f"{value} is no OofState")
    return AbsenceState(value)


def _audience(message: OofMessage) -> Audience:
    applies = {
        Audience.INTERNAL: message.applies_to_internal,
        Audience.KNOWN: message.applies_to_external_known,
        Audience.UNKNOWN: message.applies_to_external_unknown,
    }
    named = [audience for audience, applied in applies.items() if applied]
    if not named:
        raise EasError(SettingsStatus.PROTOCOL_ERROR, "an OofMessage for nobody")
    if len(named) > 1:
        raise EasError(SettingsStatus.CONFLICTING_ARGUMENTS, "an OofMessage for several audiences")
    return named[0]


def _reply(message: OofMessage) -> ReplyEdit:
    if message.reply_message is None:
        return ReplyEdit(enabled=message.enabled)
    html = form_of(message.body_type) is BodyForm.HTML
    return ReplyEdit(enabled=message.enabled, text=plain(message.reply_message), html=html)
