"""What the fire tests share: the brokers, processes of the relay, and a counter that asks nobody
but the brokers, through kcat."""
import json, os, re, signal, subprocess, threading, time

BROKERS = os.environ.get("KAFKA_BOOTSTRAP", "")
SERVER = os.path.join(os.path.dirname(__file__), "..", "kafka", "kafka-server")
ORIGIN = re.compile(rb"dateline-origin=(\d+):(\d+)")
t0 = time.monotonic()


def say(*words):
    print("%8.2f" % (time.monotonic() - t0), *words, flush=True)


# --- brokers ---------------------------------------------------------------------------------

def node(action, number):
    done = subprocess.run([SERVER, action, "--dir", os.environ["KAFKA_DIR"], "--node", str(number)],
                          capture_output=True, text=True, timeout=200)
    if done.returncode:
        say("kafka-server", action, number, "->", done.returncode, done.stderr.strip()[-200:])
    return done.returncode == 0


def node_pid(number):
    with open(os.path.join(os.environ["KAFKA_DIR"], "node%d" % number, "pid")) as file:
        return int(file.read())


def stop_node_gently(number):
    """A clean shutdown, as a rolling restart does it: leaders move away first."""
    pid = node_pid(number)
    os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if not os.path.exists("/proc/%d" % pid):
            return
        with open("/proc/%d/stat" % pid) as file:
            if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)


def java_hash(text):
    value = 0
    for char in text:
        value = (31 * value + ord(char)) & 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value


def coordinator_of(transactional_id):
    """The node that leads the id's partition of the transactions' own topic, which the first
    transaction makes."""
    parts = []
    while not parts:
        listed = json.loads(kcat("-L", "-J", "-t", "__transaction_state"))
        parts = [part for part in listed["topics"][0]["partitions"] if part["leader"] > 0]
        time.sleep(0 if parts else 0.5)
    number = (java_hash(transactional_id) & 0x7FFFFFFF) % len(parts)
    return sorted(parts, key=lambda part: part["partition"])[number]["leader"]


# --- the counter -----------------------------------------------------------------------------

def kcat(*args, **more):
    return subprocess.run(["kcat", "-q", "-b", BROKERS, *args], check=True, capture_output=True,
                          timeout=300, **more).stdout


def committed(topic):
    """Every committed record as (partition, offset, key, headers)."""
    out = kcat("-C", "-e", "-o", "beginning", "-t", topic, "-X", "isolation.level=read_committed",
               "-X", "check.crcs=true", "-f", "%p\\t%o\\t%k\\t%h\\n")
    rows = []
    for line in out.split(b"\n"):
        if line:
            partition, offset, key, headers = line.split(b"\t", 3)
            rows.append((int(partition), int(offset), key.decode(), headers))
    return rows


def origin(headers):
    found = ORIGIN.search(headers)
    return (int(found[1]), int(found[2])) if found else None


def send_raw(topic, records):
    """(key, value) pairs as they are, past our producer."""
    text = b"".join(b"%s\t%s\n" % pair for pair in records)
    kcat("-P", "-t", topic, "-K", "\t", "-X", "enable.idempotence=true", "-X", "acks=all",
         "-X", "message.timeout.ms=300000", input=text)


class Tail(threading.Thread):
    """Reads a topic as it grows, read_committed: when what came, by partition of its origin."""

    def __init__(self, topic):
        super().__init__(daemon=True)
        self.topic, self.arrivals, self.errors, self.process = topic, [], [], None
        self.stopped = False

    def run(self):
        while not self.stopped:
            last = {}
            self.process = subprocess.Popen(
                ["kcat", "-C", "-q", "-u", "-b", BROKERS, "-t", self.topic, "-o", "end", "-X",
                 "isolation.level=read_committed", "-X", "fetch.wait.max.ms=50", "-f",
                 "%p\\t%o\\t%h\\n"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for line in self.process.stdout:
                now = time.monotonic()
                fields = line.split(b"\t", 2)
                if len(fields) < 3:
                    continue
                partition, offset = int(fields[0]), int(fields[1])
                if offset <= last.get(partition, -1):
                    self.errors.append("%s[%d]: %d after %d" % (self.topic, partition, offset,
                                                                last[partition]))
                last[partition] = offset
                came_from = origin(fields[2])
                if came_from:
                    self.arrivals.append((now, came_from[0]))
            self.process.wait()

    def stop(self):
        self.stopped = True
        if self.process:
            self.process.kill()

    def silences(self, since, until):
        """Of each origin partition: the longest time without a record that begins or ends in the
        span, as (seconds, when it ended)."""
        times = {}
        for when, partition in self.arrivals:
            times.setdefault(partition, []).append(when)
        longest = {}
        for partition, whens in times.items():
            gaps = [(b - a, b) for a, b in zip(whens, whens[1:]) if b >= since and a <= until]
            if gaps:
                longest[partition] = max(gaps)
        return longest


# --- processes of the relay -------------------------------------------------------------------

class Process:
    """A leg that a watcher starts again when it ends by itself, as a service manager would."""

    def __init__(self, name, command, log, env=None):
        self.name, self.command, self.log, self.env = name, command, log, env
        self.process, self.held, self.own_exits = None, True, 0

    def start(self):
        with open(self.log, "ab") as log:
            log.write(b"--- start at %.2f\n" % (time.monotonic() - t0))
            log.flush()
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.env,
                                            stdin=subprocess.DEVNULL)
        self.held = False

    def last_line(self):
        with open(self.log, "rb") as log:
            return log.read()[-400:].decode(errors="replace").strip().splitlines()[-1:]

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.held = True
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        if self.alive():
            self.process.send_signal(number)

    def stop(self, patience_s=15):
        """SIGTERM; (exit code or None, seconds)."""
        self.held = True
        start = time.monotonic()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(patience_s), time.monotonic() - start
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None, time.monotonic() - start


class Watcher(threading.Thread):
    def __init__(self, processes):
        super().__init__(daemon=True)
        self.processes, self.over = processes, threading.Event()

    def run(self):
        while not self.over.wait(0.25):
            for process in self.processes:
                if not process.held and not process.alive():
                    process.own_exits += 1
                    say(process.name, "ended by itself with", process.process.returncode, "-",
                        process.last_line())
                    process.start()
