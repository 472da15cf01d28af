"""A simple browser for the account pages: cookies, forms with their hidden fields, no script."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag in ("input", "button") and self.forms and given.get("name"):
            self.forms[-1][1][given["name"]] = given.get("value", "")


class Visitor:
    """``page`` is the last answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.page = requests.Response()

    def get(self, path: str, **options: object) -> requests.Response:
        self.page = self.http.get(urljoin(self.url, path), timeout=20, **options)  # type: ignore[arg-type]
        return self.page

    def form(self, action: str = "") -> dict[str, str]:
        """The fields of the page's form whose address begins so, as the page filled them in."""
        parser = _Forms()
        parser.feed(self.page.text)
        return next(dict(fields) for address, fields in parser.forms if address.startswith(action))

    def send(self, path: str, fields: dict[str, str], **headers: str) -> requests.Response:
        self.page = self.http.post(
            urljoin(self.url, path), data=fields, headers=headers, timeout=20, allow_redirects=False
        )
        return self.page

    def fill(self, action: str, **fields: str) -> requests.Response:
        """Fill the page's form in and send it."""
        return self.send(action, self.form(action) | fields)

    def sign_in(self, username: str, password: str, path: str = "/sign-in") -> requests.Response:
        self.get(path)
        return self.fill("/sign-in", username=username, password=password)

    def is_signed_in(self) -> bool:
        return self.get("/sign-out").url.endswith("/sign-out")

    def close(self) -> None:
        self.http.close()
