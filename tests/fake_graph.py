"""A Graph API of our own over real HTTP: one page's posts and pictures, and failures by script.

It keeps what Facebook would keep, also when it is told to lose its answer: what was done stays done.
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

from django.utils import timezone

PAGE, TOKEN = "1000", "a token of the page"


@dataclass
class Post:
    """What stands on the page."""

    id: str
    message: str
    link: str = ""
    photos: tuple[str, ...] = ()
    at: datetime = field(default_factory=timezone.now)
    by: str = PAGE

    @property
    def permalink(self):
        return f"https://www.facebook.com/{PAGE}/posts/{self.id.partition('_')[2]}"


@dataclass
class Failure:
    """What one call meets: an error by its code, or no answer before or after what was asked for is done."""

    code: int = 0
    subcode: int = 0
    status: int = 400
    headers: dict[str, str] = field(default_factory=dict)
    lost: str = ""
    body: bytes = b""


class FakeGraph:
    """A running server; ``with FakeGraph() as graph``. ``fail("feed", code=4)`` scripts the next call of that kind."""

    def __init__(self):
        self.posts, self.photos, self.scraped, self.calls = {}, {}, [], []
        self.script, self.everything, self.number = {}, None, 0
        self.token, self.a_page = TOKEN, 100
        graph = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                graph.answer(self)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 - as http.server names them

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    def fail(self, kind, times=1, **failure):
        self.script.setdefault(kind, []).extend([Failure(**failure)] * times)

    def put(self, message, link="", **fields):
        """A post somebody else has made."""
        self.number += 1
        post = Post(f"{PAGE}_{self.number}", message, link, **fields)
        self.posts[post.id] = post
        return post

    def showing(self, link):
        """The posts that show a link, in a card or in their words."""
        return [one for one in self.posts.values() if link in (one.link, *one.message.split())]

    def kinds(self):
        return [kind for kind, _fields in self.calls]

    def answer(self, request):
        url = urlsplit(request.path)
        version, _slash, path = url.path.strip("/").partition("/")
        fields, files = self.fields(request, url.query)
        kind = self.kind(request.command, path)
        assert version.startswith("v"), request.path
        assert "access_token" not in request.path, "a token in an address"
        self.calls.append((kind, fields))
        failure = (self.script.get(kind) or [None]).pop(0) or self.everything
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            failure = Failure(code=190, status=401)
        if failure and failure.lost == "before":
            request.close_connection = True
            return
        if failure and failure.body:
            self.send(request, failure.status, failure.body, failure.headers)
            return
        if failure and failure.code:
            error = {"message": "scripted", "type": "OAuthException", "code": failure.code}
            document = {"error": error | ({"error_subcode": failure.subcode} if failure.subcode else {})}
            self.send(request, failure.status, json.dumps(document).encode(), failure.headers)
            return
        status, document = getattr(self, f"on_{kind}")(path, fields, files)
        if failure and failure.lost:
            request.close_connection = True
            return
        self.send(request, status, json.dumps(document).encode(), {})

    def fields(self, request, query):
        """What was sent as a form or in the address, and the files beside it."""
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        kind = request.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            text = body.decode() or query
            return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}, {}
        parsed = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        fields, files = {}, {}
        for part in parsed.iter_parts():
            name = part.get_param("name", header="Content-Disposition")
            content = part.get_payload(decode=True)
            if part.get_filename():
                files[name] = content
            else:
                fields[name] = content.decode()
        return fields, files

    def kind(self, method, path):
        """What a call is: feed, photos, recent, scrape, edit or delete."""
        if method == "DELETE":
            return "delete"
        if path == f"{PAGE}/feed":
            return "feed" if method == "POST" else "recent"
        return {f"{PAGE}/photos": "photos", "": "scrape"}.get(path, "edit")

    def send(self, request, status, body, headers):
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def on_feed(self, _path, fields, _files):
        media = tuple(json.loads(value)["media_fbid"] for name, value in fields.items() if name.startswith("attached"))
        post = self.put(fields["message"], fields.get("link", ""), photos=media)
        return 200, {"id": post.id, "permalink_url": post.permalink}

    def on_photos(self, _path, fields, files):
        assert (fields["published"], fields["temporary"]) == ("false", "true")
        self.number += 1
        self.photos[str(self.number)] = (files["source"], fields["alt_text_custom"])
        return 200, {"id": str(self.number)}

    def on_recent(self, _path, fields, _files):
        since = int(fields.get("since", 0))
        newest = sorted(self.posts.values(), key=lambda one: one.at, reverse=True)
        found = [one for one in newest if one.at.timestamp() >= since]
        begin = int(fields.get("after", 0))
        end = begin + min(int(fields["limit"]), self.a_page)
        paging = {"cursors": {"after": str(end)}} | ({"next": "more"} if end < len(found) else {})
        return 200, {"data": [self.shown(one) for one in found[begin:end]], "paging": paging}

    def shown(self, post):
        """A post as Facebook tells it: links only through its own redirect."""
        row = {"id": post.id, "from": {"id": post.by}, "message": post.message, "permalink_url": post.permalink}
        if post.link:
            shim = f"https://l.facebook.com/l.php?u={quote(post.link, safe='')}&h=AT0"
            row["attachments"] = {"data": [{"url": shim, "target": {"url": shim}}]}
        return row

    def on_scrape(self, _path, fields, _files):
        self.scraped.append(fields["id"])
        return 200, {"id": "1", "url": fields["id"]}

    def on_edit(self, path, fields, _files):
        if path not in self.posts:
            return 404, MISSING
        self.posts[path].message = fields["message"]
        return 200, {"success": True}

    def on_delete(self, path, _fields, _files):
        known = self.posts if path in self.posts else self.photos
        if path not in known:
            return 400, MISSING
        del known[path]
        return 200, {"success": True}


MISSING = {"error": {"message": "Object does not exist", "code": 100, "error_subcode": 33}}
