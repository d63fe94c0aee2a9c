from pathlib import Path

import pytest

from outrider.config.checks import check_files, check_values
from outrider.config.tree import Config, Delivery, Http, Notices, Ping, Secret, Store, Submit, Tls

RELAY = "relay.example.org"


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        (Config(), []),
        (Config(http=Http(workers=2)), ["http.workers"]),
        (Config(http=Http(trusted_proxies=["10.0.0.0/8", "::1", "proxy"])), ["http.trusted_proxies"]),
        (Config(http=Http(public_url="https://mail.example.org")), []),
        (Config(http=Http(public_url="https://mail.example.org:8443/")), []),
        (Config(http=Http(public_url="mail.example.org")), ["http.public_url"]),
        (Config(http=Http(public_url="https://mail.example.org/eas")), ["http.public_url"]),
        (Config(http=Http(public_url="https://mail.example.org:port")), ["http.public_url"]),
        (Config(store=Store(url="sqlite:////srv/outrider.sqlite")), []),
        (Config(store=Store(url="sqlite:///relative.sqlite")), ["store.url"]),
        (Config(store=Store(url="postgresql://db/outrider")), ["store.url"]),
        (Config(notices=Notices(sender="post@example.org", to=["a@example.org"], relay="localhost:25")), []),
        (Config(notices=Notices(sender="post")), ["notices.from"]),
        (Config(notices=Notices(to=["a@example.org", "b @example.org"])), ["notices.to"]),
        (Config(notices=Notices(relay="relay.example.org")), ["notices.relay"]),
        (Config(notices=Notices(relay="relay.example.org:99999")), ["notices.relay"]),
        (Config(policy={"staff": {"AllowCamera": False, "assign": ["group:staff"]}}), []),
        (
            Config(policy={"staff": {"AllowCameras": False, "assign": ["staff"]}}),
            ["policy.staff.AllowCameras", "policy.staff.assign"],
        ),
        (
            Config(
                policy={"a": {"assign": ["user:Bob@example.org"]}, "b": {"assign": ["user:bob@example.org"]}}
            ),
            ["policy.b.assign"],
        ),
        *((Config(policy={name: {}}), [f"policy.{name}"]) for name in ("none", "open", "a policy", "")),
        (Config(ping=Ping(min_heartbeat=600, max_heartbeat=480)), ["ping.min_heartbeat"]),
        (Config(submit=Submit(host=RELAY)), ["submit.host"]),
        (Config(submit=Submit(kind="smtp")), ["submit.host"]),
        (Config(submit=Submit(kind="smtp", host=RELAY, user="outrider")), ["submit.password"]),
        (
            Config(submit=Submit(kind="smtp", host=RELAY, user="u", password=Secret("p"), tls="none")),
            ["submit.tls"],
        ),
        (Config(submit=Submit(kind="smtp", host="::1", user="u", password=Secret("p"), tls="none")), []),
        (
            Config(submit=Submit(kind="smtp", host="localhost", user="u", password=Secret("p"), tls="none")),
            [],
        ),
    ],
)
def test_values_that_do_not_fit_are_named(config: Config, paths: list[str]) -> None:
    assert [mistake.path for mistake in check_values(config)] == paths


def test_a_data_directory_that_can_be_made_is_fine_and_not_made(tmp_path: Path) -> None:
    assert check_files(Config(store=Store(data=tmp_path / "new" / "deep"))) == []
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    config = Config(
        http=Http(tls=Tls(certificate=tmp_path / "cert.pem", key=tmp_path)),
        store=Store(data=tmp_path / "file" / "data", url=f"sqlite:///{tmp_path}/database.sqlite"),
        delivery=Delivery(socket=tmp_path / "file" / "lmtp"),
        submit=Submit(kind="smtp", host=RELAY, authorities=tmp_path / "none.pem"),
    )
    assert [mistake.path for mistake in check_files(config)] == [
        "submit.authorities",
        "http.tls.certificate",
        "http.tls.key",
        "store.data",
        "delivery.socket",
    ]


def test_a_data_directory_that_is_a_file_is_one_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (mistake,) = check_files(Config(store=Store(data=tmp_path / "file")))
    assert str(mistake) == f"E-CONFIG-FILE store.data: {tmp_path / 'file'} is not a directory"
