#!/usr/bin/env python3
"""The push endpoint as its clients meet it: answers, tokens, keys, framing, slow ones, a crash.

usage: push.py BINARY"""
import http.client, json, os, shutil, signal, socket, subprocess, sys, tempfile, threading, time

BINARY = sys.argv[1]
top = tempfile.mkdtemp(prefix="push.")
failures = []


def check(what, ok, detail=""):
    if not ok:
        failures.append(f"{what}: {detail}")
        print("FAILED", failures[-1])


class Server:
    def __init__(self, name, *options):
        self.dir = os.path.join(top, name)
        self.options = options
        self.start()

    def start(self):
        self.err = open(os.path.join(top, "stderr"), "ab+")
        at = self.err.seek(0, 2)
        self.process = subprocess.Popen(
            [BINARY, "--dir", self.dir, *self.options, "produce", "push", "--listen", "127.0.0.1:0"], stderr=self.err)
        while True:
            self.err.seek(at)
            lines = [l for l in self.err.read().decode().split("\n") if 'msg="listening"' in l]
            if lines:
                break
            if self.process.poll() is not None:
                sys.exit("the server ended: " + open(os.path.join(top, "stderr")).read())
            time.sleep(0.01)
        self.port = int(lines[0].rsplit(":", 1)[1])
        self.token = open(os.path.join(self.dir, "push.tokens")).read().split()[-1]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def post(self, body, headers=(), token=True, kind="application/x-ndjson"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        all_headers = {"Content-Type": kind, **dict(headers)}
        if token:
            all_headers["Authorization"] = "Bearer " + (self.token if token is True else token)
        connection.request("POST", "/articles", body if isinstance(body, bytes) else body.encode(), all_headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def raw(self, *pieces, wait=5.0):
        """What comes back for these bytes, until the server closes or `wait` seconds are over."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as s:
            try:
                for piece in pieces:
                    s.sendall(piece)
            except OSError:
                pass
            got = b""
            try:
                while piece := s.recv(65536):
                    got += piece
            except OSError:
                pass
        return got

    def ids(self):
        """Article ids in the log, in order of partition and offset; and how many dead letters."""
        out = subprocess.run([BINARY, "--dir", self.dir, "audit"], capture_output=True, text=True)
        return out.stdout


def articles(server):
    """How many records each article id has, read by a worker and a sink of our own."""
    subprocess.run([BINARY, "--dir", server.dir, "-q", "run", "--once", os.path.join(top, "nothing.jsonl")],
                   stdout=subprocess.DEVNULL, timeout=120)
    counts = {}
    with open(os.path.join(server.dir, "reports.ndjson")) as lines:
        for line in lines:
            report = json.loads(line)
            counts[report["id"]] = counts.get(report["id"], 0) + 1
    return counts


TEXT = "Mexican police arrested 12 people in Tijuana on Tuesday."


def article(id, text=TEXT):
    return json.dumps({"id": id, "title": "T", "text": text, "published": "2026-01-15"})


def answers(server):
    answer, text = server.post(article("one"), kind="application/json")
    check("one article", answer.status == 202 and json.loads(text)["id"] == "one", (answer.status, text))
    body = article("two") + "\n\n{broken\n" + article("three") + "\n" + json.dumps({"id": "x", "title": ""})
    answer, text = server.post(body)
    results = [json.loads(line) for line in text.splitlines()]
    check("lines", answer.status == 202, answer.status)
    check("a result per line", [(r["line"], r["status"]) for r in results] ==
          [(1, "accepted"), (3, "refused"), (4, "accepted"), (5, "refused")], results)
    check("says why", results[1]["error"]["kind"] == "bad-input" and results[1]["error"]["message"], results[1])
    check("nothing accepted", server.post("{broken")[0].status == 422)
    check("empty", server.post("")[0].status == 400)
    check("a pretty one", server.post(json.dumps({"id": "p", "text": TEXT}, indent=1), kind="application/json")[0].status == 202)
    check("another type", server.post(article("t"), kind="text/html")[0].status == 415)
    check("packed", server.post(article("t"), {"Content-Encoding": "gzip"})[0].status == 415)
    check("too large", server.post(b"x" * (9 << 20))[0].status == 413)
    large = json.dumps({"id": "large", "text": "x " * (5 << 19)})
    answer, text = server.post(large)
    check("an article too large", answer.status == 422 and json.loads(text)["error"]["kind"] == "too-big", text[:200])
    check("not a POST", b" 405 " in server.raw(b"PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
    check("health", b" 200 " in server.raw(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
    check("ready", b" 200 " in server.raw(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))


def tokens(server):
    answer, _ = server.post(article("t"), token=False)
    check("says why", json.loads(_)["error"]["message"], _)
    check("no token", answer.status == 401 and "Bearer" in answer.getheader("WWW-Authenticate", ""), answer.status)
    check("wrong token", server.post(article("t"), token="x" * 64)[0].status == 401)
    check("part of it", server.post(article("t"), token=server.token[:-1])[0].status == 401)
    check("twice it", server.post(article("t"), token=server.token * 2)[0].status == 401)
    # refused before the body is read: a client that has sent nothing of it has its answer
    got = server.raw(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
    check("before the body", got.startswith(b"HTTP/1.1 401 "), got)
    with open(os.path.join(server.dir, "push.tokens"), "a") as file:
        file.write("# rotated\nnews " + "n" * 40 + "\n")
    deadline = time.time() + 10
    while server.post(article("n"), token="n" * 40)[0].status != 202 and time.time() < deadline:
        time.sleep(0.1)
    check("a token added", server.post(article("n"), token="n" * 40)[0].status == 202)
    check("the old one too", server.post(article("n"))[0].status == 202)
    os.chmod(os.path.join(server.dir, "push.tokens"), 0o644)
    check("others may read it", subprocess.run([BINARY, "--dir", server.dir, "produce", "push", "--listen", "127.0.0.1:0"],
                                               capture_output=True).returncode == 2)
    os.chmod(os.path.join(server.dir, "push.tokens"), 0o600)


def framing(server):
    head = b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + server.token.encode() + b"\r\n"
    body = article("smuggled").encode()
    length = b"Content-Length: %d\r\n" % len(body)
    for name, request in {
        "two lengths": head + length + b"Content-Length: 5\r\n\r\n" + body,
        "two equal lengths": head + length + length + b"\r\n" + body,
        "length and coding": head + length + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "folded": head + b"X: a\r\n b\r\n" + length + b"\r\n" + body,
        "bare line feed": (head + length + b"\r\n").replace(b"\r\n", b"\n") + body,
        "space before colon": head + length.replace(b":", b" :") + b"\r\n" + body,
    }.items():
        got = server.raw(request)
        check(name, got.startswith(b"HTTP/1.1 400 ") and got.count(b"HTTP/1.1") == 1, got)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7]) for i in range(0, len(body), 7))
    chunked = head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks + b"0\r\n\r\n"
    check("chunked", b" 202 " in server.raw(*[chunked[i:i + 5] for i in range(0, len(chunked), 5)]))
    one = head + length + b"\r\n" + body
    got = server.raw(one + one + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    check("sent ahead", got.count(b"HTTP/1.1 202 ") == 3, got)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as s:
        s.sendall(head + length + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
        check("continue", s.recv(100).startswith(b"HTTP/1.1 100 "))
        s.sendall(body)
        check("after it", s.recv(100).startswith(b"HTTP/1.1 202 "))


def keys(server):
    first = server.post(article("k"), {"Idempotency-Key": "a"})
    again = server.post(article("k"), {"Idempotency-Key": "a"})
    check("the same results", first[1] == again[1] and again[0].status == 202, again[1])
    check("marked", again[0].getheader("Idempotency-Replayed") == "true")
    check("another body", server.post(article("l"), {"Idempotency-Key": "a"})[0].status == 422)
    check("refused ones are no key", server.post("{", {"Idempotency-Key": "b"})[0].status == 422)
    check("so it may be used", server.post(article("m"), {"Idempotency-Key": "b"})[0].status == 202)


def limits():
    server = Server("limits", "-o", "push.head_ms=500", "-o", "push.body_ms=700", "-o", "push.connections=20",
                    "-o", "push.rate=5")
    head = b"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + server.token.encode() + b"\r\n"

    def drip(first, results):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
            started = time.time()
            got = b""
            s.sendall(first)
            s.settimeout(0.05)
            while time.time() - started < 8:
                try:
                    piece = s.recv(1000)
                    got += piece
                    if not piece:
                        break
                    continue
                except TimeoutError:
                    pass
                except OSError:
                    break
                try:
                    s.sendall(b"x")
                except OSError:
                    break
            results.append((got, time.time() - started))

    for name, first in {"head": b"POST / HTTP/1.1\r\nX: ", "body": head + b"Content-Length: 100000\r\n\r\n"}.items():
        results = []
        drip(first, results)
        check(f"a slow {name} ends", results[0][1] < 6 and results[0][0].startswith(b"HTTP/1.1 408 "), results)
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
    check("silent ones make room", server.post(article("room"))[0].status == 202)
    for s in silent:
        s.close()
    codes = [server.post(article("r"))[0] for _ in range(12)]
    late = [answer for answer in codes if answer.status == 429]
    check("too many", late and int(late[0].getheader("Retry-After")) >= 1, [a.status for a in codes])
    check("ends well", server.stop() == 0)


def crash():
    """Killed again and again under clients that repeat until they hear 202: nothing lost, nothing twice."""
    server = Server("crash")
    accepted = set()
    lock = threading.Lock()
    stop = threading.Event()

    def client(number):
        for i in range(60):
            ids = [f"c{number}-{i}-{j}" for j in range(3)]
            body = "\n".join(article(id, TEXT + " " + id) for id in ids)
            while not stop.is_set():
                try:
                    if server.post(body, {"Idempotency-Key": f"{number}-{i}"})[0].status == 202:
                        break
                except (OSError, http.client.HTTPException):
                    time.sleep(0.01)
            with lock:
                accepted.update(ids)

    clients = [threading.Thread(target=client, args=(n,)) for n in range(6)]
    for c in clients:
        c.start()
    for _ in range(6):
        time.sleep(0.25)
        server.kill()
        server.start()
    for c in clients:
        c.join(timeout=60)
    stop.set()
    check("ends well", server.stop() == 0)
    counts = articles(server)
    check("nothing lost", accepted == set(counts), (len(accepted), len(counts)))
    check("nothing twice", all(n == 1 for n in counts.values()), [i for i, n in counts.items() if n > 1][:5])
    audit = subprocess.run([BINARY, "--dir", server.dir, "-q", "audit"], capture_output=True, text=True)
    check("audit", audit.returncode == 0, audit.stdout)


with open(os.path.join(top, "nothing.jsonl"), "w") as nothing:
    nothing.write(article("nothing-1"))
try:
    server = Server("plain")
    answers(server)
    tokens(server)
    framing(server)
    keys(server)
    server.kill()
    server.start()
    answer, _ = server.post(article("k"), {"Idempotency-Key": "a"})
    check("keys outlive a crash", answer.getheader("Idempotency-Replayed") == "true")
    started = time.time()
    check("ends well", server.stop() == 0 and time.time() - started < 5)
    limits()
    os.remove(os.path.join(top, "nothing.jsonl"))
    open(os.path.join(top, "nothing.jsonl"), "w").close()
    crash()
finally:
    if failures:
        print(open(os.path.join(top, "stderr"), errors="replace").read()[-3000:])
    shutil.rmtree(top, ignore_errors=True)
sys.exit(1 if failures else 0)
