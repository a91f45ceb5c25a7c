#!/usr/bin/env python3
"""What moving a record exactly once costs: dateline's worker with --until none, plain C over
librdkafka, Kafka Streams; one after the other on the same backlog, CPU time of the process only.

  with-kafka -- stream.py BINARY PLAIN [--streams CLASSPATH] [--articles N] [--rounds N]"""
import argparse, json, os, random, re, signal, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tests", "fire"))
from cluster import BROKERS, kcat

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
ap.add_argument("binary")
ap.add_argument("plain")
ap.add_argument("--streams", default="")
ap.add_argument("--articles", type=int, default=100000)
ap.add_argument("--bytes", type=int, default=4000)
ap.add_argument("--rounds", type=int, default=2)
o = ap.parse_args()
folder = tempfile.mkdtemp(prefix="stream.")
TICKS = os.sysconf("SC_CLK_TCK")


def dateline(*args):
    return [o.binary, "-b", BROKERS, "-o", "prefix=bench", "--dir", folder, *args]


def write_articles(path):
    """Text of words drawn as often as they are used: it compresses about as news does."""
    rnd = random.Random(4)
    syllables = "ba ce di fo gu la me ni po ru sa te vi wo ta ke li mo nu re".split()
    words = ["".join(rnd.choice(syllables) for _ in range(rnd.randint(1, 4))) for _ in range(8000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    pool = rnd.choices(words, weights, k=400000)
    with open(path, "w") as out:
        for number in range(o.articles):
            at = (number * 613) % (len(pool) - o.bytes)
            text = " ".join(pool[at:at + o.bytes // 4])[:o.bytes]
            out.write(json.dumps({"id": "s%d" % number, "title": "Item %d" % number, "text": text})
                      + "\n")


def marks(topic, partitions):
    """The next offset of each partition, as the brokers say."""
    for _ in range(100):  # a topic made a moment ago has no leaders yet
        answer = subprocess.run(["kcat", "-b", BROKERS, "-Q"] +
                                [word for p in range(partitions)
                                 for word in ("-t", "%s:%d:-1" % (topic, p))],
                                capture_output=True, text=True)
        found = re.findall(r"\[(\d+)\] offset (\d+)", answer.stdout)
        if answer.returncode == 0 and len(found) == partitions:
            return {int(p): int(at) for p, at in found}
        time.sleep(0.1)
    sys.exit("kcat -Q %s: %s %s" % (topic, answer.stdout, answer.stderr))


def cpu_s(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_rss_mib(pid):
    with open("/proc/%d/status" % pid) as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) / 1024


class First:
    """When the first record of a topic is readable."""

    def __init__(self, topic):
        self.process = subprocess.Popen(
            ["kcat", "-C", "-q", "-u", "-b", BROKERS, "-t", topic, "-o", "end", "-c", "1", "-X",
             "isolation.level=read_committed", "-X", "fetch.wait.max.ms=20", "-f", "%o\\n"],
            stdout=subprocess.DEVNULL)
        time.sleep(1)

    def seconds(self, start, over):
        while self.process.poll() is None and not over():
            time.sleep(0.005)
        return time.monotonic() - start


def count(topic):
    out = kcat("-C", "-e", "-o", "beginning", "-t", topic, "-X", "isolation.level=read_committed",
               "-f", "x")
    return len(out)


def measure(name, command, out):
    """Runs until the backlog is copied: the out topic gets as many records as there are articles
    (and marks of transactions)."""
    before = sum(marks(out, 12).values())
    first = First(out)
    start = time.monotonic()
    log = open(os.path.join(folder, "log"), "ab")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    first_s = first.seconds(start, lambda: process.poll() is not None)
    reached, since, cpu, last = 0, time.monotonic(), 0, None
    while process.poll() is None:
        now = sum(marks(out, 12).values()) - before
        if now != reached:
            reached, since, cpu, last = now, time.monotonic(), cpu_s(process.pid), time.monotonic()
        elif reached >= o.articles and time.monotonic() - since > 1.5:
            break
        elif time.monotonic() - since > 60:
            sys.exit("%s stands still at %d of %d" % (name, reached, o.articles))
        time.sleep(0.1)
    if process.poll() is not None:
        sys.exit("%s ended by itself with %d, see %s" % (name, process.returncode, folder))
    rss = peak_rss_mib(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    return {"cpu_us": cpu / o.articles * 1e6, "rate": o.articles / (last - start), "rss_mib": rss,
            "first_s": first_s}


def make_topic(name):
    """With the settings of dateline's own, under a prefix of its own."""
    subprocess.run([o.binary, "-b", BROKERS, "-o", "prefix=" + name, "topics", "create"],
                   check=True, capture_output=True)
    return name


def main():
    path = os.path.join(folder, "articles.jsonl")
    write_articles(path)
    make_topic("bench")
    subprocess.run(dateline("produce", "files", path), check=True, capture_output=True)
    os.unlink(path)
    results = {}
    for turn in range(o.rounds):
        # Whose outputs are where: each run has topics and a group of its own.
        plans = [("dateline work --until none",
                  lambda p: dateline("work", "--slot", p, "--until", "none"), None),
                 ("plain C, the same work",
                  lambda p: [o.plain, BROKERS, "bench.articles", p + ".reports", p + ".seen", p], 1),
                 ("plain C, one copy",
                  lambda p: [o.plain, BROKERS, "bench.articles", p + ".reports", "-", p], 1)]
        if o.streams:
            plans.append(("Kafka Streams, one copy, exactly once",
                          lambda p: ["java", "-XX:+UseSerialGC", "-Xmx512m", "-cp", o.streams,
                                     "Copy", BROKERS, "bench.articles", p + ".reports", p,
                                     os.path.join(folder, p)], 1))
        for number, (name, command, own) in enumerate(plans):
            prefix = "bench%d%d" % (turn, number)
            if own:
                make_topic(prefix)
                out = prefix + ".reports"
            else:
                out = "bench.reports"
                reset_worker()
            results.setdefault(name, []).append(measure(name, command(prefix), out))
            print("%-40s %s" % (name, json.dumps(results[name][-1])), file=sys.stderr, flush=True)
    table(results)


def reset_worker():
    """The worker's own group, state and outputs start from nothing: new topics over old articles
    are not to be had, so each round gets a copy of the articles' topic's group by deleting it."""
    tool = os.path.join(os.path.dirname(__file__), "..", "..", "tests", "kafka", "kafka-server")
    subprocess.run([tool, "tool", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                    "--bootstrap-server", BROKERS, "--delete", "--group", "bench-work"],
                   capture_output=True)
    for topic in ("bench.seen", "bench.reports", "bench.mentions"):
        subprocess.run([tool, "tool", "org.apache.kafka.tools.TopicCommand", "--bootstrap-server",
                        BROKERS, "--delete", "--topic", topic], capture_output=True)
    for _ in range(20):
        time.sleep(1)
        if subprocess.run(dateline("topics", "create"), capture_output=True).returncode == 0:
            return
    sys.exit("the worker's topics do not come back")


def table(results):
    """The best of each one's rounds: what disturbed it was not its own."""
    best = {name: {"cpu_us": min(r["cpu_us"] for r in runs), "rate": max(r["rate"] for r in runs),
                   "rss_mib": max(r["rss_mib"] for r in runs),
                   "first_s": min(r["first_s"] for r in runs)} for name, runs in results.items()}
    ours = best["dateline work --until none"]["cpu_us"]
    print("\n%d articles of %d bytes, %d rounds; librdkafka %s\n" % (
        o.articles, o.bytes, o.rounds, os.environ.get("LD_LIBRARY_PATH", "of the system")))
    print("| | CPU µs a record | dateline's CPU is … of it | records/s | peak RSS MiB | first record out s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, row in best.items():
        print("| %s | %.1f | %.2f | %.0f | %.0f | %.2f |" % (
            name, row["cpu_us"], ours / row["cpu_us"], row["rate"], row["rss_mib"], row["first_s"]))


main()
