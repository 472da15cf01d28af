"""What a technician gave this terminal at its installation: whose releases it takes, and how patient it is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from shared.domain.errors import HallError
from shared.domain.updates.signing import key_bytes
from shared.domain.updates.slots import Limits
from shared.domain.updates.versions import Version

# What the launcher tells the program: the file of these settings, where its own slots lie, the folder of what was
# installed by hand, what hears that the program has come up, and the version that is on trial, empty when none is.
SETTINGS_ENV: Final = "ZHITING_UPDATES"
FOLDER_ENV: Final = "ZHITING_UPDATES_FOLDER"
BUILT_IN_ENV: Final = "ZHITING_BUILT_IN"
TRIAL_ENV: Final = "ZHITING_TRIAL"
HEALTHY_ENV: Final = "ZHITING_HEALTHY_FD"


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """``keys``: public halves in base64; ``folder``: where slots and downloads lie, a folder for each program."""

    path: Path
    keys: tuple[str, ...]
    folder: Path
    floor: Version
    limits: Limits

    @classmethod
    def read(cls, path: Path) -> Self:
        """A TOML file: ``keys``, ``folder``, and where wanted ``floor``, ``minutes``, ``starts``.

        HallError ``updates_settings_wrong``.
        """
        try:
            said = tomllib.loads(path.read_text("utf-8"))
            keys = tuple(str(key) for key in said["keys"])
            for key in keys:
                key_bytes(key)
            limits = Limits(int(said.get("starts", Limits().starts)), 60 * float(said.get("minutes", 10)))
            if not keys or limits.starts < 1 or limits.seconds <= 0:
                raise ValueError
            return cls(
                path, keys, Path(said["folder"]).expanduser(), Version.parse(str(said.get("floor", "0.0.0"))), limits
            )
        except (OSError, ValueError, KeyError, TypeError, HallError) as error:
            raise HallError("updates_settings_wrong", path=str(path)) from error

    @classmethod
    def here(cls, environment: Mapping[str, str]) -> Self | None:
        """Those of the program that a launcher started; None where none did. HallError ``updates_settings_wrong``."""
        path, folder = environment.get(SETTINGS_ENV), environment.get(FOLDER_ENV)
        return replace(cls.read(Path(path)), folder=Path(folder)) if path and folder else None
