#!/usr/bin/env python3
"""Feeds and push over one Kafka broker: killed while they send, and what came out counted.

  with-kafka -- kafka_doors.py BINARY"""
import http.client, json, os, re, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web"))
from web import Web, feed

BINARY = sys.argv[1]
BROKERS = os.environ["KAFKA_BOOTSTRAP"]
DEADLINE_S = 120
top = tempfile.mkdtemp(prefix="kafka_doors.")
failures = []


def check(what, ok, detail=""):
    if not ok:
        failures.append(what)
        print("FAILED", what, detail)


class Door:
    def __init__(self, prefix, *words, options=()):
        self.dir = os.path.join(top, prefix)
        self.command = [BINARY, "-b", BROKERS, "--dir", self.dir, "-o", "prefix=" + prefix, *options]
        self.words = words

    def run(self, *words):
        return subprocess.run([*self.command, *words], capture_output=True, text=True, timeout=DEADLINE_S)

    def start(self):
        self.log = open(os.path.join(top, "log"), "ab+")
        at = self.log.seek(0, 2)
        self.process = subprocess.Popen([*self.command, *self.words], stderr=self.log)
        while self.words[1] == "push":
            self.log.seek(at)
            found = re.findall(rb'msg="listening" address=\S+:(\d+)', self.log.read())
            if found:
                self.port = int(found[-1])
                break
            if self.process.poll() is not None:
                sys.exit("ended: " + open(os.path.join(top, "log")).read()[-2000:])
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)

    def audit(self, articles):
        """After a worker has coded everything."""
        worker = subprocess.Popen([*self.command, "-q", "work"], stderr=open(os.path.join(top, "log"), "ab"))
        deadline = time.time() + DEADLINE_S
        while time.time() < deadline:
            done = self.run("audit")
            counts = dict(re.findall(r"^ *(\w+) +(\d+)", done.stdout, re.M))
            if "(and 0 not yet coded)" in done.stdout and int(counts.get("articles", 0)) >= articles:
                break
            time.sleep(0.5)
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=15)
        return done.returncode, counts


def feeds():
    web = Web()
    door = Door("feeds", "-q", "produce", "feeds", options=[
        "-o", "fetch.allow=127.0.0.0/8", "-o", "feeds.interval_min_s=1", "-o", "feeds.interval_s=1",
        "-o", "feeds.interval_max_s=1", "-o", "feeds.host_gap_ms=0"])
    door.words = ("produce", "feeds")
    check("topics", door.run("topics", "create").returncode == 0)
    state = {f: [] for f in range(8)}
    door.run("feeds", "add", *[web.url(f"/f{f}", f"127.0.5.{f + 1}") for f in state])
    door.start()
    total = 0
    for round in range(8):
        for f in state:
            state[f] = [{"guid": f"{f}-{round}", "title": f"Item {f} {round}", "link": f"http://n.example/{f}/{round}",
                         "text": f"Police arrested {round + 2} people in town {f}."}] + state[f][:9]
            total += 1
            web.put(f"/f{f}", feed(state[f]))
        time.sleep(0.7 + 0.3 * (round % 3))
        if round < 6:
            door.kill()
            door.start()
    deadline = time.time() + DEADLINE_S
    while time.time() < deadline:
        rows = [json.loads(l) for l in door.run("feeds", "health", "--json").stdout.splitlines()]
        if sum(r["articles"] for r in rows) >= total:
            break
        time.sleep(0.3)
    time.sleep(1)
    check("feeds end well", door.stop() == 0)
    code, counts = door.audit(total)
    check("feeds: each item once", code == 0 and counts["articles"] == str(total) and counts["repeats"] == "0", (total, counts))


def push():
    door = Door("push", "produce", "push", "--listen", "127.0.0.1:0")
    check("topics", door.run("topics", "create").returncode == 0)
    door.start()
    token = open(os.path.join(door.dir, "push.tokens")).read().split()[-1]
    took, accepted, lock = [], set(), threading.Lock()

    def client(number):
        for i in range(40):
            id = f"k{number}-{i}"
            body = json.dumps({"id": id, "title": id, "text": f"Police arrested {i + 2} people. {id}"})
            while True:
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
                    started = time.perf_counter()
                    connection.request("POST", "/", body, {"Authorization": "Bearer " + token, "Idempotency-Key": id})
                    status = connection.getresponse().status
                    if status == 202:
                        break
                except (OSError, http.client.HTTPException):
                    pass
                time.sleep(0.05)
            with lock:
                accepted.add(id)
                took.append((time.perf_counter() - started) * 1000)

    clients = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(6)]
    for c in clients:
        c.start()
    for _ in range(3):
        time.sleep(0.6)
        door.kill()
        door.start()
    for c in clients:
        c.join(timeout=DEADLINE_S)
    check("all were taken", len(accepted) == 240, len(accepted))
    check("push ends well", door.stop() == 0)
    code, counts = door.audit(len(accepted))
    ids = int(counts["reports"])
    check("push: nothing lost, nothing twice", code == 0 and ids == len(accepted), counts)
    took.sort()
    print(f"push: p50 {took[len(took) // 2]:.0f} ms, p99 {took[int(len(took) * .99)]:.0f} ms with its key")


push()
feeds()
if failures:
    print(open(os.path.join(top, "log"), errors="replace").read()[-3000:])
sys.exit(1 if failures else 0)
