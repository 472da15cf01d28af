"""Asks the providers, on threads of its own: one that is slow or away holds nobody else up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import requests

from server.features.sign_on.asking import with_query
from server.features.sign_on.outgoing import NoAnswerError, post_status
from server.features.sign_on.upstream import oauth2, oidc
from server.features.sign_on.upstream.person import Person, WrongAnswerError
from server.features.sign_on.upstream.registry import Provider
from shared.schemas.upstreams import OidcUpstream

Result = TypeVar("Result")
THREADS: Final = 4
WAITING: Final = 32


class Upstreams:
    """Of one process. Every question may end in ``NoAnswerError`` or ``WrongAnswerError``."""

    def __init__(self) -> None:
        self._known = oidc.Providers()
        self._threads = ThreadPoolExecutor(THREADS, "upstream")
        self._asked = 0

    async def way_out(self, provider: Provider, state: str, nonce: str, challenge: str) -> str:
        """The address that a browser is sent to."""
        settings = provider.settings
        if isinstance(settings, OidcUpstream):
            address, query = await self._ask(
                lambda: oidc.way_out(self._known, provider, settings, state, nonce, challenge)
            )
            return with_query(address, query)
        address, query = oauth2.way_out(provider, settings, state, challenge)
        fragment = f"#{settings.authorize_fragment}" if settings.authorize_fragment else ""
        return with_query(address, query) + fragment

    async def check_iss(self, provider: Provider, brought: Mapping[str, str]) -> None:
        """Whether an answer, be it an error, comes from this provider, as far as its kind can tell."""
        settings = provider.settings
        if isinstance(settings, OidcUpstream):
            await self._ask(lambda: oidc.check_iss(self._known, settings, brought))

    async def who_came(self, provider: Provider, brought: Mapping[str, str], nonce: str, verifier: str) -> Person:
        """Who the browser was, that came back with this."""
        settings = provider.settings
        if isinstance(settings, OidcUpstream):
            code = brought.get("code", "")

            return await self._ask(
                lambda: oidc.who_came(self._known, provider, settings, _whole(code), nonce, verifier)
            )
        code = _whole(brought.get(settings.code_name, ""))
        return await self._ask(lambda: oauth2.who_came(provider, settings, code, verifier))

    async def check(self, provider: Provider) -> None:
        """Whether it is there: its documents as OpenID Connect has them, else any answer at all."""
        settings = provider.settings

        def ask() -> None:
            if isinstance(settings, OidcUpstream):
                self._known.forget(settings.issuer)
                self._known.metadata(settings.issuer)
                return
            try:
                post_status(settings.token_url, {})
            except requests.RequestException as error:
                raise NoAnswerError(type(error).__name__) from None

        await self._ask(ask)

    async def _ask(self, work: Callable[[], Result]) -> Result:
        if self._asked >= WAITING:
            raise NoAnswerError("too many at once")
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._asked -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _whole(code: str) -> str:
    if not code or len(code) > 4000:
        raise WrongAnswerError("code")
    return code
