from pathlib import Path

import pytest

from outrider.config.tree import Config, Secret, Secrets, Store, Submit, data_directory


def test_a_secret_does_not_show_itself() -> None:
    submit = Submit(password=Secret("hunter2"))
    assert "hunter2" not in repr(submit)
    assert submit.password.reveal() == "hunter2"


def test_secrets_compare_by_their_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert not Secret("")


def test_the_tree_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Config().http.port = 1  # type: ignore[misc]


def test_database_and_key_lie_in_the_data_directory() -> None:
    config = Config(store=Store(data=Path("/srv/outrider")))
    assert config.store.database == Path("/srv/outrider/outrider.sqlite")
    assert config.key_file == Path("/srv/outrider/secret.key")


def test_database_and_key_may_lie_elsewhere() -> None:
    config = Config(
        store=Store(url="sqlite:////fast/eas.db"), secrets=Secrets(key_file=Path("/etc/outrider.key"))
    )
    assert (config.store.database, config.key_file) == (Path("/fast/eas.db"), Path("/etc/outrider.key"))


@pytest.mark.parametrize(
    ("user", "environ", "expected"),
    [
        (0, {}, "/var/lib/outrider"),
        (1000, {"XDG_DATA_HOME": "/data"}, "/data/outrider"),
        (1000, {"XDG_DATA_HOME": "", "HOME": "/home/alice"}, "/home/alice/.local/share/outrider"),
    ],
)
def test_the_platform_says_where_data_lies(
    monkeypatch: pytest.MonkeyPatch, user: int, environ: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert data_directory() == Path(expected)
