"""A partner's site: it takes webhooks, not always gracefully, and keeps a copy from them beside one from /changes."""

import contextlib
import json
import queue
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.api.mirrors import PATIENCE, bearer, client

REST = 0.1


class Site:
    """What arrived, in the order it first arrived in, and the two copies.

    ``faults``: of so many messages it says 500 without keeping them, and of as many it cuts the connection once it has.
    ``longest``: it takes up to so many seconds for each.
    """

    def __init__(self, draw: random.Random, faults: float = 0.0, longest: float = 0.0) -> None:
        self.draw, self.faults, self.longest = draw, faults, longest
        self.api = self.key = self.secret = ""
        self.arrived: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, bytes] = {}
        self.again = self.failed = self.cut = self.applied = 0
        self.wrong: list[str] = []
        self.holding = threading.Event()
        self.lock = threading.Lock()
        self.pending: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.told: dict[str, Any] = {}
        self.followed: dict[str, Any] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                site.take(self)

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler

    def begin(self, api: str, key: str, secret: str) -> None:
        """Read /changes once, and let webhooks follow."""
        self.api, self.key, self.secret = api, key, secret
        client.follow(api, self.told, key)
        client.follow(api, self.followed, key)
        threading.Thread(target=self.keep_up, daemon=True).start()

    def take(self, request: Any) -> None:
        """One message: kept, and then answered; or not."""
        body = request.rfile.read(int(request.headers["content-length"]))
        with self.lock:
            fate, pause = self.draw.random(), self.draw.uniform(0, self.longest)
        self.holding.set()
        time.sleep(pause)
        if not client.is_from_the_hub([self.secret], request.headers, body):
            self.wrong.append(body.decode())
        if fate < self.faults:
            self.failed += 1
            request.send_error(500)
            return
        self.keep(request.headers["webhook-id"], body)
        if fate < 2 * self.faults:
            self.cut += 1
            request.close_connection = True
            return
        request.send_response(200)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def keep(self, key: str, body: bytes) -> None:
        """What has arrived before under its id is no news."""
        with self.lock:
            if key in self.bodies:
                self.again += 1
                if self.bodies[key] != body:
                    self.wrong.append(body.decode())
                return
            self.bodies[key] = body
            self.arrived[key] = json.loads(body)
            self.pending.put(self.arrived[key])

    def keep_up(self) -> None:
        """Apply what arrives, one after the other; what cannot be read now is read later."""
        while True:
            message = self.pending.get()
            while not self.apply(message):
                time.sleep(REST)
            self.applied += 1

    def apply(self, message: dict[str, Any]) -> bool:
        """Apply a message if it is newer than what is kept; False when the hub did not answer."""
        data = message["data"]
        if "seq" not in data:
            # That a license ends soon, or a test.
            return True
        name = "{type}/{id}/{lang}".format(**data)
        items = self.told["items"]
        if data["version"] <= items.get(name, {"version": 0})["version"]:
            return True
        if message["type"].endswith(".withdrawn"):
            items[name] = {"version": data["version"]}
            return True
        try:
            answer = requests.get(data["api_url"], headers=bearer(self.key), timeout=PATIENCE)
        except requests.RequestException:
            return False
        if answer.status_code == 200:
            found = answer.json()["data"]
            if found["version"] > items.get(name, {"version": 0})["version"]:
                items[name] = found
        # Gone in between: its withdrawal follows.
        return answer.status_code in {200, 404, 410}

    def follow(self) -> None:
        """Let the copy that knows no webhooks catch up, as far as the hub answers."""
        with contextlib.suppress(OSError):
            client.follow(self.api, self.followed, self.key)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
