import pytest

from outrider.protocol.versions import ALL, COMMANDS, OFFERED, Version, exists


@pytest.mark.parametrize("version", ALL, ids=str)
def test_a_version_reads_back_from_its_text(version: Version) -> None:
    assert Version.parse(str(version)) is version


def test_versions_compare_by_age() -> None:
    assert sorted(ALL) == list(ALL)
    assert Version.V2_5 < Version.V12_0 < Version.V12_1 < Version.V14_0 < Version.V16_1


def test_space_around_a_version_does_not_matter() -> None:
    assert Version.parse(" 14.1 ") is Version.V14_1


@pytest.mark.parametrize("text", ["", "14", "14.2", "141", "1.0", "latest", "\u0661\u0664.\u0661"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no such protocol version"):
        Version.parse(text)


def test_the_offered_versions_go_from_old_to_new() -> None:
    assert [str(version) for version in OFFERED] == ["12.1", "14.0", "14.1", "16.0", "16.1"]


@pytest.mark.parametrize(
    ("command", "version", "expected"),
    [
        ("Sync", Version.V2_5, True),
        ("GetAttachment", Version.V12_1, True),
        ("GetAttachment", Version.V14_0, False),
        ("GetHierarchy", Version.V12_1, True),
        ("GetHierarchy", Version.V14_0, False),
        ("Settings", Version.V2_5, False),
        ("ItemOperations", Version.V12_0, True),
        ("Find", Version.V16_0, False),
        ("Find", Version.V16_1, True),
        ("Synchronise", Version.V16_1, False),
    ],
)
def test_a_command_exists_from_its_first_to_its_last_version(
    command: str, version: Version, expected: bool
) -> None:
    assert exists(command, version) is expected


def test_there_are_as_many_commands_as_in_the_specification() -> None:
    assert len(COMMANDS) == 21
