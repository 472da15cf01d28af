"""The one error a person may be shown."""

from __future__ import annotations


class HallError(Exception):
    """Something a person can understand and act on.

    ``code`` is at once the key in ``assets/locale/*/errors.toml`` (or in the area named by a dotted code) and the
    problem type on the wire; ``params`` fill the text. Anything else that is raised is a bug.
    """

    def __init__(self, code: str, /, *, status: int | None = None, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.status = status

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code
