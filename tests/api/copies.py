"""A partner's site on loopback: answers by path as a test tells it to, and remembers what was asked."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        status = self.server.answers.get(self.path, 200)
        if status == 0:  # hangs up
            self.close_connection = True
            return
        body = b"x" * 200_000 if self.path == "/long" else b"still here"
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@contextmanager
def site(**answers):
    """A running site; ``answers`` are statuses by path without its slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.asked, server.answers = [], {f"/{name}": status for name, status in answers.items()}
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{server.server_address[1]}/"
        yield server
        server.shutdown()
        thread.join()
