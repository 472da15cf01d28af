"""What one Quick window looks and speaks like: mode, elder, profile, scale, language; read by Theme and Words."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QJSValue, QQmlEngine, qmlRegisterSingletonType

from shared.i18n import DEFAULT_LANGUAGE, catalogue, language_name, languages
from shared.ui.icons import PROVIDER, IconProvider
from shared.ui.theme import MODES, PROFILES, Look, resolve

SURFACE_PROPERTY = "zhitingSurface"


class Surface(QObject):
    """The look and language of one engine; Python and QML may both change it."""

    look_changed = Signal()
    language_changed = Signal()

    def __init__(
        self,
        profile: str = "kiosk",
        mode: str = "day",
        language: str = DEFAULT_LANGUAGE,
        elder: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        _check(profile, PROFILES)
        _check(mode, MODES)
        self._look = Look(mode=mode, profile=profile, elder=elder)
        self._tokens = resolve(self._look)
        self._language = language

    @property
    def look(self) -> Look:
        """The look now."""
        return self._look

    @property
    def tokens(self) -> dict[str, str | int]:
        """Every token for the look now."""
        return self._tokens

    @property
    def language(self) -> str:
        """Code of the language shown."""
        return self._language

    def set_language(self, code: str) -> None:
        """Changes the language of everything on this surface."""
        if code != self._language:
            self._language = code
            self.language_changed.emit()

    def set_elder(self, elder: bool) -> None:
        """Larger, fewer, still."""
        self._set(replace(self._look, elder=elder))

    def set_mode(self, mode: str) -> None:
        """day or high_contrast."""
        _check(mode, MODES)
        self._set(replace(self._look, mode=mode))

    def set_scale(self, scale: float) -> None:
        """All sizes times `scale`: a window that is not of the design size keeps its proportions."""
        self._set(replace(self._look, scale=round(scale, 3)))

    def _set(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self._tokens = resolve(look)
            self.look_changed.emit()


def _check(value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{value} is not one of {', '.join(known)}")


class Native(QObject):
    """The surface as QML sees it; one per engine."""

    look_changed = Signal()
    language_changed = Signal()

    def __init__(self, surface: Surface, parent: QObject) -> None:
        super().__init__(parent)
        self._surface = surface
        surface.look_changed.connect(self.look_changed)
        surface.language_changed.connect(self.language_changed)

    def _read_tokens(self) -> dict[str, Any]:
        return dict(self._surface.tokens)

    def _read_mode(self) -> str:
        return self._surface.look.mode

    def _write_mode(self, mode: str) -> None:
        self._surface.set_mode(mode)

    def _read_elder(self) -> bool:
        return self._surface.look.elder

    def _write_elder(self, elder: bool) -> None:
        self._surface.set_elder(elder)

    def _read_profile(self) -> str:
        return self._surface.look.profile

    def _read_language(self) -> str:
        return self._surface.language

    def _write_language(self, code: str) -> None:
        self._surface.set_language(code)

    def _read_languages(self) -> list[dict[str, str]]:
        return [{"code": code, "name": language_name(code)} for code in languages()]

    @Slot(str, str, "QVariant", result=str)
    def text(self, key: str, language: str, params: object) -> str:
        """One text of the catalogue; params is a JS object or undefined."""
        plain = params.toVariant() if isinstance(params, QJSValue) else params
        values = plain if isinstance(plain, dict) else {}
        return catalogue().fill(key, language, {name: _shown(value) for name, value in values.items()})

    tokens = Property("QVariantMap", _read_tokens, notify=look_changed)  # type: ignore[arg-type]
    mode = Property(str, _read_mode, _write_mode, notify=look_changed)
    elder = Property(bool, _read_elder, _write_elder, notify=look_changed)
    profile = Property(str, _read_profile, constant=True)
    language = Property(str, _read_language, _write_language, notify=language_changed)
    languages = Property("QVariantList", _read_languages, constant=True)  # type: ignore[arg-type]


def _shown(value: object) -> object:
    # QML numbers are doubles: "3.0 people ahead" helps nobody.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _make_native(engine: QQmlEngine) -> Native:
    surface = engine.property(SURFACE_PROPERTY)
    if not isinstance(surface, Surface):
        surface = Surface(parent=engine)
    engine.addImageProvider(PROVIDER, IconProvider())
    return Native(surface, engine)


# At import, because an engine that is older than the registration loses track of QObject (PySide6 6.11).
qmlRegisterSingletonType(Native, "ZhiTing.Native", 1, 0, "Native", _make_native)  # type: ignore[call-overload]
