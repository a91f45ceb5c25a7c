#!/usr/bin/env python3
"""word_vectors.py VECTORS.npy INDEX.parquet > vectors.tsv

The vectors of the most frequent words of GloVe 6B as bytes: centred, all of one length. A line: word TAB weight
TAB fifty numbers from -127 to 127. The weight (1 to 255) is how much a word says of its sentence: a / (a + p)
with p the word's share of a text, by its rank (Arora, Liang and Ma 2017). Needs numpy and pyarrow."""
import sys

import numpy
import pyarrow.parquet

WORDS = 50_000
UNIT = 64   # DL_VECTOR_UNIT of workers/reading/vectors.h
RARE = 1e-3  # a
HARMONIC = 13.0  # of as many words as there are


def main():
    vectors = numpy.load(sys.argv[1], mmap_mode='r')[:WORDS].astype(numpy.float64)
    words = pyarrow.parquet.read_table(sys.argv[2]).column(0).to_pylist()[:WORDS]
    vectors -= vectors.mean(0)
    vectors *= UNIT / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    numbers = numpy.clip(numpy.rint(vectors), -127, 127).astype(int)
    for rank, (word, row) in enumerate(zip(words, numbers)):
        weight = RARE / (RARE + 1 / (rank + 2.7) / HARMONIC)
        print(word, max(1, round(255 * weight)), *row, sep='\t')


main()
