"""The project's own web for tests: one HTTP server on every loopback address, with all the faults of the real one.

    web = Web()                       # listens on 0.0.0.0, any port
    web.put("/feed", feed(items))     # a page: bytes, with validators, Content-Type and so on
    web.at("/odd", handler)           # async handler(request, writer) that writes what it likes
    web.log                           # what was asked for, in order: Request(time, host, path, …)

127.1.2.3 and 127.4.5.6 are two sites to a client, and both are this server. Run as a program it serves
`--feeds N` feeds for load tests (see bench/polling.py)."""
import asyncio, collections, gzip, hashlib, re, threading, time, zlib
from email.utils import formatdate

# `address` is the one of ours that was connected to
Request = collections.namedtuple("Request", "time host method path headers address")


class Page:
    def __init__(self, body, kind="application/rss+xml", status=200, headers=(), validators=True, encode=None):
        self.body = body.encode() if isinstance(body, str) else body
        self.kind, self.status, self.headers = kind, status, dict(headers)
        self.etag = 'W/"%s"' % hashlib.md5(self.body).hexdigest()[:12] if validators else None
        self.modified = formatdate(time.time(), usegmt=True) if validators else None
        self.encode = encode

    async def __call__(self, request, writer):
        head = dict(self.headers)
        if self.etag:
            head.setdefault("ETag", self.etag)
            head.setdefault("Last-Modified", self.modified)
            if request.headers.get("if-none-match") == head["ETag"]:
                await answer(writer, 304, b"", head)
                return
        head.setdefault("Content-Type", self.kind)
        body = self.body
        if self.encode == "gzip" and "gzip" in request.headers.get("accept-encoding", ""):
            body, head["Content-Encoding"] = gzip.compress(body), "gzip"
        await answer(writer, self.status, body, head)


async def answer(writer, status, body=b"", headers=(), close=False):
    head = {"Content-Length": str(len(body)), **dict(headers)}
    if status == 304:
        del head["Content-Length"]
    if close:
        head["Connection"] = "close"
    lines = "".join(f"{k}: {v}\r\n" for k, v in head.items())
    writer.write(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode("latin-1") + body)
    await writer.drain()


class Web:
    def __init__(self, host="0.0.0.0", port=0, robots=True):
        self.pages, self.log, self.lock = {}, [], threading.Lock()
        self.robots = robots  # answer /robots.txt with 404 unless a page is there
        self.fallback = None
        self.addresses = set()  # that were connected to
        self.keep_log = True
        self.loop = asyncio.new_event_loop()
        started = threading.Event()

        def run():
            asyncio.set_event_loop(self.loop)
            self.server = self.loop.run_until_complete(asyncio.start_server(self.serve, host, port, backlog=4096))
            self.port = self.server.sockets[0].getsockname()[1]
            started.set()
            self.loop.run_forever()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        started.wait()

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def put(self, path, body, **how):
        self.pages[path] = Page(body, **how)

    def at(self, path, handler):
        self.pages[path] = handler

    def asked(self, path):
        with self.lock:
            return [r for r in self.log if r.path == path]

    async def serve(self, reader, writer):
        address = writer.get_extra_info("sockname")[0]
        with self.lock:
            self.addresses.add(address)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                headers = {k.lower(): v.strip() for k, _, v in (l.partition(":") for l in lines if l)}
                request = Request(time.time(), headers.get("host", ""), method, path, headers, address)
                if self.keep_log:
                    with self.lock:
                        self.log.append(request)
                page = self.pages.get(path) or self.pages.get((request.host.split(":")[0], path)) or self.fallback
                if page is None or (path == "/robots.txt" and page is self.fallback):
                    await answer(writer, 404, b"not here", {"Content-Type": "text/plain"})
                else:
                    await page(request, writer)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.close()


# --- faults ---

def status(code, **headers):
    async def handler(request, writer):
        await answer(writer, code, b"no", {k.replace("_", "-"): v for k, v in headers.items()})
    return handler


def redirect(to, code=301):
    return status(code, Location=to)


async def silent(request, writer):
    """Takes the request and never answers."""
    await asyncio.sleep(3600)


async def drip(request, writer):
    """A byte a second, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(1)


async def endless(request, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    while True:
        writer.write(b"<item><title>more</title></item>" * 2000)
        await writer.drain()


async def endless_headers(request, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"Set-Cookie: a=" + b"x" * 1000 + b"\r\n")
        await writer.drain()


def cut(body):
    async def handler(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(body)
                     + body[:len(body) // 2])
        await writer.drain()
        writer.close()
    return handler


def bomb(encoding="gzip", megabytes=200):
    """Few bytes that unpack to many."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = pack.compress(b"<rss>") + b"".join(pack.compress(b" " * (1 << 20)) for _ in range(megabytes)) + pack.flush()
    return Page(body, headers={"Content-Encoding": encoding}, validators=False)


# --- feeds ---

def feed(items, title="A feed", extra=""):
    """RSS of (guid, title, text[, link]) or dicts."""
    out = [f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{title}</title>'
           f'<link>http://127.0.0.1/</link><description>d</description>{extra}']
    for item in items:
        if not isinstance(item, dict):
            item = dict(zip(("guid", "title", "text", "link"), item))
        out.append("<item>" + (f'<guid isPermaLink="false">{item["guid"]}</guid>' if item.get("guid") else "")
                   + f'<title>{item["title"]}</title>' + (f'<link>{item["link"]}</link>' if item.get("link") else "")
                   + f'<description>{item.get("text", "")}</description></item>')
    return "".join(out) + "</channel></rss>"
