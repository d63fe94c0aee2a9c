"""The configuration: one frozen typed tree, read from a TOML file and the environment."""

from outrider.config.checks import check_files
from outrider.config.keys import Key, describe
from outrider.config.mistakes import ConfigError, Mistake
from outrider.config.reading import load
from outrider.config.tree import (
    Access,
    Bursts,
    Config,
    Delivery,
    Directory,
    Http,
    Log,
    Notices,
    Ping,
    Secret,
    Secrets,
    SelfService,
    Store,
    Submit,
    Throttle,
    Tls,
)

__all__ = [
    "Access",
    "Bursts",
    "Config",
    "ConfigError",
    "Delivery",
    "Directory",
    "Http",
    "Key",
    "Log",
    "Mistake",
    "Notices",
    "Ping",
    "Secret",
    "Secrets",
    "SelfService",
    "Store",
    "Submit",
    "Throttle",
    "Tls",
    "check_files",
    "describe",
    "load",
]
