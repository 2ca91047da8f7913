"""Which names and numbers are this machine's own. Nobody is asked."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether that is this machine, by its name or number."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
