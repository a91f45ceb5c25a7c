/* All that coding knows, in one const piece. */
#ifndef DL_WORKERS_KNOWLEDGE_KNOWLEDGE_H
#define DL_WORKERS_KNOWLEDGE_KNOWLEDGE_H

#include "proto/records.h"
#include "workers/knowledge/almanac.h"
#include "workers/knowledge/lexicon.h"
#include "workers/knowledge/verdicts.h"
#include "workers/knowledge/wording.h"
#include "workers/reading/cuts.h"
#include "workers/reading/names.h"
#include "workers/reading/syntax.h"

/* Who says what is an event: frames and the model together, or one of them alone, to be measured.
 */
enum dl_decider { DL_BY_BOTH, DL_BY_FRAMES, DL_BY_MODEL };

struct dl_knowledge {
    struct dl_lexicon *lexicon;
    struct dl_almanac *almanac;
    struct dl_cuts *cuts; /* of text into tokens and sentences */
    struct dl_syntax *syntax;
    struct dl_wordings *wordings;
    char rules[40]; /* the lexicon's hash and the wordings' */
    struct dl_names *names;
    struct dl_vectors *vectors;   /* of frequent words */
    struct dl_verdicts *verdicts; /* NULL where frames decide alone */
    enum dl_decider decider;
    char models[20];       /* checksums of all models as one */
    struct dl_coder coder; /* the hashes that go into every report */
};

/* `share` NULL: the folder share/dateline beside the binary, or ../share/dateline where it is
 * installed. `over` NULL or "": nothing of one's own. DL_BAD_CONFIG names what is missing. */
dl_status dl_knowledge_load(const char *share, const char *over, struct dl_knowledge **ret,
                            struct dl_error *err);
/* The same, where somebody else than frames and model together decides. */
dl_status dl_knowledge_load_for(enum dl_decider decider, const char *share, const char *over,
                                struct dl_knowledge **ret, struct dl_error *err);
/* A file or folder of share/dateline, wherever that is. */
dl_status dl_share_path(const char *name, char *ret_path, size_t room, struct dl_error *err);

void dl_knowledge_free(struct dl_knowledge *knowledge);

#endif
