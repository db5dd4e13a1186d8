"""The only way from here to an address that somebody outside has given us (contract section 4, Targets).

The name is looked up once; every address found has to be public; and the one looked at is the one connected to, so a
name that changes its mind in between gains nothing. No redirect is followed, no proxy of the environment is used, one
deadline stands over the whole exchange, and no more is read than fits.

Neither requests-hardened nor urllib3 does this: the first looks at the first address only and lets fec0::/10 through;
both give each read a timeout of its own, so that who drips a byte a second holds us for hours. The standard library's
HTTP over a socket of ours takes no more lines than switching that off would.
"""

import io
import queue
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import perf_counter
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlsplit

import certifi
from django.conf import settings

# Of head and body each, in bytes.
READ_AT_MOST: Final = 64 * 1024
# Over the whole exchange, in seconds.
DEADLINE: Final = 15.0
# How many of a name's addresses are tried, one after the other.
ADDRESSES: Final = 4
USER_AGENT: Final = "qingju-hub/1"
NONE: Final[Mapping[str, str]] = MappingProxyType({})
# What may stand in a path or query as it is (RFC 3986); a percent sign is one already.
AS_IT_IS: Final = "%/:?@!$&'()*+,;=[]~"

# What Python calls global and is not ours to connect to: the relays of 6to4.
NOT_PUBLIC_V4: Final = (ip_network("192.88.99.0/24"), ip_network("192.0.0.0/24"))
# The only part of IPv6 that is given out as public, and what of it leads elsewhere: special uses and Teredo, 6to4,
# documentation. Outside it stand NAT64, v4-mapped and v4-compatible addresses, fec0::/10 and all that is yet to come.
PUBLIC_V6: Final = ip_network("2000::/3")
NOT_PUBLIC_V6: Final = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

Address = IPv4Address | IPv6Address


class Refusal(StrEnum):
    """Why an address is never connected to."""

    MALFORMED = "malformed"
    SCHEME = "scheme"
    PORT = "port"
    CREDENTIALS = "credentials"
    NOT_PUBLIC = "not_public"


class Failure(StrEnum):
    """Why an exchange brought no answer."""

    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    # Cut off, or not HTTP.
    BROKEN = "broken"


class RefusedTargetError(Exception):
    """Nothing was connected to: the address is not one we send to."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else str(reason))


class FailedError(Exception):
    """The exchange failed; ``status`` where the answer had one before that, as when its body was too large."""

    def __init__(self, reason: Failure, detail: object = "", status: int | None = None) -> None:
        self.reason, self.status, self.took_ms = reason, status, 0
        super().__init__(f"{reason}: {detail}" if str(detail) else str(reason))


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    took_ms: int


@dataclass(frozen=True)
class Target:
    """An address taken apart: where to connect, and what to ask for there."""

    secure: bool
    # As in a certificate: without brackets, without the root's dot.
    host: str
    port: int
    host_header: str
    path: str

    @property
    def is_usual(self) -> bool:
        """Whether it is what the world may use: https on 443."""
        return self.secure and self.port == 443  # noqa: PLR2004 - https


def send(
    method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] = NONE, deadline: float = DEADLINE
) -> Answer:
    """Ask once and return whatever the answer is, redirects and errors too. ``deadline`` in seconds, over everything.

    Raises:
        RefusedTargetError: when the address is not one we connect to; nothing was connected to.
        FailedError: when no whole answer came.
    """
    began = perf_counter()
    try:
        target = take_apart(url)
        addresses = permitted(target, began + deadline)
        status, received, content = _exchange(target, addresses, began + deadline, _Question(method, body, headers))
    except FailedError as error:
        error.took_ms = _since(began)
        raise
    return Answer(status, received, content, _since(began))


def take_apart(url: str) -> Target:
    """The parts of an address.

    Raises:
        RefusedTargetError: when it is none, or none that could ever be sent to.
    """
    parts, port, host = _split(url)
    _check_scheme(parts)
    secure = parts.scheme == "https"
    usual = 443 if secure else 80
    named = f"[{host}]" if ":" in host else host
    host_header = named if port in (None, usual) else f"{named}:{port}"
    target = Target(secure, host, usual if port is None else port, host_header, _path(parts))
    if not target.is_usual and not _loopback_allowed():
        raise RefusedTargetError(Refusal.PORT, str(port))
    return target


def _check_scheme(parts: SplitResult) -> None:
    known = ("https", "http") if _loopback_allowed() else ("https",)
    if parts.scheme not in known:
        raise RefusedTargetError(Refusal.SCHEME, parts.scheme)
    if parts.username is not None or parts.password is not None:
        raise RefusedTargetError(Refusal.CREDENTIALS)


def _path(parts: SplitResult) -> str:
    query = f"?{quote(parts.query, safe=AS_IT_IS)}" if parts.query else ""
    return quote(parts.path or "/", safe=AS_IT_IS) + query


def _split(url: str) -> tuple[SplitResult, int | None, str]:
    if any(ord(one) <= ord(" ") or one in "\\\x7f" for one in url):
        raise RefusedTargetError(Refusal.MALFORMED, "blank, backslash or control character")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:
        raise RefusedTargetError(Refusal.MALFORMED, str(error)) from error
    if not host:
        raise RefusedTargetError(Refusal.MALFORMED, "no host")
    return parts, port, host


def permitted(target: Target, until: float) -> list[str]:
    """The addresses of a target, each of them one we may connect to; ``until`` in seconds of ``perf_counter``.

    Raises:
        RefusedTargetError: when a single one is not.
        FailedError: when there is none, or the answer takes too long.
    """
    found = _look_up(target.host, target.port, until)
    if _loopback_allowed() and all(ip_address(one).is_loopback for one in found):
        return found
    if not all(is_public(ip_address(one)) for one in found):
        raise RefusedTargetError(Refusal.NOT_PUBLIC, target.host)
    if not target.is_usual:
        raise RefusedTargetError(Refusal.PORT if target.secure else Refusal.SCHEME, target.host_header)
    return found


def is_public(address: Address) -> bool:
    """Whether an address is one the whole world reaches, and reaches the same machine by."""
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_V4)
    return address in PUBLIC_V6 and not any(address in network for network in NOT_PUBLIC_V6)


def _loopback_allowed() -> bool:
    return bool(settings.WEBHOOKS_ALLOW_LOOPBACK)


def _look_up(host: str, port: int, until: float) -> list[str]:
    """The addresses of a name. The system's resolver knows no deadline, so it is asked by a thread we do not wait for.

    Raises:
        FailedError: when there is none, or the answer takes too long.
    """
    found: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        rows = found.get(timeout=_left(until))
    except queue.Empty:
        raise FailedError(Failure.TIMEOUT, "dns") from None
    if isinstance(rows, Exception) or not rows:
        raise FailedError(Failure.DNS, rows or "no address")
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


@dataclass(frozen=True)
class _Question:
    method: str
    body: bytes
    headers: Mapping[str, str]


def _exchange(
    target: Target, addresses: list[str], until: float, question: _Question
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body; every way to fail becomes a FailedError."""
    plain = _connect(addresses, target.port, until)
    try:
        with plain if not target.secure else _secured(plain, target, until) as connected:
            return _asked(connected, target, until, question)
    except FailedError:
        raise
    except TimeoutError as error:
        raise FailedError(Failure.TIMEOUT) from error
    except ssl.SSLError as error:
        raise FailedError(Failure.TLS, error.reason or error) from error
    except (OSError, HTTPException) as error:
        raise FailedError(Failure.BROKEN, type(error).__name__) from error
    finally:
        plain.close()


def _connect(addresses: list[str], port: int, until: float) -> socket.socket:
    """A connection to the first address that takes one; each gets its share of the time left."""
    failed: OSError = OSError()
    tried = addresses[:ADDRESSES]
    for number, address in enumerate(tried):
        try:
            return _dial(address, port, _left(until) / (len(tried) - number))
        except OSError as error:
            failed = error
    raise FailedError(Failure.TIMEOUT if isinstance(failed, TimeoutError) else Failure.REFUSED, failed.strerror or "")


def _dial(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to an address as it stands: what looks names up would be asked a second time."""
    dialled = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        dialled.settimeout(seconds)
        dialled.connect((address, port))
    except BaseException:
        dialled.close()
        raise
    return dialled


def _secured(plain: socket.socket, target: Target, until: float) -> ssl.SSLSocket:
    """TLS for the target's name, whatever address it was found at."""
    plain.settimeout(_left(until))
    return _context().wrap_socket(plain, server_hostname=target.host)


@cache
def _context() -> ssl.SSLContext:
    """The system's authorities, or those of SSL_CERT_FILE, and those that come with us: a small image has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _asked(
    connected: socket.socket, target: Target, until: float, question: _Question
) -> tuple[int, Mapping[str, str], bytes]:
    ours = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close", "Host": target.host_header}
    connection = HTTPConnection(target.host)
    connection.sock = _Wire(connected, until)
    connection.request(question.method, target.path, question.body or None, {**question.headers, **ours})
    answer: HTTPResponse = connection.getresponse()
    try:
        body = answer.read(READ_AT_MOST + 1)
    except TimeoutError as error:
        raise FailedError(Failure.TIMEOUT, status=answer.status) from error
    except FailedError as error:
        error.status = answer.status
        raise
    if len(body) > READ_AT_MOST:
        raise FailedError(Failure.TOO_LARGE, status=answer.status)
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


class _Wire(io.RawIOBase):
    """A connected socket as http.client wants one, that gives up at the deadline, however the bytes drip.

    http.client closes what it has read to the end; the socket is closed by who opened it.
    """

    def __init__(self, connected: socket.socket, until: float) -> None:
        super().__init__()
        self.connected, self.until, self.received = connected, until, 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """For reading; the only mode http.client asks for."""
        return io.BufferedReader(_Wire(self.connected, self.until))

    def sendall(self, data: bytes) -> None:
        """Send it all, or time out."""
        rest = memoryview(data)
        while rest:
            self.connected.settimeout(_left(self.until))
            rest = rest[self.connected.send(rest) :]

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read what is there.

        Raises:
            FailedError: when more came than we read.
        """
        self.connected.settimeout(_left(self.until))
        got = self.connected.recv_into(buffer)
        self.received += got
        if self.received > 2 * READ_AT_MOST:
            raise FailedError(Failure.TOO_LARGE)
        return got


def _left(until: float) -> float:
    """Seconds until then.

    Raises:
        FailedError: when there are none.
    """
    left = until - perf_counter()
    if left <= 0:
        raise FailedError(Failure.TIMEOUT)
    return left


def _since(began: float) -> int:
    return round((perf_counter() - began) * 1000)
