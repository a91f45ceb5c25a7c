/* The model's part in what is an event. */
#include "workers/events/verdict.h"

static void add_all(const struct dl_verdicts *verdicts, const struct dl_event_features *features,
                    int32_t sums[static DL_VERDICTS_HIDDEN])
{
    dl_verdicts_add(verdicts, features->hash, features->count, sums);
    for (uint32_t slot = 0; slot < DL_VERDICT_SLOTS; slot++)
        if (features->meanings[slot])
            dl_verdicts_add_point(verdicts, slot, features->meanings[slot], sums);
}

static void ask(struct dl_coding *coding, uint32_t word, const struct dl_finding *finding,
                float chances[static DL_VERDICTS])
{
    struct dl_event_features own = {.count = 0};
    struct dl_event_features frames = {.count = 0};
    const struct dl_scene *scene = coding->scene;
    const struct dl_verdicts *verdicts = coding->knowledge->verdicts;
    int32_t sums[DL_VERDICTS_HIDDEN];
    memcpy(sums, scene->sums, sizeof sums);
    dl_word_features(scene, word, &own);
    add_all(verdicts, &own, sums);
    if (finding) {
        dl_frame_features(scene, word, finding, &frames);
        add_all(verdicts, &frames, sums);
    }
    dl_verdicts_chances(verdicts, sums, chances);
    if (coding->article->explains)
        dl_note_verdict(coding, &(struct dl_asked){word, {&scene->sentence, &own, &frames}, sums},
                        chances);
}

/* --- words without a frame --- */

/* The general code of a type, where no frame tells a finer one. */
static const char *const root_codes[] = {
    [DL_AGREE] = "030",     [DL_CONSULT] = "040",  [DL_SUPPORT] = "050",  [DL_CONCEDE] = "080",
    [DL_COOPERATE] = "060", [DL_AID] = "070",      [DL_RETREAT] = "084",  [DL_REQUEST] = "100",
    [DL_ACCUSE] = "110",    [DL_REJECT] = "120",   [DL_THREATEN] = "130", [DL_PROTEST] = "140",
    [DL_SANCTION] = "160",  [DL_MOBILIZE] = "150", [DL_COERCE] = "170",   [DL_ASSAULT] = "180",
    [DL_STATEMENT] = "010"};

struct path {
    enum dl_relation relation;
    const char *word;
    bool light;
};

static void put_paths(struct dl_frame_path *to, const struct path *paths, size_t count)
{
    assert(count < DL_FRAME_PATHS_MAX);
    for (size_t i = 0; i < count; i++)
        to[i] = (struct dl_frame_path){
            .word = paths[i].word ? dl_atom_hash(dl_str_of(paths[i].word)) : 0,
            .relation = (uint8_t)paths[i].relation,
            .light = paths[i].light};
}

#define PUT_PATHS(to, paths) put_paths(to, paths, sizeof(paths) / sizeof *(paths))

/* A frame that asks for nothing and looks everywhere. */
static struct dl_frame *open_frame(struct dl_coding *coding, int32_t type, enum dl_frame_pos pos)
{
    static const struct path verb_actors[] = {{DL_REL_NSUBJ, NULL, false},
                                              {DL_REL_OBL, "by", false}};
    static const struct path verb_recipients[] = {
        {DL_REL_IOBJ, NULL, false},       {DL_REL_OBJ, NULL, false},
        {DL_REL_NSUBJ_PASS, NULL, false}, {DL_REL_OBL, "with", false},
        {DL_REL_OBL, "against", false},   {DL_REL_OBL, "to", false},
        {DL_REL_OBL, "on", false},        {DL_REL_OBL, "at", false},
        {DL_REL_OBL, "from", false}};
    static const struct path noun_actors[] = {{DL_REL_NMOD, "by", false},
                                              {DL_REL_NMOD_POSS, NULL, false},
                                              {DL_REL_NMOD, "between", false},
                                              {DL_REL_NSUBJ, NULL, true},
                                              {DL_REL_AMOD, NULL, false}};
    static const struct path noun_recipients[] = {
        {DL_REL_NMOD, "on", false},  {DL_REL_NMOD, "against", false}, {DL_REL_NMOD, "with", false},
        {DL_REL_NMOD, "of", false},  {DL_REL_NMOD, "to", false},      {DL_REL_NMOD, "for", false},
        {DL_REL_NMOD, "from", false}};
    static const struct path contents[] = {{DL_REL_XCOMP, NULL, false},
                                           {DL_REL_CCOMP, NULL, false}};
    struct dl_frame *frame = dl_arena_alloc(coding->article->arena, sizeof *frame);
    frame->pos = (uint8_t)pos;
    if (pos == DL_FRAME_NOUN) {
        PUT_PATHS(frame->actor, noun_actors);
        PUT_PATHS(frame->recipient, noun_recipients);
    } else {
        PUT_PATHS(frame->actor, verb_actors);
        PUT_PATHS(frame->recipient, verb_recipients);
    }
    if (type == DL_MOBILIZE) /* what soldiers are sent to is a place, not whom it is done to */
        memset(frame->recipient, 0, sizeof frame->recipient);
    if (type == DL_AGREE || type == DL_REQUEST || type == DL_REJECT || type == DL_THREATEN ||
        type == DL_CONCEDE) {
        frame->flags |= DL_FRAME_CONTENT;
        PUT_PATHS(frame->content, contents);
    }
    if (type == DL_CONSULT)
        frame->flags |= DL_FRAME_PEERS;
    return frame;
}

/* Another word of an event that is found already: its light verb, its object. */
static bool is_told(const struct dl_coding *coding, uint32_t word, int32_t type)
{
    const struct dl_tree_word *words = coding->tree.words;
    for (uint32_t i = 0; i < coding->happening_count; i++) {
        const struct dl_happening *h = &coding->happenings[i];
        if (h->word == word || h->anchor == word)
            return true;
        if (h->type == type && (words[h->word].head == word || words[word].head == h->word))
            return true;
    }
    return false;
}

static void add_by_model(struct dl_coding *coding, uint32_t word, int32_t type, float chance)
{
    bool noun = coding->tree.words[word].upos == DL_UPOS_NOUN;
    bool adjective = coding->tree.words[word].upos == DL_UPOS_ADJ;
    enum dl_frame_pos pos = noun ? DL_FRAME_NOUN : adjective ? DL_FRAME_ADJECTIVE : DL_FRAME_VERB;
    struct dl_happening h = {.word = word,
                             .content_of = DL_NODE_NONE,
                             .content = DL_NODE_NONE,
                             .polarity_cue = DL_NODE_NONE,
                             .modality_cue = DL_NODE_NONE,
                             .time_cue = DL_NODE_NONE,
                             .reported_cue = DL_NODE_NONE,
                             .sayer = DL_NODE_NONE,
                             .is_noun = noun,
                             .type = type,
                             .cameo = root_codes[type],
                             .by_model = true,
                             .chance = chance};
    h.frame = open_frame(coding, type, pos);
    if (!dl_frame_fits(&coding->tree, word, h.frame, &h.args))
        return;
    h.anchor = h.args.verb;
    if (!is_told(coding, h.anchor, type))
        coding->happenings[coding->happening_count++] = h;
}

void dl_find_more(struct dl_coding *coding)
{
    enum dl_decider decider = coding->knowledge->decider;
    coding->scene = NULL;
    if (decider == DL_BY_FRAMES && !coding->watch)
        return;
    coding->scene = dl_arena_alloc(coding->article->arena, sizeof *coding->scene);
    dl_scene_make(coding, coding->scene);
    if (decider == DL_BY_FRAMES)
        return;
    dl_verdicts_begin(coding->knowledge->verdicts, coding->scene->sums);
    add_all(coding->knowledge->verdicts, &coding->scene->sentence, coding->scene->sums);
    if (decider == DL_BY_MODEL)
        coding->happening_count = 0;
    struct dl_verdict_limits limits = dl_verdict_limits;
    if (decider == DL_BY_MODEL)
        limits.add = DL_ALONE_CHANCE;
    const struct dl_finding none = {.state = DL_FRAME_NONE};
    for (uint32_t w = 0; w < coding->tree.count && coding->happening_count < DL_HAPPENINGS_MAX;
         w++) {
        float chances[DL_VERDICTS];
        if (!dl_may_be_event(coding->scene, w) || is_told(coding, w, DL_TYPE_NONE))
            continue;
        ask(coding, w, decider == DL_BY_MODEL ? NULL : &none, chances);
        int32_t type = dl_decided_type(&limits, &(struct dl_verdict_case){0}, chances);
        if (type != DL_TYPE_NONE && !is_told(coding, w, type))
            add_by_model(coding, w, type, chances[type]);
    }
}

/* --- what the frames found --- */

static struct dl_finding finding_of(const struct dl_happening *h, const char *why,
                                    const struct dl_someone *actors, uint32_t actor_count,
                                    const struct dl_someone *recipients, uint32_t recipient_count)
{
    return (struct dl_finding){.state = DL_FRAME_JUDGED,
                               .happening = h,
                               .why = why,
                               .actor = actor_count ? actors : NULL,
                               .recipient = recipient_count ? recipients : NULL};
}

static void turn(struct dl_happening *h, int32_t type)
{
    h->type = type;
    h->by_model = true;
    h->shifted = 0;
    h->cameo = root_codes[type];
}

/* What is denied, planned or long past is out of the news by that, and seldom marked. */
static bool is_told_as_fact(const struct dl_happening *h)
{
    return h->polarity != DL_NEGATED && h->modality <= DL_ACTUAL && h->time != DL_HISTORICAL;
}

static bool is_settled(const char *why)
{
    return why && (strcmp(why, "opinion") == 0 || strcmp(why, "figurative") == 0);
}

struct dl_verdict_case dl_verdict_case_of(const struct dl_happening *h, const char *why)
{
    return (struct dl_verdict_case){.type = h->type,
                                    .held = why != NULL,
                                    .settled = is_settled(why),
                                    .exact = h->frame->need_count > 0,
                                    .noun = h->is_noun,
                                    .told = is_told_as_fact(h),
                                    .shifted = h->shifted != 0};
}

const char *dl_verdict(struct dl_coding *coding, struct dl_happening *h, const char *why,
                       const struct dl_someone *actors, uint32_t actor_count,
                       const struct dl_someone *recipients, uint32_t recipient_count)
{
    float chances[DL_VERDICTS];
    if (!coding->scene)
        return why;
    struct dl_finding finding =
        finding_of(h, why, actors, actor_count, recipients, recipient_count);
    if (coding->watch) {
        coding->watch->show(coding->watch->context, coding, coding->scene, h->word, &finding);
        return why;
    }
    if (h->by_model)
        return coding->knowledge->decider == DL_BY_MODEL ? NULL : why;
    ask(coding, h->word, &finding, chances);
    struct dl_verdict_case what = dl_verdict_case_of(h, why);
    int32_t type = dl_decided_type(&dl_verdict_limits, &what, chances);
    if (type == DL_TYPE_NONE)
        return why ? why : dl_likeliest_reason(chances);
    if (type != h->type)
        turn(h, type);
    h->chance = chances[h->type];
    return NULL;
}

void dl_show_others(struct dl_coding *coding)
{
    if (!coding->watch)
        return;
    for (uint32_t w = 0; w < coding->tree.count; w++) {
        struct dl_finding finding = {.state = DL_FRAME_NONE};
        for (uint32_t i = 0; i < coding->happening_count; i++) {
            const struct dl_happening *h = &coding->happenings[i];
            if (h->word != w)
                continue;
            finding.happening = h;
            finding.state = DL_FRAME_JUDGED;
            if (h->dropped)
                finding.state = DL_FRAME_PART;
            else if (h->content_of != DL_NODE_NONE)
                finding.state = DL_FRAME_SUBJECT;
            if (finding.state == DL_FRAME_SUBJECT)
                finding.act = &coding->happenings[h->content_of];
        }
        if (finding.state != DL_FRAME_JUDGED && /* those are shown with the gate's reason */
            (finding.state != DL_FRAME_NONE || dl_may_be_event(coding->scene, w)))
            coding->watch->show(coding->watch->context, coding, coding->scene, w, &finding);
    }
}
