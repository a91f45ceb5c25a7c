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
#include "workers/knowledge/wording.h"
#include "workers/reading/look.h"
#include "workers/ud.h"

/* Parts of an article, as bits. */
enum dl_part_of_article {
    DL_HAS_TEXT = 1 << 0,
    DL_HAS_SECTIONS = 1 << 1,
    DL_HAS_TOKENS = 1 << 2,
    DL_HAS_SENTENCES = 1 << 3,
    DL_HAS_MENTIONS = 1 << 5,
    DL_HAS_TAGS = 1 << 6,    /* upos, xpos, lemma of each token */
    DL_HAS_TREES = 1 << 7,   /* head and relation of each token */
    DL_HAS_NAMES = 1 << 8,   /* names in the text, typed */
    DL_HAS_PEOPLE = 1 << 9,  /* who is who: entities, and the words that point to them */
    DL_HAS_PLACES = 1 << 10, /* of the whole text, resolved */
    DL_HAS_DATES = 1 << 11,
    DL_HAS_NUMBERS = 1 << 12,
    DL_HAS_QUOTES = 1 << 13,
    DL_HAS_WORDINGS = 1 << 14, /* the small words of dates, counts, places and speech */
};

#define DL_VERDICT_REASONS_MAX 4U /* the strongest */
#define DL_TOKENS_MAX (1U << 20)  /* a text of 4 MiB has fewer */

enum dl_token_kind { DL_WORD, DL_NUMBER, DL_PUNCT };

struct dl_token {
    uint32_t start; /* bytes in text */
    uint32_t len;
    unsigned char kind;
    bool capital;  /* begins with an upper-case letter */
    bool spaced;   /* white space before it */
    bool line_end; /* last of its line */
    bool joined;   /* belongs to the surface token before it: "n't" of "don't" */

    uint8_t tag;      /* enum dl_tag, finer than upos */
    uint8_t upos;     /* enum dl_upos; 0 before tagging */
    uint8_t xpos;     /* enum dl_xpos; may stay 0 */
    uint8_t relation; /* enum dl_relation */
    uint8_t name;     /* enum dl_name_kind of the name it is in, 0 outside */
    uint32_t head;    /* token of the article, or DL_NO_TOKEN for a sentence's root */
    dl_str lemma;     /* lower case but for names; borrowed from the text, the model or the arena */
};

#define DL_NO_TOKEN UINT32_MAX

enum dl_name_kind { DL_NAME_NONE, DL_NAME_PER, DL_NAME_ORG, DL_NAME_LOC, DL_NAME_MISC };

/* A name as it stands in the text; titles and articles are outside. */
struct dl_name {
    uint32_t first; /* tokens */
    uint32_t count;
    uint8_t kind;    /* enum dl_name_kind */
    uint32_t entity; /* index into the article's entities */
};

/* Someone or something the article speaks of under one or more names. */
struct dl_entity_in_text {
    uint8_t kind;
    dl_str name;  /* its fullest form in the text */
    dl_str title; /* role words that stand before or after a name: "U.S. Secretary of State", "a
                     National Guard leader"; empty without */
    uint32_t first_name; /* index of its first name */
    uint32_t names;      /* how many */
};

/* Words that are no name and point to an entity: "he", "the president", "the group". */
struct dl_pointer {
    uint32_t first; /* tokens */
    uint32_t count;
    uint32_t entity;  /* the likeliest */
    float confidence; /* 0..1 */
};

struct dl_sentence {
    uint32_t first; /* tokens */
    uint32_t count;
    uint32_t section;   /* index into the report's sections */
    uint32_t paragraph; /* from 0: lines of body */
};

/* What the model of events said of a word, for those who explain. */
struct dl_verdict_note {
    uint32_t token;
    int32_t type;         /* the likeliest */
    float chance;         /* of it */
    float none;           /* of no event */
    const char *no_event; /* the likeliest reason for that */
    uint32_t reason_count;
    struct dl_verdict_reason {
        const char *text;
        uint32_t token; /* that it is about */
        float weight;   /* log odds for the type, against no event */
    } reasons[DL_VERDICT_REASONS_MAX];
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
    bool trees_given; /* tags and trees are somebody else's */

    struct dl_piece *pieces; /* between tokens and sentences: workers/reading/cuts.h */
    struct dl_token *tokens;
    uint64_t *words;       /* dl_word_hash of each token */
    struct dl_look *looks; /* of each token, since tagging */
    uint32_t token_count;
    struct dl_sentence *sentences;
    uint32_t sentence_count;
    struct dl_name *names; /* in order, not overlapping */
    uint32_t name_count;
    struct dl_entity_in_text *entities;
    uint32_t entity_count;
    struct dl_pointer *pointers; /* in order */
    uint32_t pointer_count;

    const struct dl_wording **wordings; /* what each token begins, NULL for most */
    const struct dl_circumstances
        *circumstances; /* of the text, in order: stages/circumstances.h */

    bool explains;                 /* wants notes: */
    struct dl_verdict_note *notes; /* in order of asking */
    uint32_t note_count, note_room;

    struct dl_report report;
};

/* Sets the text, which is valid UTF-8, and counts its code points. */
void dl_article_set_text(struct dl_article *article, dl_str text);

/* Kind and capital of each token, and the hashes of the words, from the text. */
void dl_tokens_look(struct dl_article *article);

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
dl_status dl_stage_signature(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_sections(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_tokens(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_sentences(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_tags(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_trees(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_names(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_entities(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_wordings(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_dates(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_numbers(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_places(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_quotes(const struct dl_knowledge *, struct dl_article *, struct dl_error *);
dl_status dl_stage_events(const struct dl_knowledge *, struct dl_article *, struct dl_error *);

#endif
