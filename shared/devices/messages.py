"""Where the words for a device's code stand in the catalogue."""

from shared.i18n import text


def message_key(code: str) -> str:
    """Key of the text for citizens; printer texts take the parameter `number`."""
    return f"devices.message.{code}"


def status_key(code: str) -> str:
    """Key of the short text for staff; the empty code means that all is well."""
    return f"devices.status.{code or 'ok'}"


def technician_key(code: str) -> str:
    """Key of the text for who mends it: what is wrong, where to look, what happens by itself afterwards."""
    return f"devices.technician.{code}"


def typing_key(code: str) -> str:
    """Key of the text under a number being typed (codes of shared.domain.id_numbers)."""
    return f"devices.id_number.{code}"


def tried_key(result: str, kind: str) -> str:
    """Key of what came of trying a device of this kind."""
    return f"devices.tried.{result}_{kind}" if result in ("passed", "nobody") else f"devices.tried.{result}"


def said(key: str, language: str, otherwise: str) -> str:
    """The text of a key a newer terminal may have sent: `otherwise` where this program does not know it."""
    found = text(key, language)
    return otherwise if found.startswith("[") else found
