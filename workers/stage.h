/* What a stage is, and the article it works on.
 *
 * Stages are plain functions: no clock, no environment, no loop, no log. Each gives named parts of
 * the article that later ones need; the list in pipeline.c is the architecture.
 *
 * Owner    everything hangs in the article's arena.
 * Threads  one article, one thread; knowledge is const. */
#ifndef DL_WORKERS_STAGE_H
#define DL_WORKERS_STAGE_H

#include "core/arena.h"
#include "proto/records.h"
#include "workers/knowledge/knowledge.h"

/* Parts of an article, as bits. */
enum dl_part_of_article {
    DL_HAS_TEXT = 1 << 0,
    DL_HAS_SECTIONS = 1 << 1,
    DL_HAS_TOKENS = 1 << 2,
    DL_HAS_SENTENCES = 1 << 3,
    DL_HAS_PHRASES = 1 << 4,
    DL_HAS_MENTIONS = 1 << 5,
};

#define DL_TOKENS_MAX (1U << 20) /* a text of 4 MiB has fewer */

enum dl_token_kind { DL_WORD, DL_NUMBER, DL_PUNCT };

struct dl_token {
    uint32_t start; /* bytes in text */
    uint32_t len;
    unsigned char kind;
    bool capital;  /* begins with an upper-case letter */
    bool spaced;   /* white space before it */
    bool line_end; /* last of its line */
};

struct dl_sentence {
    uint32_t first; /* tokens */
    uint32_t count;
    uint32_t section;   /* index into the report's sections */
    uint32_t paragraph; /* from 0: lines of body */
};

/* A known phrase in the text. */
struct dl_phrase {
    uint32_t first; /* token */
    uint32_t count;
    const struct dl_entry *entries;
};

struct dl_article {
    struct dl_arena *arena;
    const struct dl_article_record *record;
    uint32_t version;

    dl_str text;            /* clean; the report's */
    const uint32_t *points; /* code points before byte 64*i */
    int32_t published_day;  /* days since 1970 in the publication's own offset */
    bool has_published;
    bool english;

    struct dl_token *tokens;
    uint64_t *words; /* dl_word_hash of each token */
    uint32_t token_count;
    struct dl_sentence *sentences;
    uint32_t sentence_count;
    struct dl_phrase *phrases; /* in order, not overlapping */
    uint32_t phrase_count;

    struct dl_report report;
};

/* A span of bytes as the contract wants it. */
struct dl_span *dl_span_new(const struct dl_article *article, uint32_t start, uint32_t end);
struct dl_span *dl_span_of_tokens(const struct dl_article *article, uint32_t first, uint32_t count);
dl_str dl_token_text(const struct dl_article *article, uint32_t token);

struct dl_stage {
    const char *name;
    unsigned needs;
    unsigned gives;
    dl_status (*run)(const struct dl_knowledge *knowledge, struct dl_article *article,
                     struct dl_error *err);
};

dl_status dl_stage_clean(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_sections(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_tokens(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_sentences(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_phrases(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_events(const struct dl_knowledge *, struct dl_article *, struct dl_error *);

#endif
