"""The frames of data/frames, one after another: a line each, or a head with its words indented below."""
import collections, glob, os, re

top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
HEAD = re.compile(r"frame (verb|noun|adjective) ([A-Z]+) (\S+) (\S+)(.*)$")
Frame = collections.namedtuple("Frame", "pos type mode cameo args word example rule")


def frames():
    for path in sorted(glob.glob(os.path.join(top, "data/frames/*.txt"))):
        head = None
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            if not line.strip() or line.startswith("#"):
                continue
            left, _, right = line.rstrip("\n").partition("|")
            if not line[0].isspace():
                head = HEAD.match(left.strip())
            if not head or (not line[0].isspace() and not right):
                continue
            words, _, examples = line.strip().partition("|") if line[0].isspace() else right.partition("|")
            for word, example in zip(words.split(";"), examples.split(" / ")):
                yield Frame(*head.groups()[:4], head[5].split(), word.strip(), example.strip(),
                            f"frames/{os.path.basename(path)}:{number}")
