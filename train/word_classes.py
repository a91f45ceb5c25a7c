#!/usr/bin/env python3
"""word_classes.py VECTORS.npy INDEX.parquet WORDNET_DIR CLUSTERS.tsv.gz > classes.tsv

Classes of the most frequent words of GloVe 6B, by spherical k-means over centred vectors, and what
WordNet says a word can be. A line: word TAB 1000 TAB 100 TAB 4000 TAB 250 TAB forms TAB singular TAB
infinitive. The classes of 1,000 and 100 are those of CLUSTERS (word TAB class TAB superclass), -1 for
words that are not there; the last two fields may be empty.
`forms` adds up noun 1, verb 2, adjective 4, adverb 8, plural 16, verb in -s 32, past or participle 64,
verb in -ing 128. Needs numpy and pyarrow; WORDNET_DIR is /usr/share/wordnet of Debian's wordnet-base."""
import gzip
import sys

import numpy
import pyarrow.parquet

WORDS = 150_000
GRAINS = ((4000, 8, 3), (250, 12, 4))  # classes, rounds, seed


def kmeans(points, classes, rounds, seed):
    random = numpy.random.RandomState(seed)
    centres = points[random.choice(min(len(points), 40_000), classes, replace=False)].copy()
    for _ in range(rounds):
        nearest = numpy.concatenate([(points[i:i + 8192] @ centres.T).argmax(1)
                                     for i in range(0, len(points), 8192)])
        sums = numpy.zeros_like(centres)
        numpy.add.at(sums, nearest, points)
        norms = numpy.linalg.norm(sums, axis=1, keepdims=True)
        centres = numpy.where(norms > 0, sums / numpy.maximum(norms, 1e-9), centres)
    return nearest


def wordnet(folder):
    """lemma sets by part of speech and irregular forms: {pos: (set, {form: [lemma]})}"""
    known = {}
    for pos in ('noun', 'verb', 'adj', 'adv'):
        with open(f'{folder}/index.{pos}', encoding='utf-8') as lines:
            lemmas = {line.split(' ', 1)[0] for line in lines if not line.startswith(' ')}
        odd = {}
        with open(f'{folder}/{pos}.exc', encoding='utf-8') as lines:
            for line in lines:
                form, *bases = line.split()
                odd[form] = bases
        known[pos] = (lemmas, odd)
    return known


PLURAL = (('ses', 's'), ('xes', 'x'), ('zes', 'z'), ('ches', 'ch'), ('shes', 'sh'), ('ies', 'y'), ('s', ''))
THIRD = (('ies', 'y'), ('es', 'e'), ('es', ''), ('s', ''))
PAST = (('ied', 'y'), ('ed', 'e'), ('ed', ''))
GERUND = (('ing', 'e'), ('ing', ''))


def base(word, lemmas, odd, rules):
    """The base form of an inflected word, or ''."""
    for irregular in odd.get(word, ()):
        return irregular
    for ending, rest in rules:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[:-len(ending)] + rest
            if stem in lemmas:
                return stem
            if len(stem) > 3 and rest == '' and stem[-1] == stem[-2] and stem[:-1] in lemmas:
                return stem[:-1]
    return ''


def forms(word, known):
    """The sum of what a word can be, its base as a plural noun and as a verb."""
    verbs, odd_verbs = known['verb']
    bits = sum(bit for bit, pos in ((1, 'noun'), (2, 'verb'), (4, 'adj'), (8, 'adv')) if word in known[pos][0])
    noun = base(word, *known['noun'], PLURAL)
    verb = ''
    for bit, rules, fits in ((32, THIRD, lambda w: w.endswith('s')),
                             (128, GERUND, lambda w: w.endswith('ing')),
                             (64, PAST, lambda w: not w.endswith(('ing', 's')))):
        found = base(word, verbs, odd_verbs if fits(word) else {}, rules)
        if found:
            bits |= bit
            verb = found
    return bits | (16 if noun else 0), noun, verb


def main(vectors, index, folder, clusters):
    with gzip.open(clusters, 'rt', encoding='utf-8') as lines:
        coarse = {word: (group, family) for word, group, family in (line.rstrip('\n').split('\t') for line in lines)}
    words = pyarrow.parquet.read_table(index).column('index').to_pylist()[:WORDS]
    points = numpy.load(vectors, mmap_mode='r')[:WORDS].astype(numpy.float32)
    points -= points[:40_000].mean(0)
    points /= numpy.maximum(numpy.linalg.norm(points, axis=1, keepdims=True), 1e-9)
    columns = [kmeans(points, *grain) for grain in GRAINS]
    known = wordnet(folder)
    for i, word in enumerate(words):
        if '\t' not in word and word.strip():
            print(word, *coarse.get(word, (-1, -1)), *(column[i] for column in columns), *forms(word, known), sep='\t')


main(*sys.argv[1:])
