/* The first coder: triggers of known phrases, the nearest who before and after, and the cues around
 * them. Plain by intent: what it cannot see in word order it leaves out. */
#include "core/day.h"
#include "proto/id.h"
#include "proto/words.h"
#include "workers/stages/circumstances.h"
#include "workers/stages/first.h"

#define REACH_TOKENS 24U   /* from an actor to its trigger, and on to the recipient */
#define CUE_TOKENS 6U      /* from a negation or modal to its verb */
#define CONTENT_TOKENS 18U /* from a speech act to what it is about */
#define MENTIONS_MAX 512U
#define TRIGGERS_MAX 64U

struct coding {
    const struct dl_knowledge *knowledge;
    struct dl_article *article;
    struct dl_acting_memory memory;
    struct dl_mention *mentions;
    uint32_t mention_count;
    struct dl_rejected *rejected;
    uint32_t rejected_count;
    const struct dl_sentence *sentence;
    uint32_t sentence_index;
    struct dl_acting *acting;
    uint32_t acting_count;
    const struct dl_acting *shared_actor; /* of the verb before, for "… and condemned" */
    const struct dl_place *dateline;      /* of the article, NULL without */
    uint32_t triggers[TRIGGERS_MAX];      /* of the sentence, for whose counts are whose */
    uint32_t trigger_count;
};

/* --- small questions --- */

static uint32_t sentence_end(const struct coding *c)
{
    return c->sentence->first + c->sentence->count;
}

static uint32_t back_from(const struct coding *c, uint32_t token, uint32_t tokens)
{
    return token > c->sentence->first + tokens ? token - tokens : c->sentence->first;
}

static uint32_t on_from(const struct coding *c, uint32_t token, uint32_t tokens)
{
    uint32_t end = sentence_end(c);
    return token + tokens < end ? token + tokens : end;
}

static void reject(struct coding *c, const struct dl_phrase *phrase, const char *reason)
{
    if (c->rejected_count == MENTIONS_MAX)
        return;
    c->rejected[c->rejected_count++] = (struct dl_rejected){
        .span = dl_span_of_tokens(c->article, phrase->first, phrase->count),
        .reason = dl_str_of(reason),
        .rule = dl_str_of(dl_entry_of(phrase->entries, DL_ENTRY_TRIGGER)->rule),
    };
}

static bool has_arg(const struct dl_entry *entry, const char *arg)
{
    for (uint32_t i = 4; i < entry->arg_count; i++)
        if (dl_str_is(entry->args[i], arg))
            return true;
    return false;
}

/* Who only says it: "… , police said", "according to the ministry". */
static bool is_speaker(const struct coding *c, const struct dl_acting *a)
{
    uint32_t after = a->first + a->count;
    return dl_cue_in(c->article, after, on_from(c, after, 2), "said") ||
           dl_cue_in(c->article, back_from(c, a->first, 3), a->first, "said");
}

static const struct dl_acting *acting_before(const struct coding *c, uint32_t token, uint32_t reach)
{
    const struct dl_acting *weak = NULL;
    for (uint32_t i = c->acting_count; i-- > 0;) {
        const struct dl_acting *a = &c->acting[i];
        uint32_t end = a->first + a->count;
        if (end > token || token - end > reach)
            continue;
        if (!a->weak)
            return a;
        if (!weak)
            weak = a;
    }
    return weak;
}

static const struct dl_acting *acting_after(const struct coding *c, uint32_t token, uint32_t reach,
                                            const struct dl_acting *except)
{
    for (uint32_t i = 0; i < c->acting_count; i++) {
        const struct dl_acting *a = &c->acting[i];
        if (a->first >= token && a->first - token <= reach && a != except && !is_speaker(c, a))
            return a;
    }
    return NULL;
}

/* --- who --- */

static bool is_passive(const struct coding *c, const struct dl_phrase *trigger)
{
    return dl_cue_in(c->article, back_from(c, trigger->first, 3), trigger->first, "be") != NULL;
}

static void find_roles(const struct coding *c, const struct dl_phrase *trigger,
                       const struct dl_entry *entry, const struct dl_acting **ret_actor,
                       const struct dl_acting **ret_recipient)
{
    uint32_t after = trigger->first + trigger->count;
    bool noun = dl_str_is(entry->args[3], "noun");
    const struct dl_acting *before = acting_before(c, trigger->first, REACH_TOKENS);
    const struct dl_phrase *relative =
        dl_cue_in(c->article, back_from(c, trigger->first, 1), trigger->first, "relative");
    if (relative && before && before->first + before->count != relative->first)
        before = NULL; /* "the collapse of a mine that killed 29": nobody did it */
    const struct dl_acting *next = acting_after(c, after, REACH_TOKENS, before);
    const struct dl_phrase *by = dl_cue_in(c->article, after, on_from(c, after, 8), "by");
    if (!noun && is_passive(c, trigger)) {
        *ret_recipient = before;
        *ret_actor = by ? acting_after(c, by->first, 4, before) : NULL;
        if (has_arg(entry, "self")) { /* "troops were deployed": who is moved is who shows force */
            *ret_actor = before;
            *ret_recipient = NULL;
        }
        return;
    }
    if (noun && by && acting_after(c, by->first, 4, NULL)) {
        *ret_actor = acting_after(c, by->first, 4, NULL);
        *ret_recipient = before;
        return;
    }
    *ret_actor = c->shared_actor && dl_cue_in(c->article, back_from(c, trigger->first, 2),
                                              trigger->first, "and")
                     ? c->shared_actor
                     : before;
    *ret_recipient = next != *ret_actor ? next : NULL;
    if (!noun && next && has_arg(entry, "self") && dl_str_is(next->role, "MIL") &&
        next->first <= after + 4) { /* "Seoul deployed 2,400 troops" */
        *ret_actor = next;
        *ret_recipient = NULL;
    }
}

/* --- actual or not --- */

static void set_modality(const struct coding *c, struct dl_mention *m,
                         const struct dl_phrase *trigger)
{
    static const struct {
        const char *cue;
        int32_t modality;
        uint32_t reach;
    } cues[] = {
        {"conditional", DL_CONDITIONAL, 40}, /* "if …" governs the rest of its sentence */
        {"possible", DL_POSSIBLE, 24},
        {"requested", DL_REQUESTED, 12},
        {"planned", DL_PLANNED, 10},
    };
    const struct dl_article *a = c->article;
    const struct dl_phrase *cue =
        dl_cue_in(a, back_from(c, trigger->first, CUE_TOKENS), trigger->first, "negated");
    m->polarity = cue ? DL_NEGATED : DL_POSITIVE;
    if (cue)
        m->polarity_cue = dl_span_of_tokens(a, cue->first, cue->count);
    m->modality = DL_ACTUAL;
    for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
        cue =
            dl_cue_in(a, back_from(c, trigger->first, cues[i].reach), trigger->first, cues[i].cue);
        if (!cue || cue->first + cue->count > trigger->first)
            continue;
        m->modality = cues[i].modality;
        m->modality_cue = dl_span_of_tokens(a, cue->first, cue->count);
        break;
    }
}

static void set_time(const struct coding *c, struct dl_mention *m)
{
    const struct dl_phrase *cue =
        dl_cue_in(c->article, c->sentence->first, sentence_end(c), "historical");
    m->time = m->modality == DL_PLANNED ? DL_FUTURE : DL_PAST;
    if (cue) {
        m->time = DL_HISTORICAL;
        m->time_cue = dl_span_of_tokens(c->article, cue->first, cue->count);
    }
}

static void set_report(const struct coding *c, struct dl_mention *m, const struct dl_acting *actor)
{
    const struct dl_phrase *cue =
        dl_cue_in(c->article, c->sentence->first, sentence_end(c), "said");
    m->has_reported = true;
    if (!cue)
        return;
    const struct dl_acting *speaker = acting_before(c, cue->first, 8);
    if (!speaker)
        speaker = acting_after(c, cue->first + cue->count, 4, NULL);
    if (!speaker || speaker == actor)
        return; /* one's own act told by oneself is no claim about another */
    m->reported = true;
    m->reported_cue = dl_span_of_tokens(c->article, cue->first, cue->count);
    m->attribution = dl_arena_alloc(c->article->arena, sizeof *m->attribution);
    m->attribution->speaker = dl_arena_alloc(c->article->arena, sizeof *m->attribution->speaker);
    dl_actor_of(c->article, speaker, m->attribution->speaker);
    m->attribution->span = m->attribution->speaker->span;
}

/* The last that applies. */
static int32_t actuality_of(const struct dl_mention *m)
{
    int32_t actuality = m->reported ? DL_IS_REPORTED : DL_IS_ASSERTED;
    if (m->modality == DL_PLANNED)
        actuality = DL_IS_PLANNED;
    if (m->modality == DL_POSSIBLE)
        actuality = DL_IS_POSSIBLE;
    if (m->modality == DL_CONDITIONAL)
        actuality = DL_IS_CONDITIONAL;
    if (m->modality == DL_REQUESTED)
        actuality = DL_IS_REQUESTED;
    if (m->time == DL_HISTORICAL)
        actuality = DL_IS_HISTORICAL;
    if (m->polarity == DL_NEGATED)
        actuality = DL_IS_NEGATED;
    return actuality;
}

/* --- one mention --- */

static void set_scales(const struct coding *c, struct dl_mention *m)
{
    uint64_t hash = dl_word_hash(dl_str_of(dl_event_type_word(m->type)));
    uint32_t words;
    const struct dl_entry *entry =
        dl_entry_of(dl_lexicon_find(c->knowledge->lexicon, &hash, 0, 1, &words), DL_ENTRY_TYPE);
    if (!entry)
        return;
    m->quad = (int32_t)entry->numbers[0];
    m->intensity = entry->numbers[1];
    m->goldstein = entry->numbers[2];
    m->has_intensity = m->has_goldstein = true;
}

static dl_str first_country(const struct dl_actor *actors, uint32_t count)
{
    return count ? actors[0].country : (dl_str){"", 0};
}

static struct dl_when *published_when(const struct coding *c)
{
    struct dl_when *when = dl_arena_alloc(c->article->arena, sizeof *when);
    when->start = when->end = dl_day_text(c->article->arena, c->article->published_day);
    when->precision = DL_DAY;
    when->basis = DL_WHEN_PUBLISHED;
    return when;
}

static void set_circumstances(const struct coding *c, struct dl_mention *m, uint32_t token)
{
    m->when = dl_when_of(c->article, token);
    if (!m->when && c->article->has_published)
        m->when = published_when(c);
    m->places_count =
        dl_places_of(c->article, token, first_country(m->actor, m->actor_count), &m->places);
    m->quantities_count =
        dl_quantities_of(c->article, token, c->triggers, c->trigger_count, &m->quantities);
}

static void set_article(const struct coding *c, struct dl_mention *m)
{
    const struct dl_report *r = &c->article->report;
    struct dl_article_ref *ref = dl_arena_alloc(c->article->arena, sizeof *ref);
    *ref = (struct dl_article_ref){
        .id = r->id,
        .version = r->version,
        .url = r->url,
        .publisher = r->publisher ? r->publisher->name : (dl_str){NULL, 0},
        .title = r->title,
        .published = r->published,
        .language = r->language,
    };
    m->article = ref;
    m->coder = (struct dl_coder *)(uintptr_t)&c->knowledge->coder;
}

static void set_actor(const struct coding *c, const struct dl_acting *from, struct dl_actor **ret,
                      uint32_t *ret_count)
{
    if (!from)
        return;
    *ret = dl_arena_array(c->article->arena, struct dl_actor, 1);
    dl_actor_of(c->article, from, *ret);
    *ret_count = 1;
}

/* What is agreed, threatened or asked for: the next trigger of the sentence, if it is near. */
static void set_content(const struct coding *c, struct dl_mention *m, uint32_t after)
{
    const struct dl_phrase *phrase =
        dl_phrase_in(c->article, after, on_from(c, after, CONTENT_TOKENS), DL_ENTRY_TRIGGER);
    if (!phrase)
        return;
    m->content = dl_arena_alloc(c->article->arena, sizeof *m->content);
    m->content->type = dl_entry_of(phrase->entries, DL_ENTRY_TRIGGER)->type;
    m->content->span = dl_span_of_tokens(c->article, phrase->first, phrase->count);
}

static void add_mention(struct coding *c, const struct dl_phrase *trigger,
                        const struct dl_entry *entry, const struct dl_acting *actor,
                        const struct dl_acting *recipient)
{
    struct dl_mention *m = &c->mentions[c->mention_count++];
    struct dl_arena *arena = c->article->arena;
    *m = (struct dl_mention){.type = entry->type, .rule = dl_str_of(entry->rule)};
    set_article(c, m);
    if (!dl_str_is(entry->args[1], "-")) {
        m->modes = dl_arena_array(arena, dl_str, 1);
        m->modes[0] = entry->args[1];
        m->modes_count = 1;
    }
    m->cameo = entry->args[2];
    set_scales(c, m);
    set_actor(c, actor, &m->actor, &m->actor_count);
    set_actor(c, recipient, &m->recipient, &m->recipient_count);
    set_modality(c, m, trigger);
    set_time(c, m);
    set_report(c, m, actor);
    m->actuality = actuality_of(m);
    set_circumstances(c, m, trigger->first);
    if (has_arg(entry, "content"))
        set_content(c, m, trigger->first + trigger->count);
    m->trigger = dl_span_of_tokens(c->article, trigger->first, trigger->count);
    m->sentence = dl_span_of_tokens(c->article, c->sentence->first, c->sentence->count);
    m->sentence_index = c->sentence_index;
    m->section =
        dl_str_of(dl_section_kind_word(c->article->report.sections[c->sentence->section].kind));
    m->lede = c->sentence->paragraph == 0;
    m->has_lede = true;
}

/* --- one sentence --- */

static const char *rejected_section(int32_t kind)
{
    switch (kind) {
    case DL_CAPTION:
        return "caption";
    case DL_QUESTION:
        return "question";
    case DL_ANSWER:
        return "interview answer";
    case DL_BOILERPLATE:
        return "boilerplate";
    case DL_HEADING:
        return "heading";
    case DL_TITLE:
        return "title";
    default:
        return NULL;
    }
}

static const char *why_not(const struct coding *c, const struct dl_phrase *trigger,
                           const struct dl_entry *entry, const struct dl_acting *actor,
                           const struct dl_acting *recipient)
{
    if (!actor)
        return "no actor";
    if (actor->opinion || (dl_cue_in(c->article, c->sentence->first, trigger->first, "opinion")))
        return "opinion";
    if (has_arg(entry, "recipient") && !recipient)
        return "no recipient";
    if (dl_cue_in(c->article, c->sentence->first, sentence_end(c), "sport"))
        return "sport";
    return NULL;
}

/* "The government" of an article from Nairobi is Kenya's. */
static void use_dateline(struct coding *c)
{
    for (uint32_t i = 0; i < c->acting_count && c->dateline; i++) {
        struct dl_acting *a = &c->acting[i];
        bool local = dl_str_is(a->role, "GOV") || dl_str_is(a->role, "COP") ||
                     dl_str_is(a->role, "LEG") || dl_str_is(a->role, "JUD") ||
                     dl_str_is(a->role, "CVL") || dl_str_is(a->role, "LAB") ||
                     dl_str_is(a->role, "OPP");
        if (a->country.len || a->id.len || !local)
            continue;
        a->country = c->dateline->country;
        a->resolved_by = "dateline";
    }
}

static void find_triggers(struct coding *c, uint32_t end)
{
    c->trigger_count = 0;
    for (uint32_t at = c->sentence->first; at < end && c->trigger_count < TRIGGERS_MAX;) {
        const struct dl_phrase *trigger = dl_phrase_in(c->article, at, end, DL_ENTRY_TRIGGER);
        if (!trigger)
            return;
        c->triggers[c->trigger_count++] = trigger->first;
        at = trigger->first + trigger->count;
    }
}

static void code_sentence(struct coding *c)
{
    uint32_t end = sentence_end(c);
    uint32_t content_until = 0; /* triggers before this token are what a speech act is about */
    const char *reason = rejected_section(c->article->report.sections[c->sentence->section].kind);
    c->shared_actor = NULL;
    c->acting_count = dl_find_acting(c->article, c->sentence, &c->memory, &c->acting);
    use_dateline(c);
    find_triggers(c, end);
    for (uint32_t at = c->sentence->first; at < end && c->mention_count < MENTIONS_MAX;) {
        const struct dl_phrase *trigger = dl_phrase_in(c->article, at, end, DL_ENTRY_TRIGGER);
        if (!trigger)
            break;
        const struct dl_entry *entry = dl_entry_of(trigger->entries, DL_ENTRY_TRIGGER);
        at = trigger->first + trigger->count;
        const struct dl_acting *actor = NULL;
        const struct dl_acting *recipient = NULL;
        if (!reason && trigger->first < content_until)
            continue;
        const char *held = reason;
        if (!held) {
            find_roles(c, trigger, entry, &actor, &recipient);
            held = why_not(c, trigger, entry, actor, recipient);
        }
        if (held) {
            reject(c, trigger, held);
            continue;
        }
        add_mention(c, trigger, entry, actor, recipient);
        c->shared_actor = actor;
        if (has_arg(entry, "content"))
            content_until = at + CONTENT_TOKENS;
    }
}

/* --- the whole article --- */

/* "This decision, passed on December 10": a date that belongs to the sentence before. */
static void lend_date(struct coding *c)
{
    if (c->mention_count == 0)
        return;
    struct dl_mention *before = &c->mentions[c->mention_count - 1];
    if (before->sentence_index + 1 != c->sentence_index || !before->when ||
        before->when->basis != DL_WHEN_PUBLISHED ||
        !dl_cue_in(c->article, c->sentence->first, on_from(c, c->sentence->first, 3), "anaphor"))
        return;
    struct dl_when *when = dl_when_of(c->article, c->sentence->first);
    if (when) {
        when->basis = DL_WHEN_INFERRED;
        before->when = when;
    }
}

static dl_str first_code(const struct dl_actor *actors, uint32_t count)
{
    return count ? actors[0].code : (dl_str){"", 0};
}

/* Mentions of one type between the same countries, of one actuality, are taken for one happening;
 * the first told is the best. */
static void set_clusters(struct coding *c)
{
    uint32_t clusters = 0;
    for (uint32_t i = 0; i < c->mention_count; i++) {
        struct dl_mention *m = &c->mentions[i];
        m->has_main = true;
        for (uint32_t j = 0; j < i && !m->cluster; j++) {
            const struct dl_mention *o = &c->mentions[j];
            if (o->type == m->type && o->actuality == m->actuality &&
                dl_str_eq(first_country(o->actor, o->actor_count),
                          first_country(m->actor, m->actor_count)) &&
                dl_str_eq(first_country(o->recipient, o->recipient_count),
                          first_country(m->recipient, m->recipient_count)))
                m->cluster = o->cluster;
        }
        m->main = m->cluster == 0;
        if (m->main)
            m->cluster = ++clusters;
    }
}

static void set_ids(struct coding *c)
{
    for (uint32_t i = 0; i < c->mention_count; i++) {
        struct dl_mention *m = &c->mentions[i];
        dl_str actor = first_code(m->actor, m->actor_count);
        dl_str recipient = first_code(m->recipient, m->recipient_count);
        dl_str day = m->when ? m->when->start : (dl_str){"", 0};
        m->event_key =
            dl_arena_printf(c->article->arena, "%s|%.*s|%.*s|%.*s", dl_event_type_word(m->type),
                            DL_STR_ARG(actor), DL_STR_ARG(recipient), DL_STR_ARG(day));
        dl_mention_ids(c->article->arena, m);
    }
}

static void find_dateline(struct coding *c)
{
    const struct dl_circumstances *known = c->article->circumstances;
    for (uint32_t i = 0; known && i < known->place_count && !c->dateline; i++)
        if (known->places[i].role == DL_PLACE_DATELINE)
            c->dateline = &known->places[i].place;
}

dl_status dl_stage_first_events(const struct dl_knowledge *knowledge, struct dl_article *article,
                          struct dl_error *err)
{
    (void)err; /* a text without events is a text */
    if (!article->english || article->phrase_count == 0)
        return DL_OK;
    struct coding c = {.knowledge = knowledge, .article = article};
    c.mentions = dl_arena_array(article->arena, struct dl_mention, MENTIONS_MAX);
    c.rejected = dl_arena_array(article->arena, struct dl_rejected, MENTIONS_MAX);
    find_dateline(&c);
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        c.sentence = &article->sentences[s];
        c.sentence_index = s;
        lend_date(&c);
        code_sentence(&c);
    }
    set_clusters(&c);
    set_ids(&c);
    article->report.mentions = c.mentions;
    article->report.mentions_count = c.mention_count;
    article->report.rejected = c.rejected;
    article->report.rejected_count = c.rejected_count;
    return DL_OK;
}
