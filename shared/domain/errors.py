"""The one error a person may be shown."""

from __future__ import annotations

# Of the refusals those that can be another answer the next time: 401, 403, 408, 425, 429.
AGAIN = frozenset({401, 403, 408, 425, 429})


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

    @property
    def is_final(self) -> bool:
        """Whether the same request would be refused again: not where there was no answer, nor one to come back later,
        nor one that a new token or right would change."""
        return 400 <= (self.status or 0) < 500 and self.status not in AGAIN

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code
