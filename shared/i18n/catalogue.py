"""Loads assets/locale/<language>/<area>.toml; a hall adds a language by adding a folder."""

import logging
import os
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT_LANGUAGE = "zh-CN"
LOCALE_ENV = "ZHITING_LOCALE"

_log = logging.getLogger(__name__)


class _Params(dict[str, object]):
    """Parameters of one text; a missing one stays visible as {name} instead of breaking a citizen's screen."""

    def __missing__(self, key: str) -> str:
        _log.warning("text parameter %s is missing", key)
        return "{" + key + "}"


def params_of(template: str) -> frozenset[str]:
    """Names of the {params} in a template; ValueError if the braces are not well formed."""
    fields = (field for _, field, _, _ in string.Formatter().parse(template) if field is not None)
    return frozenset(field.split(".")[0].split("[")[0] for field in fields)


def _flatten(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict):
            yield from _flatten(name, value)
        elif isinstance(value, str):
            yield name, value
        else:
            raise TypeError(f"{name}: a catalogue holds strings and tables only, not {type(value).__name__}")


def load_language(folder: Path) -> dict[str, str]:
    """All texts of one language folder as {"area.table.key": text}."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        with file.open("rb") as stream:
            found.update(_flatten(file.stem, tomllib.load(stream)))
    return found


class Catalogue:
    """The texts of every language under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
        self._texts = {folder.name: load_language(folder) for folder in folders}
        self._warned: set[tuple[str, str]] = set()

    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, the default one first."""
        return tuple(sorted(self._texts, key=lambda code: (code != DEFAULT_LANGUAGE, code)))

    def keys(self, language: str) -> frozenset[str]:
        """All keys of a language."""
        return frozenset(self._texts.get(language, {}))

    def template(self, key: str, language: str) -> str | None:
        """The raw text of exactly this language, or None."""
        return self._texts.get(language, {}).get(key)

    def has(self, key: str) -> bool:
        """True when the default language knows the key."""
        return key in self._texts.get(DEFAULT_LANGUAGE, {})

    def fill(self, key: str, language: str, params: Mapping[str, object]) -> str:
        """The text in this language, else in the default one, else `[key]`; never raises."""
        template = self.template(key, language)
        if template is None:
            self._warn_once(key, language)
            template = self.template(key, DEFAULT_LANGUAGE)
        if template is None:
            return f"[{key}]"
        try:
            return template.format_map(_Params(params))
        except (ValueError, IndexError, AttributeError, TypeError):
            _log.exception("text %s (%s) cannot be formatted", key, language)
            return template

    def _warn_once(self, key: str, language: str) -> None:
        if (key, language) not in self._warned:
            self._warned.add((key, language))
            _log.warning("no text for %s in %s", key, language)


def _default_root() -> Path:
    configured = os.environ.get(LOCALE_ENV)
    return Path(configured) if configured else Path(__file__).resolve().parents[2] / "assets" / "locale"


@cache
def catalogue() -> Catalogue:
    """The catalogue of this installation (assets/locale, or the folder in ZHITING_LOCALE)."""
    return Catalogue(_default_root())


def text(key: str, /, language: str = DEFAULT_LANGUAGE, **params: object) -> str:
    """The text for `key` in `language`, with {params} filled in."""
    return catalogue().fill(key, language, params)


def languages() -> tuple[str, ...]:
    """Codes of the installed languages, the default one first."""
    return catalogue().languages()


def language_name(code: str) -> str:
    """What speakers of a language call it, from its own ui.toml."""
    return catalogue().fill("ui.language.name", code, {})
