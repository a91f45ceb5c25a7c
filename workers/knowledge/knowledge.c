/* Finding and loading what coding knows. */
#include "workers/knowledge/knowledge.h"

#include <unistd.h>
#include <xxhash.h>

/* share/dateline beside the binary, else ../share/dateline. */
static dl_status find_share(char *path, size_t room, struct dl_error *err)
{
    char binary[3000];
    ssize_t len = readlink("/proc/self/exe", binary, sizeof binary - 1);
    if (len < 0)
        return dl_fail(err, DL_BAD_CONFIG, "the place of the binary is not known");
    binary[len] = '\0';
    for (int up = 0; up < 5; up++) { /* tests lie some folders below the build's top */
        char *slash = strrchr(binary, '/');
        if (!slash)
            break;
        *slash = '\0';
        snprintf(path, room, "%s/share/dateline", binary);
        if (access(path, R_OK) == 0)
            return DL_OK;
    }
    return dl_fail(err, DL_BAD_CONFIG, "share/dateline is not beside the binary nor above it");
}

dl_status dl_share_path(const char *name, char *ret_path, size_t room, struct dl_error *err)
{
    char share[3200];
    dl_status status = find_share(share, sizeof share, err);
    if (status == DL_OK)
        snprintf(ret_path, room, "%s/%s", share, name);
    return status;
}

dl_status dl_knowledge_load(const char *share, const char *over, struct dl_knowledge **ret,
                            struct dl_error *err)
{
    return dl_knowledge_load_for(DL_BY_BOTH, share, over, ret, err);
}

dl_status dl_knowledge_load_for(enum dl_decider decider, const char *share, const char *over,
                                struct dl_knowledge **ret, struct dl_error *err)
{
    char path[3200];
    char first[3300];
    if (!share) {
        dl_status status = find_share(path, sizeof path, err);
        if (status != DL_OK)
            return status;
        share = path;
    }
    snprintf(first, sizeof first, "%s/lexicon", share);
    struct dl_knowledge *knowledge = dl_alloc(sizeof *knowledge);
    dl_status status =
        dl_lexicon_load(first, over && *over ? over : NULL, &knowledge->lexicon, err);
    snprintf(first, sizeof first, "%s/almanac.bin", share);
    if (status == DL_OK)
        status = dl_almanac_open(first, over, &knowledge->almanac, err);
    snprintf(first, sizeof first, "%s/models/cuts.model", share);
    if (status == DL_OK)
        status = dl_cuts_open(first, &knowledge->cuts, err);
    snprintf(first, sizeof first, "%s/models", share);
    if (status == DL_OK)
        status = dl_syntax_load(first, &knowledge->syntax, err);
    if (status == DL_OK)
        status = dl_wordings_load(share, over, &knowledge->wordings, err);
    snprintf(first, sizeof first, "%s/models/names.model", share);
    if (status == DL_OK)
        status = dl_names_open(first, &knowledge->names, err);
    knowledge->decider = decider;
    snprintf(first, sizeof first, "%s/models/vectors.model", share);
    if (status == DL_OK)
        status = dl_vectors_open(first, &knowledge->vectors, err);
    snprintf(first, sizeof first, "%s/models/events.model", share);
    if (status == DL_OK && decider != DL_BY_FRAMES)
        status = dl_verdicts_open(first, &knowledge->verdicts, err);
    if (status != DL_OK) {
        dl_knowledge_free(knowledge);
        return status;
    }
    knowledge->coder.version = DL_STR(DL_VERSION);
    dl_str words = dl_wordings_hash(knowledge->wordings);
    snprintf(knowledge->rules, sizeof knowledge->rules, "%.*s-%.*s",
             DL_STR_ARG(dl_lexicon_hash(knowledge->lexicon)), DL_STR_ARG(words));
    knowledge->coder.rules = dl_str_of(knowledge->rules);
    knowledge->coder.actors = dl_almanac_hash(knowledge->almanac);
    knowledge->coder.gazetteer = dl_almanac_hash(knowledge->almanac);
    const uint64_t sums[] = {dl_syntax_checksum(knowledge->syntax),
                             dl_cuts_checksum(knowledge->cuts),
                             dl_names_checksum(knowledge->names),
                             dl_vectors_checksum(knowledge->vectors),
                             knowledge->verdicts ? dl_verdicts_checksum(knowledge->verdicts) : 0,
                             decider};
    snprintf(knowledge->models, sizeof knowledge->models, "%016llx",
             (unsigned long long)XXH3_64bits(sums, sizeof sums));
    knowledge->coder.models = dl_str_of(knowledge->models);
    *ret = knowledge;
    return DL_OK;
}

void dl_knowledge_free(struct dl_knowledge *knowledge)
{
    if (!knowledge)
        return;
    dl_lexicon_free(knowledge->lexicon);
    dl_almanac_close(knowledge->almanac);
    dl_cuts_close(knowledge->cuts);
    dl_syntax_free(knowledge->syntax);
    dl_wordings_free(knowledge->wordings);
    dl_names_close(knowledge->names);
    dl_vectors_close(knowledge->vectors);
    dl_verdicts_close(knowledge->verdicts);
    free(knowledge);
}
