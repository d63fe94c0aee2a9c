from outrider.config.mistakes import ConfigError, Mistake


def test_a_mistake_reads_code_first() -> None:
    assert str(Mistake("E-CONFIG-VALUE", "http.port", "no")) == "E-CONFIG-VALUE http.port: no"
    assert str(Mistake("E-CONFIG-FILE", "", "x.toml: no")) == "E-CONFIG-FILE x.toml: no"


def test_an_error_has_a_line_for_each_mistake() -> None:
    error = ConfigError([Mistake("E-CONFIG-VALUE", "a", "x"), Mistake("E-CONFIG-VALUE", "b", "y")])
    assert str(error) == "E-CONFIG-VALUE a: x\nE-CONFIG-VALUE b: y"
