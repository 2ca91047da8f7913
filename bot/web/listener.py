"""The socket that the web part listens on. Opened before anything else, so that a taken port is
found out at once."""

import errno
import socket

from bot.settings import local


class PortTaken(Exception):
    """The address cannot be listened on; the message is one line and says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system choose. Raises PortTaken."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=512)
    except OSError as error:
        raise PortTaken(_explained(error, host, port)) from error


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listener.getsockname()[:2]
    return f"http://{local(host)}:{port}"


def _explained(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is in use: is ResolutionFlow running already? "
                "Stop what uses it, or set RESOLUTIONFLOW_PORT to another."
            )
        case errno.EACCES:
            return f"Port {port} is not allowed for this user. Set RESOLUTIONFLOW_PORT above 1023."
        case _:
            return (
                f"Cannot listen on {host}: set RESOLUTIONFLOW_HOST to an address of this machine."
            )
