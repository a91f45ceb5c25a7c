/* What the model of events sees of what the frames say. */
#include "workers/events/features.h"

static void add_lexicon(const struct dl_scene *scene, uint32_t w, struct dl_event_features *to)
{
    const struct dl_tree *tree = scene->tree;
    const struct dl_tree_word *word = &tree->words[w];
    uint64_t before = 0;
    for (uint32_t i = 0; i < word->sense_count; i++) {
        if (word->senses[i].kind != DL_SENSE_FRAME)
            continue;
        const struct dl_frame *frame = dl_almanac_frame(tree->almanac, word->senses[i]);
        uint64_t what = both(
            dl_word_hash(dl_almanac_text(tree->almanac, word->senses[i], frame->type)), frame->pos);
        if (what != before)
            add(to, DL_FEATURE_F_LEXICON, w, what);
        before = what;
    }
    if (!before)
        add(to, DL_FEATURE_F_LEXICON, w, 0);
}

static uint64_t party_of(const struct dl_someone *someone)
{
    if (!someone)
        return 1;
    dl_str role = someone->actor.role;
    uint64_t value = role.len ? dl_word_hash(role) : 2;
    return both(value, (uint64_t)someone->known << 1 | (someone->actor.country.len > 0));
}

static void add_judged(uint32_t w, const struct dl_finding *finding, struct dl_event_features *to)
{
    const struct dl_happening *h = finding->happening;
    uint64_t type = (uint64_t)h->type;
    uint64_t why = finding->why ? dl_word_hash(dl_str_of(finding->why)) : 0;
    uint64_t actor = party_of(finding->actor);
    uint64_t recipient = party_of(finding->recipient);
    add(to, DL_FEATURE_F_TYPE, w, type);
    add(to, DL_FEATURE_F_WHY, w, why);
    add(to, DL_FEATURE_F_TYPE_WHY, w, both(type, why));
    add(to, DL_FEATURE_F_NEEDS, w, both(type, (uint64_t)h->frame->pos << 3 | h->frame->need_count));
    add(to, DL_FEATURE_F_ACTOR, w, both(type, actor));
    add(to, DL_FEATURE_F_RECIPIENT, w, both(type, recipient));
    add(to, DL_FEATURE_F_PARTIES, w, both(actor, recipient));
    add(to, DL_FEATURE_F_TRUTH, w,
        both((uint64_t)h->polarity << 8 | (uint64_t)h->modality << 4 | (uint64_t)h->time,
             h->reported));
    add(to, DL_FEATURE_F_BACKGROUND, w, h->background);
}

void dl_frame_features(const struct dl_scene *scene, uint32_t word,
                       const struct dl_finding *finding, struct dl_event_features *ret)
{
    add(ret, DL_FEATURE_F_STATE, word, finding->state);
    add_lexicon(scene, word, ret);
    add(ret, DL_FEATURE_F_OTHERS, word, up_to(scene->happenings, 3));
    if (finding->state == DL_FRAME_SUBJECT)
        add(ret, DL_FEATURE_F_ACT, word,
            both((uint64_t)finding->act->type, (uint64_t)finding->happening->type));
    if (finding->state == DL_FRAME_JUDGED)
        add_judged(word, finding, ret);
}
