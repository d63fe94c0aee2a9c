from pathlib import Path

import pytest

from outrider.config.mistakes import ConfigError
from outrider.config.reading import load
from outrider.config.tree import Config, Secret


def write(directory: Path, text: str) -> Path:
    file = directory / "outrider.toml"
    file.write_text(text, "utf-8")
    return file


def mistakes(file: Path | None, environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(file, environ)
    return str(caught.value).splitlines()


def test_nothing_said_gives_the_defaults() -> None:
    assert load(None, {}) == Config()


def test_a_file_is_read(tmp_path: Path) -> None:
    config = load(
        write(tmp_path, '[http]\nport = 9000\ntrusted_proxies = ["10.0.0.0/8"]\n[log]\nlevel = "debug"'), {}
    )
    assert (config.http.port, config.http.trusted_proxies, config.log.level) == (
        9000,
        ["10.0.0.0/8"],
        "debug",
    )


def test_the_file_may_be_named_in_the_environment(tmp_path: Path) -> None:
    assert load(None, {"OUTRIDER_CONFIG": str(write(tmp_path, "[http]\nport = 9000"))}).http.port == 9000


def test_an_argument_wins_over_the_named_file(tmp_path: Path) -> None:
    file = write(tmp_path, "[http]\nport = 9000")
    assert load(file, {"OUTRIDER_CONFIG": "/does/not/exist"}).http.port == 9000


def test_variables_win_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, '[http]\nport = 9000\nhost = "::1"')
    http = load(
        file, {"OUTRIDER_HTTP__PORT": "9443", "OUTRIDER_HTTP__TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2"}
    ).http
    assert (http.host, http.port, http.trusted_proxies) == ("::1", 9443, ["10.0.0.1", "10.0.0.2"])


@pytest.mark.parametrize(("word", "enabled"), [("false", False), ("0", False), ("true", True), ("1", True)])
def test_a_switch_is_read_from_a_variable(word: str, enabled: bool) -> None:
    assert load(None, {"OUTRIDER_SELF_SERVICE__ENABLED": word}).self_service.enabled is enabled


def test_variables_alone_can_open_a_table() -> None:
    tls = load(
        None, {"OUTRIDER_HTTP__TLS__CERTIFICATE": "/c.pem", "OUTRIDER_HTTP__TLS__KEY": "/k.pem"}
    ).http.tls
    assert tls is not None
    assert (tls.certificate, tls.key) == (Path("/c.pem"), Path("/k.pem"))


def test_an_empty_table_switches_lmtp_on(tmp_path: Path) -> None:
    delivery = load(write(tmp_path, "[delivery]"), {}).delivery
    assert delivery is not None
    assert (delivery.host, delivery.port) == ("127.0.0.1", 2424)


def test_other_variables_are_left_alone() -> None:
    assert load(None, {"OUTRIDER_PASSWORD": "x", "HTTP__PORT": "1"}) == Config()


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "relay").write_text("s3cret\n")
    file = write(tmp_path, '[submit]\nkind = "smtp"\nhost = "relay.example.org"\nuser = "outrider"')
    assert load(file, {"OUTRIDER_SUBMIT__PASSWORD_FILE": "relay"}).submit.password == Secret("s3cret")


def test_paths_start_at_the_files_directory(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[store]\ndata = "state"\n[secrets]\nkey_file = "/etc/key"'), {})
    assert (config.store.data, config.key_file) == (tmp_path / "state", Path("/etc/key"))


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    file = write(
        tmp_path, '[http]\nprot = 1\nport = 70000\n[log]\nlevel = "loud"\n[ping]\nmax_folders = "many"'
    )
    assert mistakes(file, {"OUTRIDER_HTTP__HOS": "x"}) == [
        "E-CONFIG-UNKNOWN http.prot: there is no such key; did you mean http.port?",
        "E-CONFIG-VALUE http.port: Expected `int` <= 65535",
        "E-CONFIG-UNKNOWN http.hos: there is no such key; did you mean http.host? (from OUTRIDER_HTTP__HOS)",
        "E-CONFIG-VALUE log.level: one of debug, info, warning, error is expected",
        "E-CONFIG-VALUE ping.max_folders: Expected `int`, got `str`",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[htp]", "E-CONFIG-UNKNOWN htp: there is no such key; did you mean http?"),
        ("[zzz]", "E-CONFIG-UNKNOWN zzz: there is no such key"),
        ("[http]\nmax_heartbeat = 60", "did you mean ping.max_heartbeat?"),
        ("http = 3", "E-CONFIG-VALUE http: a table is expected here"),
        ('[http.tls]\nkey = "k.pem"', "E-CONFIG-MISSING http.tls.certificate: this key is required here"),
        (
            '[http.tls]\nkey = "k.pem"\ncertificate = ""',
            "E-CONFIG-VALUE http.tls.certificate: Expected a path",
        ),
        ("[submit]\npassword = 7", "E-CONFIG-VALUE submit.password: Expected `str`, got `int`"),
        ("[ping]\nmin_heartbeat = 100\nmax_heartbeat = 99", "E-CONFIG-CONFLICT ping.min_heartbeat"),
        ("[http", "E-CONFIG-SYNTAX"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, text: str, expected: str) -> None:
    (only,) = mistakes(write(tmp_path, text), {})
    assert expected in only


def test_a_variable_below_a_value_reports_the_value(tmp_path: Path) -> None:
    found = mistakes(write(tmp_path, "http = 3"), {"OUTRIDER_HTTP__PORT": "1"})
    assert found == ["E-CONFIG-VALUE http: a table is expected here"]


def test_a_variable_that_is_no_number_is_named() -> None:
    (only,) = mistakes(None, {"OUTRIDER_HTTP__PORT": "http"})
    assert only.endswith("(from OUTRIDER_HTTP__PORT)")


TWICE = [
    (
        {"OUTRIDER_HTTP__PORT": "1", "OUTRIDER_HTTP__port": "2"},
        "E-CONFIG-CONFLICT http.port: OUTRIDER_HTTP__PORT and OUTRIDER_HTTP__port both set it",
    ),
    (
        {"OUTRIDER_SUBMIT__PASSWORD": "a", "OUTRIDER_SUBMIT__PASSWORD_FILE": "/dev/null"},
        "E-CONFIG-CONFLICT submit.password: OUTRIDER_SUBMIT__PASSWORD and OUTRIDER_SUBMIT__PASSWORD_FILE"
        " both set it",
    ),
]


@pytest.mark.parametrize(("environ", "expected"), TWICE)
def test_two_variables_for_one_key_are_an_error(environ: dict[str, str], expected: str) -> None:
    assert expected in mistakes(None, environ)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    (only,) = mistakes(tmp_path / "none.toml", {})
    assert only == f"E-CONFIG-FILE {tmp_path / 'none.toml'}: No such file or directory"


def test_a_missing_secret_file_is_an_error(tmp_path: Path) -> None:
    (only,) = mistakes(None, {"OUTRIDER_SUBMIT__PASSWORD_FILE": str(tmp_path / "none")})
    assert only.startswith("E-CONFIG-FILE submit.password: ")
