#!/usr/bin/env python3
"""The whole relay over one Kafka broker, as a user runs it: what must not start says so, what runs
is killed and comes back, and what came out is counted without asking dateline.

  with-kafka -- kafka_relay.py BINARY KAFKA_SERVER [PLANTED_BUG_LIBRARY]

With the library, one worker has a librdkafka whose third end of a transaction never comes back."""
import json, os, re, signal, socketserver, sqlite3, struct, subprocess, sys, tempfile, threading, time
import urllib.error, urllib.request

BINARY, SERVER = sys.argv[1:3]
HANG = {"LD_PRELOAD": sys.argv[3], "PLANTED_BUG": "hang"} if len(sys.argv) > 3 else {}
BROKERS = os.environ["KAFKA_BOOTSTRAP"]
ARTICLES = 400
SECOND = 48  # over 12 partitions
DEADLINE_S = 120  # of each wait; a wait that ends later is a failure, not a figure
failures = []
started = []


def check(what, holds, more=""):
    if not holds:
        failures.append(what)
        print("FAILED", what, more)


def run(*args, brokers=BROKERS, prefix="dateline"):
    return subprocess.run([BINARY, "-b", brokers, "-o", "prefix=" + prefix, *args],
                          capture_output=True, text=True, timeout=DEADLINE_S)


class Leg:
    """One process of the relay in a folder of its own."""

    def __init__(self, folder, *args, env={}):
        self.folder, self.args, self.env = folder, args, {**os.environ, **env}
        self.start()

    def start(self):
        log = open(os.path.join(self.folder, self.args[0] + ".log"), "ab")
        self.process = subprocess.Popen([BINARY, "-b", BROKERS, "--dir", self.folder, *self.args],
                                        stderr=log, stdout=log, env=self.env)
        started.append(self.process)

    def log(self):
        with open(os.path.join(self.folder, self.args[0] + ".log")) as log:
            return log.read()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE_S)


    def port(self):
        """Where its figures are, as its log says: the system chose the port."""
        for _ in range(DEADLINE_S * 10):
            found = re.findall(r"figures are served.*port=(\d+)", self.log())
            if found:
                return int(found[-1])
            time.sleep(0.1)
        return 0

    def ask(self, path):
        """(status, text) of its HTTP server."""
        try:
            with urllib.request.urlopen("http://127.0.0.1:%d%s" % (self.port(), path),
                                        timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()
        except urllib.error.URLError:
            return 0, ""  # started again and not listening yet: the port in the log is the old one


def kcat(*args, **more):
    return subprocess.run(["kcat", "-q", "-b", BROKERS, *args], check=True, capture_output=True,
                          timeout=DEADLINE_S, **more).stdout


def committed(topic, form):
    return kcat("-C", "-e", "-o", "beginning", "-t", topic, "-X", "isolation.level=read_committed",
                "-f", form + "\n").decode().splitlines()


def wait_for(what, is_so):
    end = time.monotonic() + DEADLINE_S
    while not is_so():
        if time.monotonic() > end:
            check(what, False, "not within %d s" % DEADLINE_S)
            return
        time.sleep(0.2)


def behind():
    """Records that each leg still has to read, as `status` tells."""
    lines = run("status", "--once").stdout.splitlines()[1:]
    return {line.split()[0]: int(line.split()[-1]) for line in lines}


class OldBroker(socketserver.StreamRequestHandler):
    """What Kafka 2.4 says of itself: it can add offsets to a transaction, but not fence them."""
    CAN = {0: 7, 1: 11, 2: 5, 3: 1, 8: 8, 9: 6, 10: 2, 11: 6, 12: 4, 18: 0, 22: 1, 26: 1, 28: 2}

    def handle(self):
        while size := self.rfile.read(4):
            request = self.rfile.read(struct.unpack(">i", size)[0])
            key, version, number = struct.unpack(">hhi", request[:8])
            port = self.server.server_address[1]
            if key == 18:
                answer = struct.pack(">hi", 35 if version else 0, len(self.CAN))
                answer += b"".join(struct.pack(">hhh", k, 0, v) for k, v in self.CAN.items())
            elif key == 3:  # one broker, no rack; it is the controller; no topics
                answer = struct.pack(">iih9sihii", 1, 1, 9, b"127.0.0.1", port, -1, 1, 0)
            else:
                return
            self.wfile.write(struct.pack(">ii", len(answer) + 4, number) + answer)


def old_broker():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OldBroker) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = "127.0.0.1:%d" % server.server_address[1]
        for command in ("work", "--slot", "a"), ("topics", "create"), ("status", "--once"):
            answer = run(*command, brokers=address)
            check("an old broker ends " + command[0], answer.returncode == 1 and
                  "too old" in answer.stderr and "2.5" in answer.stderr, answer.stderr)
        server.shutdown()


def refusals(no_broker):
    old_broker()
    answer = run("work", "--slot", "a", prefix="nothing")
    check("a missing topic ends the start", answer.returncode == 1, answer.stderr)
    check("and its making is named", "nothing.articles" in answer.stderr and
          "topics create" in answer.stderr, answer.stderr)

    tool = [SERVER, "topic", "--dir", os.environ["KAFKA_DIR"], "--rf", "1"]
    subprocess.run([*tool, "small.articles", "--partitions", "12", "--config",
                    "max.message.bytes=1000000"], check=True, capture_output=True)
    run("topics", "create", prefix="small")
    answer = run("work", "--slot", "a", prefix="small")
    check("records that would not fit end the start", answer.returncode == 1 and
          "small.articles" in answer.stderr and "max.message.bytes" in answer.stderr, answer.stderr)
    answer = run("topics", "check", prefix="small")
    check("topics check finds it too", answer.returncode != 0, answer.stderr)

    subprocess.run([*tool, "few.seen", "--partitions", "3"], check=True, capture_output=True)
    run("topics", "create", prefix="few")
    answer = run("work", "--slot", "a", prefix="few")
    check("too few partitions end the start", answer.returncode == 1 and
          "few.seen has 3 partitions" in answer.stderr, answer.stderr)

    answer = run("-X", "security.protocol=ssl", "work", "--slot", "a")
    check("TLS that the broker does not speak ends the start", answer.returncode == 1 and
          "SSL" in answer.stderr, answer.stderr)
    answer = run("-X", "security.protocol=sasl_plaintext", "-X", "sasl.mechanism=PLAIN", "-X",
                 "sasl.username=u", "-X", "sasl.password=unsaid", "work", "--slot", "a")
    check("a refused login ends the start", answer.returncode == 1, answer.stderr)
    check("and no secret is told", "unsaid" not in answer.stderr, answer.stderr)
    for name, process in no_broker.items():
        text = process.communicate(timeout=DEADLINE_S)[1]
        check(name + " without a broker ends with 1", process.returncode == 1, text)
        check(name + " names the address", "no Kafka at 127.0.0.1:1" in text, text)


def write_articles(path):
    with open(path, "w", encoding="utf-8") as out:
        for n in range(ARTICLES):
            out.write(json.dumps({"id": "k%d" % n, "title": "Troops at the border, part %d" % n,
                                  "published": "2025-02-06T10:00:00Z",
                                  "text": "Mexico deployed 200 troops to town %d on Thursday." % n})
                      + "\n")
            if n % 40 == 0:  # the same once more: a repeat, not a second report
                out.write(json.dumps({"id": "k%d" % n, "title": "Troops at the border, part %d" % n,
                                      "published": "2025-02-06T10:00:00Z", "text":
                                      "Mexico deployed 200 troops to town %d on Thursday." % n})
                          + "\n")
        out.write("{ broken\n")


def figures(leg):
    """metric: value"""
    lines = leg.ask("/metrics")[1].splitlines()
    return {line.split("{")[0]: float(line.split()[-1]) for line in lines if line[:1] != "#"}


def broker_away(leg):
    """What a worker tells of itself while nobody answers, and when it is asked to end then."""
    subprocess.run([SERVER, "kill", "--dir", os.environ["KAFKA_DIR"], "--node", "1"], check=True)
    wait_for("a worker without its broker is not ready", lambda: leg.ask("/readyz")[0] == 503)
    check("but alive", leg.ask("/healthz")[0] == 200)
    check("and its figures say so", figures(leg)["dateline_ready"] == 0)
    second = Leg(leg.folder, "sink", "ndjson", "--name", "unlucky")
    time.sleep(1)  # it has just begun to look for the broker
    check("a sink that finds no broker ends with 0 when asked", second.stop() in (0, -signal.SIGTERM))
    check("a worker without its broker ends with 0 when asked", leg.stop() == 0)
    subprocess.run([SERVER, "revive", "--dir", os.environ["KAFKA_DIR"], "--node", "1"], check=True,
                   timeout=DEADLINE_S * 2)
    leg.start()
    wait_for("it is ready when the broker is back", lambda: leg.ask("/readyz")[0] == 200)


def relay(folder, other):
    articles = os.path.join(folder, "articles.jsonl")
    write_articles(articles)
    made = run("topics", "create")
    check("topics are made", made.returncode == 0, made.stderr)
    check("and pass their check", run("topics", "check").returncode == 0)
    legs = {
        "work": Leg(folder, "work"),
        "more": Leg(other, "work", "-o", "metrics.listen=127.0.0.1:0", "--slot", "more", env=HANG),
        "sqlite": Leg(folder, "sink", "sqlite"),
        "ndjson": Leg(folder, "sink", "ndjson"),
    }
    wait_for("both workers have partitions", lambda: legs["more"].ask("/readyz")[0] == 200 and
             figures(legs["more"])["dateline_work_partitions"] == 6)
    kcat("-P", "-t", "dateline.articles", "-K", "\t", input=b"junk\t\xff\xff no article\n")
    answer = run("produce", "files", articles)
    check("articles are taken", answer.returncode == 0, answer.stderr)
    wait_for("reports begin to come", lambda: len(committed("dateline.reports", "%k")) > 10)
    legs["work"].kill()
    legs["sqlite"].kill()
    legs["ndjson"].kill()
    wait_for("every leg is through", lambda: set(behind().values()) == {0})

    # Both workers have their partitions by now; a second file reaches each of them.
    second = os.path.join(folder, "second.jsonl")
    with open(second, "w", encoding="utf-8") as out:
        for n in range(SECOND):
            out.write(json.dumps({"id": "m%d" % n, "text": "Gunmen attacked camp %d in Goma." % n}) + "\n")
    check("more articles are taken", run("produce", "files", second).returncode == 0)
    want = sorted(["k%d" % n for n in range(ARTICLES)] + ["m%d" % n for n in range(SECOND)])
    wait_for("every article has its report", lambda: len(committed("dateline.reports", "%k")) >= len(want))
    wait_for("every leg is through again", lambda: set(behind().values()) == {0})

    check("one report an article", sorted(committed("dateline.reports", "%k")) == want)
    audit = run("audit")
    check("the audit agrees", audit.returncode == 0 and
          "repeats   %d" % (ARTICLES // 40) in audit.stdout, audit.stdout + audit.stderr)
    dead_letters()
    check("a worker is ready", legs["more"].ask("/readyz") == (200, "ready\n"))
    told = figures(legs["more"])
    check("and tells its figures", told["dateline_work_partitions"] == 6 and
          told["dateline_work_reports_total"] > 0 and told["process_resident_memory_bytes"] > 0, told)
    check("other paths are not there", legs["more"].ask("/etc/passwd")[0] == 404)
    check("a call that does not come back is done without",
          not HANG or "does not come back" in legs["more"].log(), legs["more"].log()[-2000:])
    legs["more"].env = None  # once is enough
    broker_away(legs["more"])
    wait_for("every leg is there again", lambda: set(behind().values()) == {0})
    for name, leg in legs.items():
        check(name + " did not end by itself", leg.process.poll() is None, leg.log()[-2000:])
        check(name + " ends with 0 when asked", leg.stop() == 0)

    with sqlite3.connect(os.path.join(folder, "dateline.sqlite")) as db:
        rows = sorted(row[0] for row in db.execute("select id from reports"))
    check("one row an article", rows == want)
    lines = []
    for name in os.listdir(folder):
        if name.startswith("reports.") and name.endswith(".ndjson"):
            with open(os.path.join(folder, name), encoding="utf-8") as part:
                lines += [json.loads(line)["id"] for line in part]
    check("one line an article", sorted(lines) == want)


def dead_letters():
    listed = run("dead", "list").stdout.splitlines()
    by_stage = {line.split("\t")[1]: line for line in listed}
    check("two dead letters, each once", len(listed) == 2 and set(by_stage) == {"parse", "produce"},
          listed)
    place = by_stage.get("parse", "0:0").split("\t")[0]
    shown = run("dead", "show", place)
    check("show tells what and where from", "no article" in shown.stdout and
          "dateline-error-offset" in shown.stdout, shown.stdout)
    replayed = run("dead", "replay", place)
    check("replay puts it back", replayed.returncode == 0 and "1 put back" in replayed.stderr,
          replayed.stderr)
    wait_for("and it is refused again", lambda: len(run("dead", "list").stdout.splitlines()) == 3)
    check("a place without a letter is told", run("dead", "show", "0:999999").returncode == 1)


def main():
    # These wait for half a minute before they give up: meanwhile the rest runs.
    no_broker = {args[0]: subprocess.Popen([BINARY, "-b", "127.0.0.1:1", *args], text=True,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                 for args in [("work", "--slot", "a"), ("audit",), ("status", "--once"),
                              ("dead", "list"), ("topics", "check")]}
    try:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
            relay(folder, other)
        refusals(no_broker)
    finally:
        for process in started + list(no_broker.values()):
            if process.poll() is None:
                process.kill()
    print("%d failed" % len(failures))
    return 1 if failures else 0


sys.exit(main())
