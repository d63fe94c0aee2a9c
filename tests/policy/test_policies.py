"""What is sent of a policy, and what its fingerprint stands for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, structs

from outrider.policy.policies import OPEN, Policy, unreadable
from outrider.policy.settings import DECLARED, DEFAULTS
from outrider.policy.wap import carries
from outrider.policy.words import PRESETS, read_policy
from outrider.protocol.elements import specs
from outrider.protocol.messages.provision import EASProvisionDoc, PolicyResponse, ProvisionResponse
from outrider.protocol.messages.settings import DeviceInformationResponse
from outrider.protocol.versions import OFFERED, Version
from tests.examples import examples
from tests.protocol.golden import Pair

LISTS = {"unapproved_in_rom_application_list", "approved_application_list"}


def test_every_setting_is_sent_but_lists_that_are_not_set() -> None:
    sent = structs.asdict(OPEN.document)
    assert {name for name, value in sent.items() if value is UNSET} == LISTS


def test_what_is_set_takes_the_place_of_its_default() -> None:
    policy = Policy(name="pin", sets=EASProvisionDoc(device_password_enabled=True, max_attachment_size=5))
    assert policy.document == structs.replace(DEFAULTS, device_password_enabled=True, max_attachment_size=5)


def test_a_list_is_sent_where_it_is_set() -> None:
    policy = Policy(name="listed", sets=EASProvisionDoc(approved_application_list=["00ff"]))
    assert policy.document.approved_application_list == ["00ff"]
    assert OPEN.document.approved_application_list is UNSET


def sent(*, described: bool) -> ProvisionResponse:
    thanks = DeviceInformationResponse(status=1) if described else None
    policy = PolicyResponse(status=1, policy_key="3942919513", data=OPEN.document)
    return ProvisionResponse(device_information=thanks, status=1, policies=[policy])


# The values are what the specification says of a setting that is absent, where it does.
PAIRS = [
    Pair("provision-011", Version.V12_1, sent(described=False)),
    Pair("provision-011", Version.V14_0, sent(described=False)),
    Pair("provision-012", Version.V14_1, sent(described=True)),
    Pair("provision-012", Version.V16_0, sent(described=True)),
    Pair("provision-012", Version.V16_1, sent(described=True)),
]


LISTED = read_policy(
    "listed",
    {
        **PRESETS["locked-down"].values,
        "ApprovedApplicationList": [
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        ],
        "UnapprovedInROMApplicationList": ["solitaire.exe", "camera.exe"],
    },
)
FULL = [
    ("provision-018", Version.V12_0),
    ("provision-019", Version.V12_1),
    ("provision-019", Version.V14_1),
    ("provision-019", Version.V16_1),
]
DOCUMENTS = [
    Pair(name, version, PolicyResponse(status=1, policy_key="3942919513", data=LISTED.document))
    for name, version in FULL
]


@pytest.mark.parametrize("pair", DOCUMENTS, ids=lambda pair: str(pair.version))
def test_a_policy_with_lists_is_sent_as_it_was_recorded(pair: Pair) -> None:
    assert pair.written() == pair.data


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair.version))
def test_the_open_policy_is_sent_as_it_was_recorded(pair: Pair) -> None:
    assert pair.written() == pair.data


def test_every_version_that_is_offered_has_its_recorded_document() -> None:
    assert tuple(pair.version for pair in PAIRS) == OFFERED


def policy(**sets: object) -> Policy:
    return Policy(name="tried", sets=EASProvisionDoc(**sets))  # type: ignore[arg-type]


def approving(*hashes: str) -> Policy:
    return policy(approved_application_list=list(hashes))


def locking(seconds: int) -> Policy:
    return policy(max_inactivity_time_device_lock=seconds)


SAME = [
    ("a setting that 2.5 has no words for", policy(attachments_enabled=False), Version.V2_5),
    ("no lock at all in words of 2.5", locking(9999), Version.V2_5),
    ("a default that is set", policy(allow_camera=True), Version.V16_1),
    ("a default without limit", policy(min_device_password_length=None), Version.V16_1),
    ("a setting that the version lacks", policy(allow_camera=False), Version.V12_0),
    ("a name", Policy(name="another", sets=EASProvisionDoc()), Version.V16_1),
    ("who is let in", Policy(name="open", sets=OPEN.sets, allows_non_provisionable=False), Version.V16_1),
]


@pytest.mark.parametrize(("what", "tried", "version"), SAME, ids=[row[0] for row in SAME])
def test_the_fingerprint_ignores(what: str, tried: Policy, version: Version) -> None:
    assert tried.fingerprint(version) == OPEN.fingerprint(version), what


OTHER = [
    ("a policy that cannot be read", unreadable("open"), OPEN),
    ("another value", policy(allow_camera=False), OPEN),
    ("a list, even an empty one", approving(), OPEN),
    ("the order of a list", approving("a", "b"), approving("b", "a")),
    ("where an entry ends", approving("a,b"), approving("a", "b")),
    ("which setting has a value", policy(max_email_age_filter=4), policy(max_calendar_age_filter=4)),
    ("no limit where a limit is usual", policy(device_password_expiration=None), OPEN),
]


@pytest.mark.parametrize(("what", "one", "other"), OTHER, ids=[row[0] for row in OTHER])
def test_the_fingerprint_tells_apart(what: str, one: Policy, other: Policy) -> None:
    assert one.fingerprint(Version.V14_1) != other.fingerprint(Version.V14_1), what


FLAGS = [spec.name for spec in specs(EASProvisionDoc) if spec.types == (bool,)]


@settings(max_examples=examples(50))
@given(sets=st.dictionaries(st.sampled_from(FLAGS), st.booleans()), version=st.sampled_from(list(Version)))
def test_two_policies_have_one_fingerprint_when_they_send_the_same(
    sets: dict[str, bool], version: Version
) -> None:
    tried = policy(**sets)
    carried = {spec.name for name, spec in DECLARED.items() if carries(name, version)}
    documents = [structs.asdict(one.document) for one in (tried, OPEN)]
    kept = [{name: value for name, value in one.items() if name in carried} for one in documents]
    assert (tried.fingerprint(version) == OPEN.fingerprint(version)) == (kept[0] == kept[1])


def test_at_2_5_times_of_the_same_minutes_have_one_fingerprint() -> None:
    assert locking(300).fingerprint(Version.V2_5) == locking(330).fingerprint(Version.V2_5)
    assert locking(300).fingerprint(Version.V12_0) != locking(330).fingerprint(Version.V12_0)


def test_what_2_5_tells_whole_has_the_fingerprint_of_later_versions() -> None:
    pin = policy(
        device_password_enabled=True, min_device_password_length=6, max_inactivity_time_device_lock=300
    )
    assert len({pin.fingerprint(version) for version in Version}) == 1


@pytest.mark.parametrize(
    ("sets", "version", "lacking"),
    [
        ({"allow_camera": False}, Version.V12_0, ["AllowCamera"]),
        ({"allow_camera": False}, Version.V12_1, []),
        ({"allow_camera": True}, Version.V12_0, []),
        ({"attachments_enabled": False, "allow_html_email": False}, Version.V2_5, []),
        (
            {"device_password_enabled": True, "device_password_history": 5},
            Version.V2_5,
            ["DevicePasswordHistory"],
        ),
    ],
)
def test_what_a_version_lacks_counts_where_the_server_cannot_see_to_it(
    sets: dict[str, object], version: Version, lacking: list[str]
) -> None:
    assert policy(**sets).lacking(version) == lacking
