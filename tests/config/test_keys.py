from outrider.config.keys import Key, describe


def test_every_key_is_described() -> None:
    assert all(key.path and key.type and key.description for key in describe())


def test_paths_are_unique() -> None:
    paths = [key.path for key in describe()]
    assert len(paths) == len(set(paths))


def test_a_key_shows_its_bounds_and_default() -> None:
    keys = {key.path: key for key in describe()}
    assert keys["ping.max_heartbeat"] == Key(
        "ping.max_heartbeat",
        "number",
        "1 to 3540",
        "3540",
        "longest wait in seconds; proxies must allow more",
    )
    assert (keys["http.port"].bounds, keys["log.level"].bounds) == (
        "0 to 65535",
        "debug, info, warning, error",
    )
    assert (keys["http.tls.key"].type, keys["http.tls.key"].default) == ("path", "required")
    assert (keys["submit.password"].type, keys["submit.password"].default) == ("secret", "")
    assert (keys["self_service.enabled"].type, keys["self_service.enabled"].default) == (
        "true or false",
        "true",
    )
    assert keys["store.data"].default == "the platform's data directory"
