#!/usr/bin/env python3
"""Check annotated paragraphs, count their names, or turn them into BIO.

    check.py FILE...                 check and count; exit 1 at the first run with faults
    check.py --bio FILE...           token TAB label lines on stdout, blank line per sentence
    check.py --apart TRAIN... -- TEST...   people of the test must be new to the training files
    check.py --mixed FILE...         names that carry more than one type (to read, not a fault)
    check.py --missed FILE...        words marked as a name elsewhere and plain here (to read)

The tokens are rough (words, numbers, clitics, single marks): a trainer that has a
better tokeniser should read the paragraphs and carry the spans over by offset.
"""
import collections
import re
import sys

TYPES = ("PER", "ORG", "LOC", "MISC")
SPAN = re.compile(r"\[(%s) ([^\[\]]+)\]" % "|".join(TYPES))
TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"  # U.S., a.m.
    r"|(?:Mr|Mrs|Ms|Dr|Gen|Col|Capt|Lt|Sgt|Gov|Sen|Rep|St|Jr|Sr|Inc|Ltd|Co|Corp|No)\."
    r"|\b[A-Z]\.(?=\s)"  # an initial
    r"|\d+(?:[.,:]\d+)*"
    r"|[^\W\d_]+(?=n['’]t\b)|n['’]t\b"
    r"|['’](?:s|re|ve|ll|d|m)\b"
    r"|\w+|\S"
)
CLOSERS = "\"'”’)"


def pieces(line):
    """The paragraph as (text, type or None), in order."""
    at = 0
    for m in SPAN.finditer(line):
        if m.start() > at:
            yield line[at : m.start()], None
        yield m.group(2), m.group(1)
        at = m.end()
    if at < len(line):
        yield line[at:], None


def faults(line):
    """What is wrong with one paragraph, as short sentences."""
    for text, kind in pieces(line):
        if kind is None and ("[" in text or "]" in text):
            yield "stray bracket near '%s'" % text.strip()[:40]
        if kind and (text != text.strip() or "  " in text):
            yield "blank at the edge or doubled in '%s'" % text
        if kind and re.search(r"['’]s$", text) and kind == "PER":
            yield "possessive inside '%s'" % text
        if kind and text[-1] in ",;:!?":
            yield "punctuation inside '%s'" % text
    if re.search(r"\w\[(?:%s) " % "|".join(TYPES), line):
        yield "a name opens inside a word"
    if not SPAN.search(line):
        yield "no name at all"


def paragraphs(names):
    for name in names:
        with open(name, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                line = line.rstrip("\n")
                if line and not line.startswith("#"):
                    yield name, number, line


def check(names):
    bad, words, count, seen = 0, 0, collections.Counter(), {}
    total = 0
    for name, number, line in paragraphs(names):
        total += 1
        for fault in faults(line):
            print("%s:%d: %s" % (name, number, fault))
            bad += 1
        plain = "".join(t for t, _ in pieces(line))
        words += len(plain.split())
        if plain in seen:
            print("%s:%d: same as %s" % (name, number, seen[plain]))
            bad += 1
        seen[plain] = "%s:%d" % (name, number)
        count.update(k for _, k in pieces(line) if k)
    print(
        "%d paragraphs, %d words, %s; %d faults"
        % (total, words, ", ".join("%s %d" % (t, count[t]) for t in TYPES), bad)
    )
    return 1 if bad else 0


def labelled(line):
    for text, kind in pieces(line):
        for i, m in enumerate(TOKEN.finditer(text)):
            yield m.group(), "O" if kind is None else ("I-" if i else "B-") + kind


def bio(names):
    for _, _, line in paragraphs(names):
        sentence, tokens = [], list(labelled(line))
        for i, (word, label) in enumerate(tokens):
            sentence.append("%s\t%s" % (word, label))
            after = tokens[i + 1][0] if i + 1 < len(tokens) else ""
            ends = label == "O" and word in (".", "!", "?") and after not in CLOSERS
            closes = i and word in CLOSERS and tokens[i - 1][0] in (".", "!", "?")
            if not after or ((ends or closes) and not after[0].islower()):
                print("\n".join(sentence) + "\n")
                sentence = []
    return 0


def people(names):
    return {t for _, _, line in paragraphs(names) for t, k in pieces(line) if k == "PER" and " " in t}


def apart(train, test):
    both = sorted(people(train) & people(test))
    for name in both:
        print("in both: " + name)
    return 1 if both else 0


def mixed(names):
    kinds = collections.defaultdict(collections.Counter)
    for _, _, line in paragraphs(names):
        for text, kind in pieces(line):
            if kind:
                kinds[text][kind] += 1
    for text in sorted(kinds):
        if len(kinds[text]) > 1:
            print(text, dict(kinds[text]))
    return 0


def missed(names):
    known = {}
    for _, _, line in paragraphs(names):
        for text, kind in pieces(line):
            if kind and len(text) > 3 and text[0].isupper():
                known[text] = known[text.upper()] = kind
    runs = re.compile(r"(?<!\w)[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’-]*)*")
    for name, number, line in paragraphs(names):
        for text, kind in pieces(line):
            if kind is None:
                for run in runs.findall(text):
                    run = re.sub(r"['’]s$", "", run.rstrip(".'’-"))
                    for word in [run] + run.split():
                        if word in known:
                            print("%s:%d: %s (%s)" % (name, number, word, known[word]))
                            break
    return 0


def main(argv):
    if argv[:1] == ["--bio"]:
        return bio(argv[1:])
    if argv[:1] == ["--missed"]:
        return missed(argv[1:])
    if argv[:1] == ["--mixed"]:
        return mixed(argv[1:])
    if argv[:1] == ["--apart"] and "--" in argv:
        cut = argv.index("--")
        return apart(argv[1:cut], argv[cut + 1 :])
    if not argv:
        sys.stderr.write(__doc__)
        return 2
    return check(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
