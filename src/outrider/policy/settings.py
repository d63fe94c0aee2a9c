"""What a policy sets: the default of every setting, the document that is sent, and its fingerprint.

The law: a device is always sent every setting that its version carries, those the policy leaves alone with
their default; so what it obeys depends on the last document alone, and not on those before. The fingerprint
stands for what a policy demands of a device of some version: the names and values of the settings which that
version carries, sorted, those at their default left out. So it moves when the demands move, and neither with
a setting the version does not know nor with one that a later release of ours learns to send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec
from msgspec import UNSET, structs

from outrider.protocol.elements import specs
from outrider.protocol.messages.provision import EASProvisionDoc
from outrider.protocol.versions import Version

DEFAULTS: Final = EASProvisionDoc(
    device_password_enabled=False,
    alphanumeric_device_password_required=False,
    password_recovery_enabled=False,
    require_storage_card_encryption=False,
    attachments_enabled=True,
    min_device_password_length=None,
    max_inactivity_time_device_lock=None,
    max_device_password_failed_attempts=None,
    max_attachment_size=None,
    allow_simple_device_password=True,
    device_password_expiration=0,
    device_password_history=0,
    allow_storage_card=True,
    allow_camera=True,
    require_device_encryption=False,
    allow_unsigned_applications=True,
    allow_unsigned_installation_packages=True,
    min_device_password_complex_characters=1,
    allow_wifi=True,
    allow_text_messaging=True,
    allow_pop_imap_email=True,
    allow_bluetooth=2,
    allow_irda=True,
    require_manual_sync_when_roaming=False,
    allow_desktop_sync=True,
    max_calendar_age_filter=0,
    allow_html_email=True,
    max_email_age_filter=0,
    max_email_body_truncation_size=-1,
    max_email_html_body_truncation_size=-1,
    require_signed_smime_messages=False,
    require_encrypted_smime_messages=False,
    require_signed_smime_algorithm=0,
    require_encryption_smime_algorithm=0,
    allow_smime_encryption_algorithm_negotiation=2,
    allow_smime_soft_certs=True,
    allow_browser=True,
    allow_consumer_email=True,
    allow_remote_desktop=True,
    allow_internet_sharing=True,
    # An empty list of approved programs approves none: the lists alone are not sent unless they are set.
    unapproved_in_rom_application_list=UNSET,
    approved_application_list=UNSET,
)
"""What a device obeys where a policy says nothing; None is an empty tag, without limit.

MS-ASPROV, Responding to an Initial Request, and each setting's own section.
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """A named set of demands; what `sets` leaves UNSET is at its default.

    `allows_non_provisionable` lets devices in that never say they know policies (they send no key at all).
    """

    name: str
    sets: EASProvisionDoc
    allows_non_provisionable: bool = True

    @cached_property
    def document(self) -> EASProvisionDoc:
        """Every setting, to be sent; the encoder leaves out those that the device's version lacks."""
        return structs.replace(DEFAULTS, **_values(self.sets))

    def fingerprint(self, version: Version) -> str:
        """What the policy demands of a device of this version."""
        return self._fingerprints[version]

    @cached_property
    def _fingerprints(self) -> dict[Version, str]:
        return {version: _fingerprint(self.sets, version) for version in Version}


OPEN: Final = Policy(name="open", sets=EASProvisionDoc())
"""The policy that demands nothing; a device under it has a key all the same."""


def _fingerprint(sets: EASProvisionDoc, version: Version) -> str:
    return hashlib.sha256("\n".join(sorted(_demands(sets, version))).encode()).hexdigest()


def _demands(sets: EASProvisionDoc, version: Version) -> Iterator[str]:
    """`name=value` of each setting that differs from its default, named as in the specification."""
    values, defaults = _values(sets), _values(DEFAULTS)
    for spec in specs(EASProvisionDoc):
        tag = spec.container or spec.tag
        if tag is None or spec.name not in values or not spec.exists(version):
            continue
        value = values[spec.name]
        if spec.name not in defaults or value != defaults[spec.name]:
            yield f"{tag.name}={msgspec.json.encode(value).decode()}"


def _values(document: EASProvisionDoc) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(document).items() if value is not UNSET}
