"""What may be sent to, and what comes of every way in which an answer can fail: against real sockets."""

import socket
from threading import Event

import pytest

from api.outlets import targets
from api.outlets.targets import FailedError, Failure, Refusal, RefusedTargetError, send
from tests.api.receivers import NAME, OK, Raw, certificate, drips, floods, found_at, says, silence

PUBLIC = "93.184.216.34"

# Every one of these leads somewhere else than to a machine the whole world reaches.
NOT_PUBLIC = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.1.2.3"),  # noqa: S104 - is connected to, not bound
    *("169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.2.1"),
    *("192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "64:ff9b:1::a9fe:a9fe", "100::1", "2001::1"),
    *("2001:0:7f00:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1"),
    *("2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fdff:ffff::1", "fe80::1", "fe80::1%eth0"),
    *("febf::1", "fec0::1", "feff::1", "ff02::1", "ff0e::1", "4000::1", "e000::1"),
)
# Ways to write 127.0.0.1, 169.254.169.254 and their like that a resolver understands.
SPELLINGS = (
    *("127.1", "127.0.1", "0x7f000001", "0x7f.0.0.1", "2130706433", "017700000001", "0177.0.0.1", "0"),
    *(
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "１２７．０．０．１",
        "127.0.0.1.",
        "2852039166",
        "0xa9fea9fe",
        "169.254.43518",
        "10.1",
    ),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]"),
    *("[0:0:0:0:0:0:0:1]", "localhost", "LOCALHOST", "localhost."),
)


@pytest.fixture
def loopback(settings):
    """As in development: a receiver may stand on this machine."""
    settings.WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def dialled(monkeypatch):
    """Every address a socket was connected to."""
    return dialling(monkeypatch, socket.socket.connect)


def dialling(monkeypatch, connect):
    made = []

    def dial(dialled, address):
        made.append(address)
        return connect(dialled, address)

    monkeypatch.setattr(socket.socket, "connect", dial)
    return made


def nobody_there(_dialled, _address):
    raise ConnectionRefusedError


def refusal(url):
    with pytest.raises(RefusedTargetError) as caught:
        send("POST", url, deadline=5)
    return caught.value.reason


def failure(url, deadline=5.0):
    with pytest.raises(FailedError) as caught:
        send("POST", url, deadline=deadline)
    return caught.value.reason, caught.value.status


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_name_leads_to_an_address_that_is_not_public(monkeypatch, dialled, address):
    found_at(monkeypatch, [address])

    assert (refusal(f"https://{NAME}/"), dialled) == (Refusal.NOT_PUBLIC, [])


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_one_address_that_is_not_public_spoils_all_that_are(monkeypatch, dialled, address):
    found_at(monkeypatch, [PUBLIC, "2606:2800:220:1::1", address])

    assert (refusal(f"https://{NAME}/"), dialled) == (Refusal.NOT_PUBLIC, [])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_is_known_however_it_is_spelled(dialled, spelling):
    assert (refusal(f"https://{spelling}/"), dialled) == (Refusal.NOT_PUBLIC, [])


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "203.69.66.1", "2606:2800:220:1::1", "2001:b000:168::1"]
)
def test_what_is_public_is_connected_to(monkeypatch, address):
    found_at(monkeypatch, [address])
    dialled = dialling(monkeypatch, nobody_there)

    assert failure(f"https://{NAME}/") == (Failure.REFUSED, None)
    assert dialled == [(address, 443)]


def test_a_name_that_changes_its_mind_is_asked_once_only(monkeypatch, loopback):
    with Raw(says(OK)) as server:
        asked = found_at(monkeypatch, [PUBLIC], ["127.0.0.1"])
        dialled = dialling(monkeypatch, nobody_there)

        assert failure(f"https://{NAME}/") == (Failure.REFUSED, None)

    assert (asked, dialled, server.connections) == ([NAME], [(PUBLIC, 443)], 0)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://partner.example.org/", Refusal.SCHEME),
        ("ftp://partner.example.org/", Refusal.SCHEME),
        ("file:///etc/passwd", Refusal.MALFORMED),
        ("gopher://partner.example.org/", Refusal.SCHEME),
        ("//partner.example.org/", Refusal.SCHEME),
        ("https://partner.example.org:8443/", Refusal.PORT),
        ("https://partner.example.org:80/", Refusal.PORT),
        ("https://partner.example.org:0/", Refusal.PORT),
        ("https://partner.example.org:99999/", Refusal.MALFORMED),
        ("https://user:word@partner.example.org/", Refusal.CREDENTIALS),
        ("https://@partner.example.org/", Refusal.CREDENTIALS),
        ("https://partner.example.org\\@127.0.0.1/", Refusal.MALFORMED),
        ("https://partner.example.org/\r\nHost: other", Refusal.MALFORMED),
        ("https://partner.example.org/a b", Refusal.MALFORMED),
        ("https://[::1/", Refusal.MALFORMED),
        ("https:///path", Refusal.MALFORMED),
        ("https://a..b/", Refusal.MALFORMED),
        ("", Refusal.MALFORMED),
    ],
)
def test_only_https_on_its_own_port_is_sent_to(monkeypatch, dialled, url, reason):
    asked = found_at(monkeypatch, [PUBLIC])

    assert (refusal(url), asked, dialled) == (reason, [], [])


@pytest.mark.parametrize("url", ["http://{}/", "https://{}:8443/", "http://{}:8080/"])
def test_development_may_reach_its_own_machine_so_and_nothing_else(monkeypatch, dialled, loopback, url):
    for address in (PUBLIC, "10.0.0.1", "169.254.169.254"):
        found_at(monkeypatch, [address])
        assert refusal(url.format(NAME)) in (Refusal.NOT_PUBLIC, Refusal.SCHEME, Refusal.PORT)
    found_at(monkeypatch, ["127.0.0.1", PUBLIC])
    assert refusal(url.format(NAME)) == Refusal.NOT_PUBLIC
    assert dialled == []


def test_an_answer_is_given_back_whole(loopback):
    with Raw(
        says(b"HTTP/1.1 201 Created\r\nX-Word: \xe4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
    ) as server:
        answer = send("POST", f"http://127.0.0.1:{server.port}/路?鍵=值&a=%20", body=b"body", headers={"X-Ours": "1"})

    assert (answer.status, answer.body, answer.headers["x-word"]) == (201, b"ab", "ä")
    head, body = server.requests[0].split(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    assert line == "POST /%E8%B7%AF?%E9%8D%B5=%E5%80%BC&a=%20 HTTP/1.1"
    assert sorted(lines) == [
        "Accept-Encoding: identity",
        "Connection: close",
        "Content-Length: 4",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: qingju-hub/1",
        "X-Ours: 1",
    ]
    assert body in (b"body", b"")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(loopback, status):
    with Raw(says(OK)) as other:
        there = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{other.port}/\r\nContent-Length: 0\r\n\r\n"
        with Raw(says(there.encode())) as server:
            answer = send("POST", f"http://127.0.0.1:{server.port}/")

    assert (answer.status, server.connections, other.connections) == (status, 1, 0)


def test_no_proxy_of_the_environment_is_used(monkeypatch, loopback):
    with Raw(says(OK)) as server, Raw(says(OK)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send("GET", f"http://127.0.0.1:{server.port}/").status == 200

    assert (server.connections, proxy.connections) == (1, 0)


def test_who_is_not_there_refuses(loopback):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failure(f"http://127.0.0.1:{port}/") == (Failure.REFUSED, None)


def test_the_next_address_is_tried_when_one_is_not_there(monkeypatch, loopback):
    with Raw(says(OK)) as server:
        found_at(monkeypatch, ["127.0.0.2", "127.0.0.1"])
        connect = socket.socket.connect
        dialled = dialling(
            monkeypatch, lambda one, where: (connect if where[0] == "127.0.0.1" else nobody_there)(one, where)
        )
        assert send("GET", f"http://{NAME}:{server.port}/").status == 200

    assert dialled == [("127.0.0.2", server.port), ("127.0.0.1", server.port)]


def test_a_name_nobody_knows_fails_as_such(monkeypatch):
    def unknown(*_args, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(f"https://{NAME}/") == (Failure.DNS, None)


HEAD = b"HTTP/1.1 200 OK\r\n"
HUGE = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (silence, None),
        (drips(b""), None),
        (drips(HEAD + b"X-Long: "), None),
        (drips(HUGE), 200),
        (drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n"), 200),
    ],
    ids=["silence", "status line", "headers", "body", "chunks"],
)
def test_one_deadline_stands_over_the_whole_exchange_however_it_drips(loopback, reply, status):
    with Raw(reply) as server:
        found = failure(f"http://127.0.0.1:{server.port}/", deadline=0.3)

    assert found == (Failure.TIMEOUT, status)


def test_a_name_that_is_not_found_in_time_is_waited_for_no_longer(monkeypatch):
    never = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [never.wait()][1:])
    try:
        assert failure(f"https://{NAME}/", deadline=0.1) == (Failure.TIMEOUT, None)
    finally:
        never.set()


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (floods(HUGE), 200),
        (floods(HEAD + b"\r\n"), 200),
        (says(HEAD + b"Content-Length: 65537\r\n\r\n" + b"x" * 65537), 200),
        (floods(HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n"), 200),
    ],
    ids=["declared", "without end", "one byte too many", "chunk without end"],
)
def test_no_more_is_read_than_fits(loopback, reply, status):
    with Raw(reply) as server:
        found = failure(f"http://127.0.0.1:{server.port}/")

    assert found == (Failure.TOO_LARGE, status)


def test_headers_without_end_are_read_no_further_than_what_fits(loopback):
    def reply(connection, server):
        connection.sendall(HEAD)
        while not server.stopped.is_set():
            connection.sendall(b"X-Long: " + b"x" * 60_000 + b"\r\n")

    with Raw(reply) as server:
        assert failure(f"http://127.0.0.1:{server.port}/") == (Failure.TOO_LARGE, None)


def test_a_body_that_just_fits_is_read(loopback):
    with Raw(says(HEAD + b"Content-Length: 65536\r\n\r\n" + b"x" * 65536)) as server:
        assert len(send("GET", f"http://127.0.0.1:{server.port}/").body) == 65536


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 2OO\r\n\r\n", b"\x00" * 100])
def test_what_is_not_http_is_broken(loopback, answer):
    with Raw(says(answer)) as server:
        assert failure(f"http://127.0.0.1:{server.port}/") == (Failure.BROKEN, None)


@pytest.fixture
def secure(tmp_path, monkeypatch, loopback):
    """A partner by TLS whose certificate we know; the resolver finds it on this machine."""
    context, path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    targets._context.cache_clear()
    with Raw(says(OK), context) as server:
        found_at(monkeypatch, ["127.0.0.1"])
        yield server
    targets._context.cache_clear()


def test_tls_is_spoken_for_the_name_at_the_address_that_was_looked_at(secure):
    names = []
    secure.context.sni_callback = lambda _socket, name, _context: names.append(name)

    answer = send("POST", f"https://{NAME}:{secure.port}/hook", body=b"{}")

    assert (answer.status, names) == (200, [NAME])
    assert f"Host: {NAME}:{secure.port}\r\n".encode() in secure.requests[0]


def test_a_certificate_for_another_name_is_refused(secure):
    assert failure(f"https://other.example.org:{secure.port}/") == (Failure.TLS, None)
    assert secure.requests == []


def test_a_certificate_nobody_vouches_for_is_refused(secure, tmp_path):
    context, _path = certificate(tmp_path, "unknown.example.org")
    with Raw(says(OK), context) as server:
        assert failure(f"https://unknown.example.org:{server.port}/") == (Failure.TLS, None)
    assert server.requests == []


def test_who_speaks_no_tls_fails_as_such(loopback):
    with Raw(says(OK)) as server, socket.create_connection(("127.0.0.1", server.port)):
        assert failure(f"https://127.0.0.1:{server.port}/", deadline=0.5)[0] in (Failure.TLS, Failure.TIMEOUT)


def test_a_handshake_that_never_ends_is_waited_for_no_longer(loopback):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert failure(f"https://127.0.0.1:{server.getsockname()[1]}/", deadline=0.2) == (Failure.TIMEOUT, None)
