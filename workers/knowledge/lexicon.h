/* Phrases and what they mean: countries, peoples, roles, actors, places, triggers of events, cues.
 * Loaded from text files of lines
 *
 *     KIND ARGUMENT … | phrase; phrase; …        # comment
 *
 * A later file wins over an earlier one for the same phrase and kind, so a folder of one's own can
 * be laid over the shipped one. Phrases are matched by their words, lower case.
 *
 * Owner    dl_lexicon_free().   Threads  const once loaded.
 * Errors   DL_BAD_CONFIG with file and line. */
#ifndef DL_WORKERS_KNOWLEDGE_LEXICON_H
#define DL_WORKERS_KNOWLEDGE_LEXICON_H

#include "core/arena.h"

#define DL_PHRASE_WORDS_MAX 6U

enum dl_entry_kind {
    DL_ENTRY_COUNTRY, /* country ISO3 */
    DL_ENTRY_PEOPLE,  /* people ISO3: adjectives and nationals */
    DL_ENTRY_ROLE,    /* role SECTOR */
    DL_ENTRY_ACTOR,   /* actor ISO3|- SECTOR ID [from=DAY] [to=DAY] */
    DL_ENTRY_PLACE,   /* place ISO3 ADMIN1|- LAT LON GEONAMES */
    DL_ENTRY_TRIGGER, /* trigger TYPE MODE|- CAMEO verb|noun [content] [back] [needs=recipient] */
    DL_ENTRY_CUE,     /* cue negated|possible|planned|conditional|… */
    DL_ENTRY_WEEKDAY, /* weekday 0 (Monday) to 6 */
    DL_ENTRY_MONTH,   /* month 1 to 12 */
    DL_ENTRY_NUMBER,  /* number VALUE */
    DL_ENTRY_COUNTED, /* counted WHAT: nouns and participles after a number */
    DL_ENTRY_SECTION, /* section boilerplate|caption|question: beginnings of lines */
    DL_ENTRY_ABBREVIATION, /* no end of a sentence */
    DL_ENTRY_ENGLISH,      /* function words */
    DL_ENTRY_FOREIGN,      /* those of other languages that English has not */
    DL_ENTRY_TYPE,         /* type QUAD INTENSITY GOLDSTEIN: the phrase is an event type */
    DL_ENTRY_KINDS
};

struct dl_entry {
    enum dl_entry_kind kind;
    const struct dl_entry *next; /* the same phrase in another kind */
    dl_str args[8];              /* after the kind */
    uint32_t arg_count;
    uint32_t words;   /* of the phrase */
    const char *rule; /* "triggers.txt:12" */
    int32_t type;     /* of triggers */
    double numbers[3];
};

struct dl_lexicon;

/* All *.txt of the folder, in the order of their names; then those of `over` unless NULL. */
dl_status dl_lexicon_load(const char *dir, const char *over, struct dl_lexicon **ret,
                          struct dl_error *err);
void dl_lexicon_free(struct dl_lexicon *lexicon);

/* Hash of one word as phrases are built of them: ASCII lower case, other bytes as they are. */
uint64_t dl_word_hash(dl_str word);

/* The longest phrase that begins with word `first` of `words` (hashes), as the chain of its
 * entries; *ret_words says how long. NULL when none does. */
const struct dl_entry *dl_lexicon_find(const struct dl_lexicon *lexicon, const uint64_t *words,
                                       uint32_t first, uint32_t count, uint32_t *ret_words);

const struct dl_entry *dl_entry_of(const struct dl_entry *chain, enum dl_entry_kind kind);

/* XXH3 over all files, for coder.rules. */
dl_str dl_lexicon_hash(const struct dl_lexicon *lexicon);

#endif
