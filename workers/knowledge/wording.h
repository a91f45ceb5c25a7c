/* The small words that tell when, where, how many and who said it, from data/circumstances.
 *
 *     KIND NUMBER … [WORD] | phrase; phrase; …
 *
 *     relative -1 | last; past; previous          bound at_least | at least; more than
 *
 * A phrase may be of several kinds; within one kind the later line wins, so that a folder of one's
 * own may be laid over. Phrases are compared by their words, ASCII case and curly apostrophes
 * folded.
 *
 * Owner    dl_wordings_free().   Threads  const once loaded.
 * Errors   DL_BAD_CONFIG with file and line. */
#ifndef DL_WORKERS_KNOWLEDGE_WORDING_H
#define DL_WORKERS_KNOWLEDGE_WORDING_H

#include "core/arena.h"

#define DL_WORDING_WORDS_MAX 6U

enum dl_wording_kind {
#define DL_WORDING(name, word, numbers) DL_WORDING_##name,
#include "workers/knowledge/wording.def"
    DL_WORDING_KINDS
};

struct dl_wording {
    const struct dl_wording *next; /* the same phrase in another kind */
    uint8_t kind;                  /* enum dl_wording_kind */
    uint8_t words;                 /* of the phrase */
    int32_t a, b;                  /* the line's numbers */
    dl_str word;                   /* the line's word, or empty */
    const char *rule;              /* "circumstances/dates.txt:12" */
};

struct dl_wordings;

/* dir/circumstances, then over/circumstances unless `over` is NULL. */
dl_status dl_wordings_load(const char *dir, const char *over, struct dl_wordings **ret,
                           struct dl_error *err);
void dl_wordings_free(struct dl_wordings *wordings);

/* Hash of one word as phrases are built of them. */
uint64_t dl_wording_hash(dl_str word);

/* The longest phrase beginning at word `first`, as the chain of its meanings; NULL when none does.
 */
const struct dl_wording *dl_wordings_find(const struct dl_wordings *wordings, const uint64_t *words,
                                          uint32_t first, uint32_t count);

static inline const struct dl_wording *dl_wording_of(const struct dl_wording *chain,
                                                     enum dl_wording_kind kind)
{
    while (chain && chain->kind != kind)
        chain = chain->next;
    return chain;
}

/* XXH3 over all lines, for coder.rules. */
dl_str dl_wordings_hash(const struct dl_wordings *wordings);

#endif
