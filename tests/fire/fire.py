#!/usr/bin/env python3
"""The relay under fire: articles go in through our producer while workers, sinks, producers and
brokers are broken in an order drawn from a seed; afterwards what came out is counted from the
topics by kcat and compared with what went in.

  with-kafka --nodes 3 -- fire.py BINARY [--articles N] [--faults FACTOR] [--seed S]
                                  [--planted-bug LIBRARY=KIND]

Every record of articles must have exactly one committed outcome by its origin: a report, a dead
letter or a repeat; every article id exactly one report; the dead letters must be exactly those
planted; SQLite and NDJSON must hold each report once; every SIGTERM must end with 0.

With --planted-bug the workers run under a library that breaks their promise (see planted_bug.c),
and the run passes only if the counter finds it."""
import argparse, collections, json, os, random, signal, sqlite3, subprocess, sys, tempfile
import threading, time

sys.path.insert(0, os.path.dirname(__file__))
from cluster import *

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--articles", type=int, default=20000)
ap.add_argument("--faults", type=float, default=1.0, help="times as many of each kind")
ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--workers", type=int, default=3)
ap.add_argument("--stall", type=float, default=14.0, help="seconds; longer than all time-outs")
ap.add_argument("--planted-bug", default="")
ap.add_argument("--keep", action="store_true", help="leave the folder with the logs")
o = ap.parse_args()
rnd = random.Random(o.seed)
PREFIX = "fire%d%s" % (o.seed, "b" + o.planted_bug.partition("=")[2] if o.planted_bug else "")
CHUNK = 500
DRAIN_S = 20 if o.planted_bug else 240  # a broken worker may never be through

# kind: how often in a whole run. Both kinds of log-keepers are hit, and everything between.
PLAN = {"kill worker": 7, "stall worker": 2, "stop worker": 4, "one more worker": 2, "storm": 2,
        "kill sink": 3, "kill producer": 2, "kill broker": 1, "pause broker": 1,
        "rolling restart": 1, "kill coordinator": 2}
BUG_PLAN = {"kill worker": 4, "stop worker": 2, "storm": 2, "one more worker": 2}

problems = collections.OrderedDict()
done = collections.Counter()
sigterm_s = []
folder = tempfile.mkdtemp(prefix="fire.")


def problem(kind, text):
    problems.setdefault(kind, []).append(str(text))


def dateline(*args):
    return [o.binary, "-b", BROKERS, "-o", "prefix=" + PREFIX, "--dir", folder, *args]


# --- what goes in -----------------------------------------------------------------------------

def article(number):
    words = ("border guard troops said minister joint training police protest talks aid court vote "
             "tariff embassy ceasefire").split()
    text = "Mexico deployed %d troops to town %d on Thursday. " % (number % 900 + 100, number)
    text += " ".join(words[(number * 7 + i * i) % len(words)] for i in range(60)) + "."
    return {"id": "f%d-%d" % (o.seed, number), "title": "Report %d from the border" % number,
            "published": "2025-02-06T10:00:00Z", "text": text}


class Producer(threading.Thread):
    """Chunk after chunk through `produce files`, in step with the faults, so that none falls on a
    sleeping relay. A producer that is killed is started again on the same file."""

    def __init__(self):
        super().__init__(daemon=True)
        self.lock, self.process, self.progress = threading.Lock(), None, 0.0
        self.door, self.junk, self.repeats = 0, [], 0
        self.path = None

    def write(self, chunk):
        self.path = os.path.join(folder, "chunk-%04d.jsonl" % chunk)
        first = chunk * CHUNK
        with open(self.path, "w") as out:
            for number in range(first, min(first + CHUNK, o.articles)):
                out.write(json.dumps(article(number)) + "\n")
            for number in range(first, first + CHUNK, 100):  # said already: a repeat each
                out.write(json.dumps(article(number)) + "\n")
                self.repeats += 1
            out.write("{ broken line of chunk %d\n" % chunk)
            self.door += 1

    def send(self):
        while True:
            with open(os.path.join(folder, "produce.log"), "ab") as log:
                process = subprocess.Popen(dateline("produce", "files", self.path), stdout=log,
                                           stderr=log)
            with self.lock:
                self.process = process
            code = process.wait()
            with self.lock:
                self.process = None
            if code == 0:
                return
            if code > 0:
                say("producer ended with", code, "- again")
            time.sleep(0.2)

    def run(self):
        chunks = (o.articles + CHUNK - 1) // CHUNK
        for chunk in range(chunks):
            while self.progress < (chunk - 1) / chunks:
                time.sleep(0.1)
            self.write(chunk)
            self.send()
            key = b"junk-%d-%d" % (o.seed, chunk)
            for _ in range(20):
                try:
                    send_raw(PREFIX + ".articles", [(key, b"\xff\xff no article " + key)])
                    self.junk.append(key.decode())
                    break
                except subprocess.CalledProcessError:
                    time.sleep(1)
            else:
                problem("driver", "a planted record could not be sent")

    def kill(self):
        with self.lock:
            if not self.process or self.process.poll() is not None:
                return False
            self.process.kill()
            return True


# --- what runs --------------------------------------------------------------------------------

def worker_env():
    if not o.planted_bug:
        return None
    library, _, kind = o.planted_bug.partition("=")
    return {**os.environ, "LD_PRELOAD": library, "PLANTED_BUG": kind}


def new_worker(name):
    return Process(name, dateline("work", "--slot", name), os.path.join(folder, name + ".log"),
                   worker_env())


workers = [new_worker("w%d" % n) for n in range(o.workers)]
sinks = [Process("sqlite", dateline("sink", "sqlite"), os.path.join(folder, "sqlite.log")),
         Process("ndjson", dateline("sink", "ndjson"), os.path.join(folder, "ndjson.log"))]
producer = Producer()
tail = Tail(PREFIX + ".reports")
waking = []


def victim(of):
    alive = [process for process in of if process.alive() and not process.held]
    return rnd.choice(alive) if alive else None


def stop_well(process):
    code, seconds = process.stop()
    sigterm_s.append(seconds)
    if code != 0:
        problem("exits", "%s: %s on SIGTERM after %.1f s" % (process.name, code, seconds))


def kill_and_start(process):
    process.kill()
    time.sleep(rnd.uniform(0, 1.5))
    process.start()


def stall(process):
    process.signal(signal.SIGSTOP)
    asleep = process.process

    def wake():
        time.sleep(o.stall)
        asleep.send_signal(signal.SIGCONT)
    waking.append(threading.Thread(target=wake))
    waking[-1].start()


def down_and_up(number, action):
    if action == "stop":
        stop_node_gently(number)
    else:
        node(action, number)
    time.sleep(rnd.uniform(2, 5))
    if not node("resume" if action == "pause" else "revive", number):
        problem("driver", "node %d does not come back" % number)


def do(kind):
    """False when there is nothing to break just now."""
    if kind == "kill producer":
        producer.progress += 2 * CHUNK / o.articles  # it may be waiting for us: there is a next chunk
        for _ in range(200):  # between two chunks: the next one
            if producer.kill():
                return True
            time.sleep(0.05)
        say("no producer to kill")
        return True
    if kind in ("kill broker", "pause broker"):
        down_and_up(rnd.randint(1, 3), kind.split()[0])
        return True
    if kind == "rolling restart":
        for number in (1, 2, 3):
            down_and_up(number, "stop")
        return True
    if kind == "kill coordinator":
        down_and_up(coordinator_of("%s-work-%s" % (PREFIX, rnd.choice(workers).name)), "kill")
        return True
    if kind == "one more worker":
        extra = new_worker("x%d" % done[kind])
        extra.start()
        time.sleep(rnd.uniform(3, 5))
        stop_well(extra)
        return True
    if kind == "storm":
        for process in workers:
            if process.alive() and not process.held:
                process.kill()
                process.start()
                time.sleep(0.5)
        return True
    process = victim(sinks if kind == "kill sink" else workers)
    if not process:
        return False
    if kind == "stall worker":
        stall(process)
    elif kind == "stop worker":
        stop_well(process)
        process.start()
    else:
        kill_and_start(process)
    return True


def burn():
    plan = [kind for kind, count in (BUG_PLAN if o.planted_bug else PLAN).items()
            for _ in range(max(1, round(count * o.faults)))]
    rnd.shuffle(plan)
    for number, kind in enumerate(plan):
        time.sleep(rnd.uniform(0.5, 2.5))
        say("%d of %d: %s" % (number + 1, len(plan), kind))
        while not do(kind):
            time.sleep(0.5)
        done[kind] += 1
        producer.progress = (number + 1) / len(plan)
    producer.progress = 2
    for thread in waking:
        thread.join()


# --- the end: quiet, then the count -------------------------------------------------------------

def behind():
    answer = subprocess.run(dateline("status", "--once"), capture_output=True, text=True)
    lines = [line.split() for line in answer.stdout.splitlines()[1:]]
    return sum(int(line[-1]) for line in lines) if answer.returncode == 0 and lines else -1


def drain():
    end = time.monotonic() + DRAIN_S
    while time.monotonic() < end:
        if behind() == 0:
            return
        time.sleep(1)
    problem("stuck", "records still wait %d s after the last fault" % DRAIN_S)


def count_outcomes():
    """By kcat alone: articles in, outcomes out, by origin and by id."""
    articles = committed(PREFIX + ".articles")
    inputs = {(partition, offset): key for partition, offset, key, _ in articles}
    reports = committed(PREFIX + ".reports")
    dead = committed(PREFIX + ".dead")
    repeats = [row for row in committed(PREFIX + ".seen") if b"dateline-outcome=repeat" in row[3]]
    at_door = [row for row in dead if b"dateline-error-stage=produce" in row[3]]
    parsed = [row for row in dead if b"dateline-error-stage=produce" not in row[3]]
    outcomes = collections.Counter(origin(row[3]) for row in reports + parsed + repeats)

    for place in inputs.keys() - outcomes.keys():
        problem("lost", "%s %s" % (place, inputs[place]))
    for place, times in outcomes.items():
        if place not in inputs:
            problem("foreign", place)
        elif times > 1:
            problem("doubled", "%s %s: %d outcomes" % (place, inputs[place], times))

    want = {article(number)["id"] for number in range(o.articles)}
    ids = collections.Counter(row[2] for row in reports)
    for key in want - ids.keys():
        problem("lost", "id %s" % key)
    for key, times in ids.items():
        if key not in want:
            problem("foreign", "id %s" % key)
        elif times > 1:
            problem("doubled", "id %s: %d reports" % (key, times))
    if sorted(row[2] for row in parsed) != sorted(producer.junk):
        problem("dead letters", "of the worker: %d, planted %d" % (len(parsed), len(producer.junk)))
    if len(at_door) != producer.door:
        problem("dead letters", "at the door: %d, planted %d" % (len(at_door), producer.door))
    if len(repeats) != producer.repeats:
        problem("repeats", "%d, planted %d" % (len(repeats), producer.repeats))
    check_order(inputs, reports)
    return want, len(articles), len(reports), len(dead), len(repeats)


def check_order(inputs, reports):
    """Reports of one partition of articles keep its order inside each partition of reports."""
    high = {}
    for partition, _, _, headers in sorted(reports, key=lambda row: row[:2]):
        came_from = origin(headers)
        if came_from not in inputs:
            continue
        lane = (partition, came_from[0])
        if came_from[1] < high.get(lane, -1):
            problem("order", "%s after %s" % (came_from, high[lane]))
        high[lane] = max(came_from[1], high.get(lane, -1))


def check_sinks(want):
    with sqlite3.connect(os.path.join(folder, "dateline.sqlite")) as db:
        rows = collections.Counter(row[0] for row in db.execute("select id from reports"))
    lines = collections.Counter()
    for name in os.listdir(folder):
        if name.startswith("reports.") and name.endswith(".ndjson"):
            with open(os.path.join(folder, name), encoding="utf-8") as part:
                lines.update(json.loads(line)["id"] for line in part)
    for name, have in (("sqlite", rows), ("ndjson", lines)):
        if set(have) != want or max(have.values(), default=0) > 1:
            problem("sinks", "%s: %d of %d ids, %d twice" % (
                name, len(want & set(have)), len(want), sum(n > 1 for n in have.values())))


def check_audit():
    answer = subprocess.run(dateline("audit"), capture_output=True, text=True)
    found = any(kind in problems for kind in ("lost", "doubled", "foreign"))
    if (answer.returncode != 0) != found:
        problem("audit", "exit %d, the counter found %s\n%s%s" % (
            answer.returncode, dict((k, len(v)) for k, v in problems.items()), answer.stdout,
            answer.stderr))


def end_all():
    for process in workers + sinks:
        if process.alive():
            stop_well(process)
    tail.stop()


def verdict(counts):
    silences = tail.silences(0, time.monotonic()) if tail.arrivals else {}
    report = {
        "seed": o.seed, "articles": counts[0], "reports": counts[1], "dead": counts[2],
        "repeats": counts[3], **{kind: len(problems.get(kind, [])) for kind in
                                 ("lost", "doubled", "foreign", "order", "dead letters", "sinks",
                                  "exits", "audit", "stuck")},
        "faults": sum(done.values()), "kinds": len(done), "by_kind": dict(done),
        "ended_by_themselves": sum(p.own_exits for p in workers + sinks),
        "slowest_sigterm_s": round(max(sigterm_s, default=0), 2),
        "longest_silence_of_a_partition_s": round(max(silences.values(), default=(0, 0))[0], 1),
        "seconds": round(time.monotonic() - t0, 1),
    }
    print(json.dumps(report, indent=1))
    for kind, texts in problems.items():
        print(kind, len(texts), texts[:5], file=sys.stderr)
    found = any(kind in problems for kind in ("lost", "doubled", "foreign"))
    if o.planted_bug:
        print("the planted bug was %s" % ("found" if found else "NOT found"))
        return 0 if found and "audit" not in problems else 1
    return 1 if problems else 0


def main():
    made = subprocess.run(dateline("topics", "create"), capture_output=True, text=True)
    if made.returncode:
        sys.exit("topics create: " + made.stderr)
    say("seed %d, %d articles, logs in %s" % (o.seed, o.articles, folder))
    for process in workers + sinks:
        process.start()
    watcher = Watcher(workers + sinks)
    watcher.start()
    tail.start()
    producer.start()
    try:
        burn()
        producer.join()
        say("no more faults; waiting until all is through")
        drain()
        watcher.over.set()
        end_all()
        problems_of_tail = tail.errors
        if problems_of_tail:
            problem("tail", problems_of_tail[:5])
        want, *counts = count_outcomes()
        if not o.planted_bug:
            check_sinks(want)
        check_audit()
    finally:
        watcher.over.set()
        for process in workers + sinks:
            if process.alive():
                process.kill()
        tail.stop()
    code = verdict(counts)
    if code == 0 and not o.keep:
        subprocess.run(["rm", "-rf", folder])
    return code


if __name__ == "__main__":
    sys.exit(main())
