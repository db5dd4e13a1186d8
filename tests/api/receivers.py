"""Partners' machines on loopback, real sockets all: one that answers by a script, and how a name is found."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NAME = "partner.example.org"


class Raw:
    """A server that hands each connection to ``reply(connection, request)``; it counts them."""

    def __init__(self, reply, context=None):
        self.reply, self.context = reply, context
        self.requests = []
        self.connections = 0
        self.stopped = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _address = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.answer, args=[connection], daemon=True).start()

    def answer(self, connection):
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            request = b""
            # All of it: who closes a socket with something unread in it takes back the answer as well.
            while not is_whole(request):
                if not (got := connection.recv(65536)):
                    return
                request += got
            self.requests.append(request)
            self.reply(connection, self)
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stopped.set()
        # Whoever waits in accept() would take one more.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


def is_whole(request):
    """Whether a request has come with the body it promises."""
    head, blank, body = request.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(blank) and len(body) >= sum(lengths)


def says(answer):
    """A reply that sends one text and ends."""
    return lambda connection, _server: connection.sendall(answer)


def received(request):
    """Headers, with names in lower case, and the body of a request as it came."""
    head, _blank, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, value in headers.items()}, body


def collecting(answer=lambda _headers, _body: OK):
    """A list of what was taken, and the reply of a partner that takes everything, bodies too."""
    taken = []

    def reply(connection, server):
        headers, body = received(server.requests[-1])
        taken.append((headers, body))
        connection.sendall(answer(headers, body))

    return taken, reply


def drips(head, pause=0.02):
    """A reply that sends a head, then a byte at a time for as long as anyone listens."""

    def reply(connection, server):
        connection.sendall(head)
        while not server.stopped.wait(pause):
            connection.sendall(b"x")

    return reply


def silence(_connection, server):
    """A reply that never comes."""
    server.stopped.wait()


def floods(head):
    """A reply that sends a head and then as much as is taken."""

    def reply(connection, server):
        connection.sendall(head)
        while not server.stopped.is_set():
            connection.sendall(b"x" * 65536)

    return reply


def found_at(monkeypatch, *answers):
    """Let the resolver give these lists of addresses, one for each question and the last from then on; counts them."""
    asked = []

    def resolve(host, port, *_args, **_more):
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (families[ipaddress.ip_address(one.partition("%")[0]).version], socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def certificate(folder, name=NAME):
    """A certificate of its own making for a name, as a server's context; returns it and the file it is in."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    # TLS goes by the machine's own clock, which no test moves.
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2049, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path
