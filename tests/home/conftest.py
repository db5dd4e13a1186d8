"""A mail server on loopback that speaks as much SMTP as it must."""

import socketserver
import threading

import pytest


class _Conversation(socketserver.StreamRequestHandler):
    """Accepts every recipient but those at refused.example.org."""

    def handle(self):
        self._say("220 hub test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(maxsplit=1)[0].upper()
            if verb == "RCPT" and "@refused." in line:
                self._say("550 no such mailbox")
            elif verb == "DATA":
                self._say("354 go ahead")
                while self.rfile.readline() != b".\r\n":
                    pass
                self._say("250 kept")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                if verb == "RCPT":
                    self.server.accepted.append(line.partition("<")[2].partition(">")[0])
                self._say("250 ok")

    def _say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class _MailServer(socketserver.ThreadingTCPServer):
    address = property(lambda self: self.server_address)

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.accepted = []


@pytest.fixture
def smtp_server():
    with _MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
