#!/usr/bin/env python3
"""How long what breaks stays broken: a killed worker, a stalled one, SIGTERM with brokers and
without, two workers beside one. Articles come steadily; what a read_committed reader sees of the
reports is the measure.

  with-kafka --nodes 1 -- recovery.py BINARY [--kills N] [--terms N] [--only NAME,…]"""
import argparse, json, os, re, signal, statistics, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tests", "fire"))
from cluster import *

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--kills", type=int, default=20)
ap.add_argument("--terms", type=int, default=50)
ap.add_argument("--stalls", type=int, default=2)
ap.add_argument("--rate", type=int, default=240, help="articles a second")
ap.add_argument("--only", default="kill,stall,term,gone,two")
o = ap.parse_args()
PREFIX = "recovery"
HOLE_S = 0.6  # a partition that was silent for longer was cut off
folder = tempfile.mkdtemp(prefix="recovery.")
results = {}


def dateline(*args, prefix=PREFIX):
    return [o.binary, "-b", BROKERS, "-o", "prefix=" + prefix, "--dir", folder, *args]


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def packed_article(key, text):
    """An Article by hand: fields 1 (id) and 18 (text), both strings."""
    return (b"\x0a" + varint(len(key)) + key + b"\x92\x01" + varint(len(text)) + text)


class Source(threading.Thread):
    """Articles at a steady rate into all partitions."""
    FIELD, RECORD = "\x1d\x1e", "\x1d\x1f\x1c"

    def __init__(self):
        super().__init__(daemon=True)
        self.over = False
        self.kcat = subprocess.Popen(
            ["kcat", "-P", "-q", "-b", BROKERS, "-t", PREFIX + ".articles", "-K", self.FIELD, "-D",
             self.RECORD, "-X", "enable.idempotence=true", "-X", "linger.ms=5"],
            stdin=subprocess.PIPE)

    def run(self):
        number, start = 0, time.monotonic()
        run = b"%d" % int(time.time())
        text = b"Mexico deployed 200 troops to the border town on Thursday. " * 8
        while not self.over:
            key = b"r%s-%d" % (run, number)
            try:
                self.kcat.stdin.write(key + self.FIELD.encode() + packed_article(key, text + key) +
                                      self.RECORD.encode())
                self.kcat.stdin.flush()
            except BrokenPipeError:
                return  # it gave up: the brokers are gone, as the last measures want them
            number += 1
            time.sleep(max(0, start + number / o.rate - time.monotonic()))
        self.kcat.stdin.close()
        self.kcat.wait()


def new_worker(name, *args, prefix=PREFIX):
    return Process(name, dateline("work", "--slot", name, *args, prefix=prefix),
                   os.path.join(folder, name + ".log"))


def wait_for_flow(tail, since, seconds=60):
    """Until every partition has sent something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if len({p for when, p in list(tail.arrivals) if when > since}) >= 12:
            return
        time.sleep(0.1)
    sys.exit("reports do not flow; logs in " + folder)


def recovered_s(arrivals, when):
    """After a cut at `when`: until the last partition that it silenced flows again."""
    times = {}
    for at, partition in arrivals:
        times.setdefault(partition, []).append(at)
    worst = 0.0
    for ats in times.values():
        for before, after in zip(ats, ats[1:]):
            if after - before > HOLE_S and before < when + 1 and after > when:
                worst = max(worst, after - when)
    return worst


def kills(tail, workers):
    seconds = []
    for turn in range(o.kills):
        victim = workers[turn % len(workers)]
        wait_for_flow(tail, time.monotonic() - 1)
        when = time.monotonic()
        victim.kill()
        time.sleep(1)
        victim.start()
        time.sleep(7)
        seconds.append(recovered_s(list(tail.arrivals), when))
        say("kill %d: %.2f s" % (turn + 1, seconds[-1]))
    seconds.sort()
    results["a killed worker, started again after 1 s: all flows again, s after the kill"] = {
        "kills": len(seconds), "median": round(statistics.median(seconds), 2),
        "p95": round(seconds[max(0, int(len(seconds) * 0.95 + 0.5) - 1)], 2),
        "max": round(seconds[-1], 2)}


def stalls(tail, workers):
    seconds = []
    for turn in range(o.stalls):
        wait_for_flow(tail, time.monotonic() - 1)
        victim, when = workers[turn % len(workers)], time.monotonic()
        victim.signal(signal.SIGSTOP)
        time.sleep(26)
        victim.signal(signal.SIGCONT)
        time.sleep(8)
        seconds.append(max(gap for gap, _ in tail.silences(when, time.monotonic()).values()))
        say("stall %d: a partition was silent for %.1f s" % (turn + 1, seconds[-1]))
    results["readers blocked by a stalled worker, s"] = {"stalls": len(seconds),
                                                        "max": round(max(seconds), 1)}


def terms(workers):
    seconds, good = [], 0
    for turn in range(o.terms):
        victim = workers[turn % len(workers)]
        time.sleep(0.8)  # wherever it is: joining, restoring, working
        code, took = victim.stop()
        good += code == 0 and took <= 5
        seconds.append(took)
        victim.start()
    results["SIGTERM under load: exit 0 within 5 s"] = {
        "good": "%d of %d" % (good, o.terms), "max_s": round(max(seconds), 2)}


def gone(action):
    """All brokers away for good (killed) or deaf (paused): every worker is asked to end."""
    workers = [new_worker("gone%d" % n) for n in range(10)]
    for worker in workers:
        worker.start()
    time.sleep(8)
    for number in range(1, nodes() + 1):
        node(action, number)
    time.sleep(1)
    ends = [None] * len(workers)

    def end(n):
        ends[n] = workers[n].stop(20)
    threads = [threading.Thread(target=end, args=(n,)) for n in range(len(workers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = sum(code == 0 and took <= 10 for code, took in ends)
    results["SIGTERM with all brokers %s: exit 0 within 10 s" % action] = {
        "good": "%d of %d" % (good, len(ends)), "max_s": round(max(took for _, took in ends), 2)}
    say(action, ends)
    for number in range(1, nodes() + 1):
        node("resume" if action == "pause" else "revive", number)


def nodes():
    return len([name for name in os.listdir(os.environ["KAFKA_DIR"]) if name.startswith("node")])


# --- two workers beside one ----------------------------------------------------------------------

def cpu_s(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def behind(prefix):
    answer = subprocess.run(dateline("status", "--once", prefix=prefix), capture_output=True,
                            text=True)
    return int(answer.stdout.splitlines()[1].split()[-1])


def work_off(count, articles, path):
    """CPU seconds of the workers for the whole backlog, and their largest memory."""
    prefix = "two%d" % count
    subprocess.run(dateline("topics", "create", prefix=prefix), check=True, capture_output=True)
    subprocess.run(dateline("produce", "files", path, prefix=prefix), check=True,
                   capture_output=True)
    workers = [new_worker("t%d" % n, "-o", "work.threads=1", prefix=prefix) for n in range(count)]
    start = time.monotonic()
    for worker in workers:
        worker.start()
    while behind(prefix) > 0:
        time.sleep(0.5)
    seconds = time.monotonic() - start
    cpu = sum(cpu_s(worker.process.pid) for worker in workers)
    rss = 0
    for worker in workers:
        with open("/proc/%d/status" % worker.process.pid) as file:
            rss = max(rss, int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) / 1024)
        worker.stop()
    return cpu, rss, articles / seconds


def two():
    """On two cores that the broker shares, seconds tell of the broker. What a worker needs for a
    record does not: were a second one in the way of the first, each would need more."""
    articles = 20000
    path = os.path.join(folder, "two.jsonl")
    with open(path, "w") as out:
        for number in range(articles):
            out.write(json.dumps({"id": "t%d" % number, "title": "Report %d" % number, "text":
                                  ("Mexico deployed 200 troops to town %d on Thursday. " % number)
                                  * 20}) + "\n")
    one_cpu, _, one_rate = work_off(1, articles, path)
    two_cpu, rss, two_rate = work_off(2, articles, path)
    results["two workers beside one"] = {
        "cpu_s_one": round(one_cpu, 2), "cpu_s_two": round(two_cpu, 2),
        "times_the_work_for_two_cores": round(2 * one_cpu / two_cpu, 2),
        "records_a_second_with_the_broker_on_the_same_cores": [round(one_rate), round(two_rate)],
        "peak_rss_mib": round(rss)}


def steady():
    subprocess.run(dateline("topics", "create"), check=True, capture_output=True)
    workers = [new_worker("w%d" % n) for n in range(2)]
    for worker in workers:
        worker.start()
    source, tail = Source(), Tail(PREFIX + ".reports")
    tail.start()
    time.sleep(1)
    source.start()
    try:
        wait_for_flow(tail, time.monotonic())
        if "kill" in o.only:
            kills(tail, workers)
        if "stall" in o.only:
            stalls(tail, workers)
        if "term" in o.only:
            terms(workers)
        if "gone" in o.only:
            gone("pause")
            gone("kill")
    finally:
        source.over = True
        tail.stop()
        for worker in workers:
            if worker.alive():
                worker.kill()


def main():
    if o.only != "two":
        steady()
    if "two" in o.only:
        two()
    print("\n| measure | figures |\n| --- | --- |")
    for name, figures in results.items():
        print("| %s | %s |" % (name, ", ".join("%s %s" % (key.replace("_", " "), value)
                                                for key, value in figures.items())))


main()
