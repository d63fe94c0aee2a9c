"""What is wrong with a configuration."""

from msgspec import Struct


class Mistake(Struct, frozen=True):
    """One thing that is wrong: a stable code, the path of the key and a sentence."""

    code: str
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.path}: {self.text}" if self.path else f"{self.code} {self.text}"


class ConfigError(Exception):
    """The configuration cannot be used; `mistakes` says all that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes
