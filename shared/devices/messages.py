"""Where the words for a device's code stand in the catalogue."""


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
