"""The bytes of a scanner on a line, as codes: line ends, prefix, halves, noise. Knows no port and no clock."""

from __future__ import annotations

import codecs

from shared.domain.errors import HallError

MOST_BYTES = 8192  # the fullest QR code has 7,089 characters


class CodeLines:
    """Feed it what arrives; `noise` tells whether the last thing that arrived was no code."""

    def __init__(self, *, line_end: str = "\r\n", prefix: str = "", encoding: str = "utf-8") -> None:
        """Any character of `line_end` ends a code, silence does where it is empty; `prefix` is taken off.

        With a prefix set, a line without it is noise: its head was lost on the way.
        """
        try:
            codecs.lookup(encoding)
            self._ends, self._prefix = line_end.encode("ascii"), prefix.encode("ascii")
        except LookupError:
            raise HallError("device_setting_wrong", setting=f"encoding = {encoding}") from None
        except UnicodeEncodeError as error:
            raise HallError("device_setting_wrong", setting=f"line_end, prefix: {error.object!r}") from None
        self._encoding = encoding
        self._held = bytearray()
        self._too_long = False
        self.noise = False

    def feed(self, data: bytes) -> list[str]:
        """The codes that ended within `data`."""
        found = []
        for byte in data:
            if byte in self._ends:
                found += self._take()
            elif len(self._held) < MOST_BYTES:
                self._held.append(byte)
            else:
                self._too_long = True
        return found

    def silence(self) -> list[str]:
        """Nothing came for a while: the end of a code without line end, else of half a line nobody will finish."""
        if not self._ends:
            return self._take()
        self.noise |= bool(self._held)
        self.reset()
        return []

    def reset(self) -> None:
        """Forget what is held: the line was cut."""
        self._held.clear()
        self._too_long = False

    def _take(self) -> list[str]:
        line, too_long = bytes(self._held), self._too_long
        self.reset()
        if not line:
            return []
        text = "" if too_long or not line.startswith(self._prefix) else self._text(line[len(self._prefix) :])
        self.noise = not text
        return [text] if text else []

    def _text(self, line: bytes) -> str:
        """Empty for what cannot be a code: a wrong speed of the line gives bytes like these."""
        try:
            text = line.decode(self._encoding)
        except UnicodeDecodeError:
            return ""
        return text if text.isprintable() else ""
