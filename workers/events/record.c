/* A happening as the contract's Mention. */
#include "core/day.h"
#include "proto/words.h"
#include "workers/events/room.h"
#include "workers/stages/circumstances.h"

#define CROWD_MIN 20.0       /* "seven people in a room" are no march */
#define HISTORY_DAY (-25567) /* 1900-01-01 */
#define NEWS_DAYS_MAX 400    /* a year, and the weeks in which its day is remembered */
#define COUNTS_BACK 2U       /* sentences from a count back to its happening */

static void set_scales(const struct dl_coding *coding, struct dl_mention *m)
{
    uint64_t hash = dl_word_hash(dl_str_of(dl_event_type_word(m->type)));
    uint32_t words;
    const struct dl_entry *entry = dl_entry_of(
        dl_lexicon_find(coding->knowledge->lexicon, &hash, 0, 1, &words), DL_ENTRY_TYPE);
    if (!entry)
        return;
    m->quad = (int32_t)entry->numbers[0];
    m->intensity = entry->numbers[1];
    m->goldstein = entry->numbers[2];
    m->has_intensity = m->has_goldstein = true;
}

static void set_article(const struct dl_coding *coding, struct dl_mention *m)
{
    const struct dl_report *r = &coding->article->report;
    struct dl_article_ref *ref = dl_arena_alloc(coding->article->arena, sizeof *ref);
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
    m->coder = (struct dl_coder *)(uintptr_t)&coding->knowledge->coder;
}

static struct dl_when *published_when(const struct dl_coding *coding)
{
    struct dl_when *when = dl_arena_alloc(coding->article->arena, sizeof *when);
    when->start = when->end = dl_day_text(coding->article->arena, coding->article->published_day);
    when->precision = DL_DAY;
    when->basis = DL_WHEN_PUBLISHED;
    return when;
}

static bool is_spoken(int32_t quad)
{
    return quad == DL_VERBAL_COOPERATION || quad == DL_VERBAL_CONFLICT || quad == DL_NEUTRAL;
}

static enum dl_act act_of(const struct dl_coding *coding, const struct dl_mention *m)
{
    bool decree = m->type == DL_SANCTION || m->type == DL_COERCE;
    bool state =
        m->actor_count && m->actor[0].country.len &&
        (dl_str_eq(m->actor[0].code, m->actor[0].country) || dl_str_is(m->actor[0].role, "GOV"));
    if (is_spoken(m->quad))
        return DL_ACT_SPOKEN;
    return decree && state && coding->sentence->paragraph > 0 ? DL_ACT_DECREED : DL_ACT_DONE;
}

/* News is of its year: what a text dates earlier is told as background. */
static bool is_long_past(const struct dl_article *article, const struct dl_when *when)
{
    int32_t end;
    return when && article->has_published && when->basis == DL_WHEN_TEXT &&
           dl_day_of_rfc3339(when->end, &end) == DL_OK &&
           end + NEWS_DAYS_MAX < article->published_day;
}

/* Who tells of such a year tells of nothing newer. */
static bool is_of_history(const struct dl_when *when)
{
    int32_t end;
    return dl_day_of_rfc3339(when->end, &end) == DL_OK && end < HISTORY_DAY;
}

static bool is_within(const struct dl_coding *coding, uint32_t word, const struct dl_span *span)
{
    if (word == DL_NODE_NONE)
        return false;
    uint32_t start = coding->article->tokens[dl_token_of(coding, word)].start;
    return start >= span->start && start < span->end;
}

/* Does the date, told behind the event, belong to another noun or clause of the sentence? "accepted
 * bonds of 1902" */
static bool is_of_another(struct dl_coding *coding, const struct dl_happening *h,
                          const struct dl_span *date, bool long_past)
{
    for (uint32_t w = h->word + 1; date && w < coding->tree.count; w++)
        if (is_within(coding, w, date) && !is_within(coding, coding->tree.words[w].head, date))
            return (long_past && !dl_is_dated_by(coding, h, w)) ||
                   dl_is_of_comparison(coding, h, w);
    return false;
}

static void set_circumstances(struct dl_coding *coding, const struct dl_happening *h,
                              struct dl_mention *m)
{
    struct dl_article *article = coding->article;
    uint32_t trigger = dl_token_of(coding, h->word);
    m->when = dl_when_of(article, trigger);
    bool long_past = is_long_past(article, m->when) && !is_of_history(m->when);
    if (m->when && is_of_another(coding, h, m->when->span, long_past))
        m->when = NULL;
    if (is_long_past(article, m->when) && m->time != DL_HISTORICAL) {
        m->time = DL_HISTORICAL;
        m->time_cue = m->when->span;
        m->actuality = dl_actuality_of(m);
    }
    if (!m->when && article->has_published)
        m->when = published_when(coding);
    dl_str country = m->actor_count ? m->actor[0].country : (dl_str){"", 0};
    m->places_count = dl_places_of(article, trigger, country, act_of(coding, m), &m->places);
}

/* "Ciudad Juárez will receive troops": it happens where it is done to. */
static void put_recipient_first(struct dl_mention *m)
{
    const struct dl_span *to = m->recipient_count ? m->recipient[0].span : NULL;
    for (uint32_t i = 0; to && i < m->places_count; i++) {
        const struct dl_span *span = m->places[i].span;
        if (!span || span->start < to->start || span->end > to->end)
            continue;
        bool finer = m->places[i].precision == DL_COUNTRY &&
                     dl_str_eq(m->places[i].country, m->places[0].country);
        if (i == 0 || finer)
            return; /* it leads already, or a town in it does */
        struct dl_place place = m->places[i];
        memmove(m->places + 1, m->places, i * sizeof place);
        m->places[0] = place;
        return;
    }
}

static struct dl_span *cue_span(const struct dl_coding *coding, uint32_t word)
{
    return word == DL_NODE_NONE ? NULL : dl_span_of_words(coding, word, word);
}

uint32_t dl_texts_of(const struct dl_coding *coding, struct dl_sense sense, const uint32_t *texts,
                     uint32_t room, dl_str **ret)
{
    uint32_t count = 0;
    *ret = dl_arena_array(coding->article->arena, dl_str, room);
    while (count < room && texts[count]) {
        (*ret)[count] = dl_almanac_text(coding->tree.almanac, sense, texts[count]);
        count++;
    }
    return count;
}

uint32_t dl_actors_of(const struct dl_coding *coding, const struct dl_someone *people,
                      uint32_t count, struct dl_actor **ret)
{
    *ret = count ? dl_arena_array(coding->article->arena, struct dl_actor, count) : NULL;
    for (uint32_t i = 0; i < count; i++)
        (*ret)[i] = people[i].actor;
    return count;
}

static void set_attribution(struct dl_coding *coding, const struct dl_happening *h,
                            struct dl_mention *m, const struct dl_someone *actors,
                            uint32_t actor_count)
{
    struct dl_someone speaker;
    struct dl_tree *tree = &coding->tree;
    m->has_reported = true;
    m->reported_cue = cue_span(coding, h->reported_cue);
    m->reported = h->reported;
    if (!h->reported || h->sayer == DL_NODE_NONE ||
        dl_people_at(coding, h->sayer, &speaker, 1) == 0)
        return;
    /* One's own act told by oneself is no claim about another. */
    if (actor_count && (h->sayer == actors[0].word ||
                        dl_str_eq(speaker.actor.span->text, actors[0].actor.span->text)))
        m->reported = false;
    m->attribution = dl_arena_alloc(coding->article->arena, sizeof *m->attribution);
    m->attribution->speaker =
        dl_arena_alloc(coding->article->arena, sizeof *m->attribution->speaker);
    *m->attribution->speaker = speaker.actor;
    m->attribution->span = speaker.actor.span;
    const struct dl_tree_word *root = &tree->words[h->reported_cue];
    bool named = false;
    bool hidden = false;
    for (uint32_t w = speaker.first; w <= speaker.last; w++)
        named =
            named ||
            (tree->words[w].upos == DL_UPOS_PROPN &&
             !(tree->words[w].kinds & (DL_SENSE(DL_SENSE_PEOPLE) | DL_SENSE(DL_SENSE_COUNTRY))));
    for (uint32_t w = root->first; w <= root->last && w < tree->count; w++)
        hidden = hidden || (tree->words[w].cues & DL_CUE_MASK(ANONYMOUS));
    m->attribution->anonymous = hidden || (!named && speaker.actor.id.len == 0 &&
                                           tree->words[speaker.word].upos == DL_UPOS_NOUN);
    m->attribution->has_anonymous = true;
}

void dl_add_mention(struct dl_coding *coding, const struct dl_happening *h,
                    const struct dl_someone *actors, uint32_t actor_count,
                    const struct dl_someone *recipients, uint32_t recipient_count)
{
    const struct dl_almanac *almanac = coding->tree.almanac;
    if (coding->mention_count == coding->mention_room)
        return;
    struct dl_mention *m = &coding->mentions[coding->mention_count++];
    *m = (struct dl_mention){.type = h->type};
    m->rule = h->frame->rule ? dl_almanac_text(almanac, h->sense, h->frame->rule)
                             : DL_STR("events.model");
    m->cameo = h->cameo ? dl_str_of(h->cameo) : dl_almanac_text(almanac, h->sense, h->frame->cameo);
    set_article(coding, m);
    if (!h->shifted && !h->by_model)
        m->modes_count =
            dl_texts_of(coding, h->sense, h->frame->modes, DL_FRAME_MODES_MAX, &m->modes);
    m->contexts_count =
        dl_texts_of(coding, h->sense, h->frame->contexts, DL_FRAME_CONTEXTS_MAX, &m->contexts);
    set_scales(coding, m);
    m->actor_count = dl_actors_of(coding, actors, actor_count, &m->actor);
    m->recipient_count = dl_actors_of(coding, recipients, recipient_count, &m->recipient);
    bool mutual = (h->frame->flags & DL_FRAME_PEERS) || m->type == DL_AGREE ||
                  m->type == DL_CONSULT || m->type == DL_COOPERATE;
    if (mutual && m->actor_count > 1 && m->recipient_count == 0 &&
        !dl_str_eq(m->actor[0].code, m->actor[1].code))
        m->reciprocal = m->has_reciprocal = true;
    m->polarity = h->polarity;
    m->polarity_cue = cue_span(coding, h->polarity_cue);
    m->modality = h->modality;
    m->modality_cue = cue_span(coding, h->modality_cue);
    m->time = h->time;
    m->time_cue = cue_span(coding, h->time_cue);
    set_attribution(coding, h, m, actors, actor_count);
    m->actuality = dl_actuality_of(m);
    set_circumstances(coding, h, m);
    if (coding->told_count < DL_HAPPENINGS_MAX)
        coding->told[coding->told_count++] = dl_token_of(coding, h->word);
    put_recipient_first(m);
    if ((h->frame->flags & DL_FRAME_CONTENT) || h->content != DL_NODE_NONE || h->shifted)
        dl_set_content(coding, h, m);
    m->trigger = dl_span_of_words(coding, h->word, h->word);
    m->sentence = dl_span_of_tokens(coding->article, coding->whole->first, coding->whole->count);
    m->sentence_index = coding->sentence_index;
    m->section = dl_str_of(
        dl_section_kind_word(coding->article->report.sections[coding->sentence->section].kind));
    m->lede = coding->sentence->paragraph == 0;
    m->has_lede = true;
    dl_set_chance(coding, h, m);
    dl_set_confidence(coding, m);
}

/* What a count is of tells which happening it can belong to. */
static bool counts_of(int32_t what, int32_t type)
{
    switch (what) {
    case DL_DEAD:
    case DL_INJURED:
        return type == DL_ASSAULT;
    case DL_ARRESTED:
        return type == DL_COERCE;
    case DL_HOSTAGES:
        return type == DL_COERCE || type == DL_RETREAT;
    case DL_PEOPLE:
        return type == DL_PROTEST;
    case DL_TROOPS:
        return type == DL_MOBILIZE || type == DL_RETREAT;
    default:
        return false;
    }
}

static bool befell(int32_t what)
{
    return what == DL_DEAD || what == DL_INJURED || what == DL_ARRESTED || what == DL_HOSTAGES;
}

static struct dl_mention *mention_before(const struct dl_coding *coding, int32_t what)
{
    struct dl_mention *march = NULL; /* of which some were hurt, for want of who hurt them */
    for (uint32_t i = coding->mention_count - coding->told_count; i-- > 0;) {
        struct dl_mention *m = &coding->mentions[i];
        if (m->sentence_index + COUNTS_BACK < coding->sentence_index)
            break;
        if (counts_of(what, m->type) && m->actuality <= DL_IS_REPORTED)
            return m;
        if (!march && m->type == DL_PROTEST && befell(what) && m->actuality <= DL_IS_REPORTED)
            march = m;
    }
    return march;
}

static void add_count(const struct dl_coding *coding, struct dl_mention *m,
                      const struct dl_quantity *quantity)
{
    for (uint32_t i = 0; i < m->quantities_count; i++)
        if (m->quantities[i].span == quantity->span && m->quantities[i].value == quantity->value)
            return;
    struct dl_quantity *more =
        dl_arena_array(coding->article->arena, struct dl_quantity, m->quantities_count + 1);
    if (m->quantities_count)
        memcpy(more, m->quantities, m->quantities_count * sizeof *more);
    more[m->quantities_count++] = *quantity;
    m->quantities = more;
}

/* "Police fired at the crowd. At least 50 were hurt": a sentence that tells no happening and no day
 * of its own counts for the one before it; sums over many do not. */
static void share_with_before(struct dl_coding *coding)
{
    uint32_t token = coding->sentence->first;
    struct dl_quantity *list;
    uint32_t count = dl_quantities_of(coding->article, token, &token, 1, &list);
    if (count == 0 || dl_tells_day(coding->article, token))
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct dl_mention *m = mention_before(coding, list[i].what);
        bool few = list[i].what == DL_PEOPLE && list[i].value < CROWD_MIN;
        if (m && !few && list[i].scope == DL_THIS_EVENT)
            add_count(coding, m, &list[i]);
    }
}

/* "Six were killed when farmers clashed": the clash killed them. */
static void share_with_cause(const struct dl_coding *coding, struct dl_mention *first)
{
    const struct dl_token *tokens = coding->article->tokens;
    for (uint32_t i = 0; i < coding->told_count; i++)
        for (uint32_t k = 0; k < coding->told_count; k++) {
            const struct dl_token *cause = &tokens[coding->told[k]];
            if (i == k || cause->head != coding->told[i] || cause->relation != DL_REL_ADVCL ||
                (first[k].type != DL_ASSAULT && first[k].type != DL_PROTEST))
                continue;
            for (uint32_t n = 0; n < first[i].quantities_count; n++)
                if (befell(first[i].quantities[n].what))
                    add_count(coding, &first[k], &first[i].quantities[n]);
        }
}

/* "The hospital, which asked for blood, had 40 wounded": no asking wounds them. They count for the
 * happening of the sentence, or of one before it, that does. */
static void share_what_befell(const struct dl_coding *coding, struct dl_mention *first)
{
    for (uint32_t i = 0; i < coding->told_count; i++) {
        for (uint32_t k = 0; k < first[i].quantities_count; k++) {
            const struct dl_quantity *q = &first[i].quantities[k];
            if (!befell(q->what) || counts_of(q->what, first[i].type) || q->scope != DL_THIS_EVENT)
                continue;
            struct dl_mention *m = NULL;
            for (uint32_t n = 0; n < coding->told_count && !m; n++)
                if (counts_of(q->what, first[n].type) && first[n].actuality <= DL_IS_REPORTED)
                    m = &first[n];
            m = m ? m : mention_before(coding, q->what);
            if (m)
                add_count(coding, m, q);
        }
    }
}

void dl_share_counts(struct dl_coding *coding)
{
    uint32_t triggers[DL_HAPPENINGS_MAX];
    uint32_t count = 0;
    struct dl_mention *first = coding->mentions + coding->mention_count - coding->told_count;
    for (uint32_t i = 0; i < coding->told_count; i++)
        if (first[i].type != DL_STATEMENT)
            triggers[count++] = coding->told[i];
    for (uint32_t i = 0; i < coding->told_count; i++)
        if (count && first[i].type != DL_STATEMENT)
            first[i].quantities_count = dl_quantities_of(coding->article, coding->told[i], triggers,
                                                         count, &first[i].quantities);
        else if (count == 0)
            first[i].quantities_count =
                dl_quantities_of(coding->article, coding->told[i], coding->told, coding->told_count,
                                 &first[i].quantities);
    if (count == 0)
        share_with_before(coding);
    share_what_befell(coding, first);
    share_with_cause(coding, first);
}

void dl_share_in_clusters(struct dl_coding *coding)
{
    for (uint32_t i = 0; i < coding->mention_count; i++) {
        const struct dl_mention *told = &coding->mentions[i];
        struct dl_mention *main = NULL;
        for (uint32_t k = 0; !told->main && told->quantities_count && k < i && !main; k++)
            if (coding->mentions[k].main && coding->mentions[k].cluster == told->cluster)
                main = &coding->mentions[k];
        for (uint32_t n = 0; main && n < told->quantities_count; n++)
            if (befell(told->quantities[n].what) &&
                told->sentence_index <= main->sentence_index + COUNTS_BACK)
                add_count(coding, main, &told->quantities[n]);
    }
}

void dl_reject(struct dl_coding *coding, const struct dl_happening *h, const char *reason)
{
    if (coding->rejected_count == coding->rejected_room)
        return;
    struct dl_rejected *r = &coding->rejected[coding->rejected_count++];
    r->span = dl_span_of_words(coding, h->word, h->word);
    r->reason = dl_str_of(reason);
    r->rule = h->frame->rule ? dl_almanac_text(coding->tree.almanac, h->sense, h->frame->rule)
                             : DL_STR("events.model");
}
