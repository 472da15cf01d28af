"""What the card service and the print service offer."""

from __future__ import annotations

from collections.abc import Iterator

from shared.devices.attached.finding import Attached, CannotLook, Fit


def card_readers() -> Iterator[Attached]:
    """Readers of PC/SC."""
    from smartcard import scard  # type: ignore[import-untyped]

    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if result != scard.SCARD_S_SUCCESS:
        raise CannotLook("no_card_service")
    try:
        result, names = scard.SCardListReaders(context, [])
        for name in sorted(names) if result == scard.SCARD_S_SUCCESS else ():
            yield Attached("pcsc", name, "", (Fit("card_reader", "pcsc", {"reader": name}),))
    finally:
        scard.SCardReleaseContext(context)


def print_queues(host: str = "localhost", port: int = 631) -> Iterator[Attached]:
    """Queues of CUPS."""
    import cups  # type: ignore[import-not-found]

    cups.setPasswordCB(lambda prompt: None)
    try:
        queues = cups.Connection(host=host, port=port).getPrinters()
    except (RuntimeError, cups.IPPError, cups.HTTPError) as reason:
        raise CannotLook("no_print_service") from reason
    for name, facts in sorted(queues.items()):
        says = str(facts.get("printer-info") or facts.get("printer-make-and-model") or "")
        yield Attached("print_queue", name, says, (Fit("document_printer", "cups", {"queue": name}),))
