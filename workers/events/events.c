/* The stage: each sentence's tree to its events. */
#include "proto/words.h"
#include "workers/events/verdict.h"
#include "workers/reading/syntax.h"
#include "workers/stages/circumstances.h"

static uint32_t people_of(struct dl_coding *coding, uint32_t word, struct dl_someone *ret)
{
    return word == DL_NODE_NONE ? 0 : dl_people_at(coding, word, ret, DL_PEOPLE_MAX);
}

static bool is_among(const struct dl_someone *people, uint32_t count, uint32_t word)
{
    for (uint32_t i = 0; i < count; i++)
        if (people[i].word == word)
            return true;
    return false;
}

/* Who meets or fights whom are all actors; who signs, trades or trains with another does it with
 * him. */
static void join_peers(struct dl_coding *coding, const struct dl_happening *h,
                       struct dl_someone *actors, uint32_t *actor_count, uint32_t *recipient_count,
                       const struct dl_someone *recipients)
{
    bool with = *recipient_count && dl_tree_case(&coding->tree, recipients[0].word,
                                                 dl_atom_hash(DL_STR("with"))) != DL_NODE_NONE;
    int32_t type = h->shifted ? h->shifted : h->type;
    bool to = *recipient_count && dl_is_given(coding, recipients[0].word);
    bool apart = (with || to) && type != DL_CONSULT && type != DL_ASSAULT;
    bool talk = with && type == DL_CONSULT && !h->is_noun; /* "spoke by telephone with" */
    if (!(h->frame->flags & DL_FRAME_PEERS || talk) || *actor_count == 0 || apart)
        return;
    for (uint32_t i = 0; i < *recipient_count && *actor_count < DL_PEOPLE_MAX; i++)
        if (recipients[i].known && !is_among(actors, *actor_count, recipients[i].word))
            actors[(*actor_count)++] = recipients[i];
    *recipient_count = 0;
}

static void add_candidates(struct dl_coding *coding, const struct dl_someone *people,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count && coding->candidate_count < coding->candidate_room; i++) {
        if (people[i].known || coding->tree.words[people[i].word].upos != DL_UPOS_PROPN)
            continue;
        struct dl_candidate *c = &coding->candidates[coding->candidate_count++];
        *c =
            (struct dl_candidate){.name = people[i].actor.span->text, .span = people[i].actor.span};
    }
}

/* Is who acts the one who says so? */
static bool says_so_himself(struct dl_coding *coding, const struct dl_happening *h,
                            const struct dl_someone *actors, uint32_t actor_count)
{
    struct dl_someone sayer;
    if (h->sayer == DL_NODE_NONE || actor_count == 0)
        return false;
    if (h->sayer == actors[0].word)
        return true;
    return dl_people_at(coding, h->sayer, &sayer, 1) && sayer.actor.code.len &&
           dl_str_eq(sayer.actor.code, actors[0].actor.code);
}

static bool meets(const struct dl_actor *told, uint32_t told_count, const struct dl_someone *people,
                  uint32_t count)
{
    if (told_count == 0 || count == 0)
        return true;
    for (uint32_t i = 0; i < told_count; i++)
        for (uint32_t k = 0; k < count; k++)
            if (dl_str_eq(told[i].code, people[k].actor.code))
                return true;
    return false;
}

static bool has_subject(struct dl_coding *coding, uint32_t verb)
{
    uint32_t subject = dl_tree_child_base(&coding->tree, verb, DL_REL_NSUBJ);
    return subject != DL_NODE_NONE && coding->tree.words[subject].upos != DL_UPOS_PRON &&
           coding->tree.words[subject].upos != DL_UPOS_DET;
}

/* "attacked the camp, killing four": one happening told by two words; the first takes who the
 * second adds. */
static bool repeats(struct dl_coding *coding, const struct dl_happening *h,
                    const struct dl_someone *actors, uint32_t actor_count,
                    const struct dl_someone *recipients, uint32_t recipient_count)
{
    if (!h->is_noun && has_subject(coding, h->word))
        return false; /* "1,650 troops come here, 1,949 go there" */
    for (uint32_t i = coding->mention_count; i > 0; i--) {
        struct dl_mention *m = &coding->mentions[i - 1];
        if (m->sentence_index != coding->sentence_index)
            return false;
        bool same = m->type == h->type && m->polarity == h->polarity &&
                    m->modality == h->modality &&
                    meets(m->actor, m->actor_count, actors, actor_count) &&
                    (m->recipient_count == 0 || recipient_count == 0 || m->type == DL_ASSAULT ||
                     meets(m->recipient, m->recipient_count, recipients, recipient_count));
        if (!same)
            continue;
        if (m->recipient_count == 0 && recipient_count && !m->reciprocal) {
            m->recipient = dl_arena_array(coding->article->arena, struct dl_actor, recipient_count);
            m->recipient_count = recipient_count;
            for (uint32_t k = 0; k < recipient_count; k++)
                m->recipient[k] = recipients[k].actor;
        }
        if (m->actor_count == 0 && actor_count) {
            m->actor = dl_arena_array(coding->article->arena, struct dl_actor, actor_count);
            m->actor_count = actor_count;
            for (uint32_t k = 0; k < actor_count; k++)
                m->actor[k] = actors[k].actor;
        }
        return true;
    }
    return false;
}

/* What is told beside the main event is narrated background; where a sentence has no main event,
 * what its nouns carry is its news. */
static void set_background(struct dl_coding *coding, struct dl_happening *h)
{
    bool news =
        (h->background == DL_ATTRIBUTE || h->background == DL_CLAUSE) && !coding->sentence_told;
    if (h->background != DL_MAIN && !news && h->modality == DL_ACTUAL)
        h->time = DL_HISTORICAL;
}

/* "We condemn the raid," said the minister: who says so does it. */
static uint32_t who_acts(const struct dl_coding *coding, const struct dl_happening *h)
{
    uint32_t word = h->args.actor;
    if (word == DL_NODE_NONE || h->sayer == DL_NODE_NONE)
        return word;
    uint64_t form = coding->tree.words[word].form;
    bool first = form == dl_atom_hash(DL_STR("we")) || form == dl_atom_hash(DL_STR("i"));
    return first ? h->sayer : word;
}

static void code_happening(struct dl_coding *coding, struct dl_happening *h, const char *out)
{
    struct dl_someone actors[2 * DL_PEOPLE_MAX];
    struct dl_someone recipients[DL_PEOPLE_MAX];
    if (!out && dl_is_figure(coding, h))
        out = "figurative";
    if (out) {
        dl_reject(coding, h, out);
        return;
    }
    uint32_t actor_count =
        dl_only_people(coding, actors, people_of(coding, who_acts(coding, h), actors));
    uint32_t to = h->args.recipient; /* "expelled two Russian diplomats": not Russia */
    if (to != DL_NODE_NONE && coding->tree.words[to].head != h->word)
        to = dl_whole_person(coding, to);
    uint32_t recipient_count =
        dl_only_people(coding, recipients, people_of(coding, to, recipients));
    dl_complete_parties(coding, h, actors, &actor_count, recipients, &recipient_count);
    if (h->polarity == DL_NEGATED && h->is_noun && actor_count + recipient_count == 0)
        recipient_count = people_of(coding, h->sayer, recipients); /* "says there is no invasion" */
    const char *why = dl_why_not(coding, h, actors, actor_count, recipients, recipient_count);
    bool own = says_so_himself(coding, h, actors, actor_count);
    bool quoted = who_acts(coding, h) != h->args.actor; /* "we will, if": no threat, no promise */
    dl_shift(coding, h, own && !(quoted && h->modality == DL_CONDITIONAL));
    set_background(coding, h);
    why = dl_verdict(coding, h, why, actors, actor_count, recipients, recipient_count);
    if (why) {
        if (!dl_retell(coding, h, why, actors, actor_count, recipients, recipient_count))
            dl_reject(coding, h, why);
        return;
    }
    add_candidates(coding, actors, actor_count);
    add_candidates(coding, recipients, recipient_count);
    recipient_count =
        dl_only_concerned(coding, h, actors, actor_count, recipients, recipient_count);
    join_peers(coding, h, actors, &actor_count, &recipient_count, recipients);
    if (repeats(coding, h, actors, actor_count, recipients, recipient_count))
        return;
    uint32_t before = coding->mention_count;
    dl_add_mention(coding, h, actors, actor_count, recipients, recipient_count);
    if (coding->mention_count == before)
        return; /* a chronicle */
    dl_note_mention(coding, h);
    const struct dl_mention *m = &coding->mentions[coding->mention_count - 1];
    bool told = m->actuality == DL_IS_ASSERTED || m->actuality == DL_IS_REPORTED;
    if (told && m->type != DL_STATEMENT)
        coding->sentence_told = true;
}

/* The tree of what is left: with a dateline in it, the sentence hung on the town's name. */
static void parse_anew(struct dl_coding *coding)
{
    struct dl_article *article = coding->article;
    struct dl_sentence sentence = coding->trimmed;
    struct dl_token *tokens = &article->tokens[sentence.first];
    uint8_t *tags = dl_arena_raw(article->arena, sentence.count);
    uint8_t *relations = dl_arena_raw(article->arena, sentence.count);
    uint32_t *heads = dl_arena_raw(article->arena, sentence.count * sizeof *heads);
    for (uint32_t i = 0; i < sentence.count; i++)
        tags[i] = tokens[i].tag;
    dl_syntax_tree(coding->knowledge->syntax, article->looks + sentence.first, tags, sentence.count,
                   heads, relations);
    for (uint32_t i = 0; i < sentence.count; i++) {
        tokens[i].relation = relations[i];
        tokens[i].head = heads[i] == UINT32_MAX ? DL_NO_TOKEN : sentence.first + heads[i];
    }
}

/* "KHARKIV, Ukraine – " is no part of the sentence that begins behind it. */
static void trim_dateline(struct dl_coding *coding)
{
    const struct dl_circumstances *known = coding->article->circumstances;
    uint32_t end = known ? known->dateline.first + known->dateline.count : 0;
    coding->trimmed = *coding->whole;
    coding->sentence = &coding->trimmed;
    if (!known || known->dateline.count == 0 || known->dateline.first < coding->whole->first ||
        known->dateline.first >= coding->whole->first + coding->whole->count)
        return;
    uint32_t last = coding->whole->first + coding->whole->count;
    while (end < last && dl_is_dash(coding->article, end))
        end++;
    if (end >= last)
        return;
    coding->trimmed.first = end;
    coding->trimmed.count = last - end;
    if (!coding->article->trees_given)
        parse_anew(coding);
}

static void read_tree(struct dl_coding *coding)
{
    const struct dl_article *article = coding->article;
    const struct dl_sentence *sentence = coding->sentence;
    uint32_t count =
        sentence->count < DL_SENTENCE_WORDS_MAX ? sentence->count : DL_SENTENCE_WORDS_MAX;
    struct dl_tree_token *tokens = dl_arena_array(article->arena, struct dl_tree_token, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct dl_token *from = &article->tokens[sentence->first + i];
        tokens[i] =
            (struct dl_tree_token){.form = dl_token_text(article, sentence->first + i),
                                   .lemma = from->lemma,
                                   .head = from->head == DL_NO_TOKEN || from->head < sentence->first
                                               ? DL_NODE_NONE
                                               : from->head - sentence->first,
                                   .relation = from->relation,
                                   .upos = from->upos};
    }
    dl_tree_make(coding->knowledge->almanac, article->arena, tokens, count, &coding->tree);
}

static void code_sentence(struct dl_coding *coding)
{
    read_tree(coding);
    const char *out = dl_why_section_out(coding);
    if (dl_sentence_repeats(coding) && !out)
        out = "duplicated";
    dl_find_happenings(coding);
    dl_show_others(coding);
    for (uint32_t i = 0; i < coding->happening_count; i++)
        if (!coding->happenings[i].dropped)
            dl_judge_happening(coding, &coding->happenings[i]);
    coding->sentence_told = false;
    coding->told_count = 0;
    for (int pass = 0; pass < 2; pass++) /* first what the main clause tells */
        for (uint32_t i = 0; i < coding->happening_count; i++) {
            struct dl_happening *h = &coding->happenings[i];
            if (!h->dropped && h->content_of == DL_NODE_NONE && (h->background != DL_MAIN) == pass)
                code_happening(coding, h, out);
            else if (!out && !h->dropped && h->content_of != DL_NODE_NONE && pass == 1)
                dl_note_content(coding, h);
        }
    if (!out) {
        dl_retell_nouns(coding);
        dl_join_verbs(coding);
    }
    dl_share_counts(coding);
    if (!out)
        dl_remember_sentence(coding);
}

/* "NAIROBI – …": the place an article is written from. */
static void find_dateline(struct dl_coding *coding)
{
    const struct dl_circumstances *known = coding->article->circumstances;
    for (uint32_t i = 0; known && i < known->place_count && !coding->dateline; i++)
        if (known->places[i].role == DL_PLACE_DATELINE)
            coding->dateline = &known->places[i].place;
}

static void code_article(const struct dl_knowledge *knowledge, struct dl_article *article,
                         const struct dl_watch *watch)
{
    if (!article->english)
        return; /* other languages become a Report with their text only */
    struct dl_coding *coding = dl_arena_alloc(article->arena, sizeof *coding);
    uint32_t room = article->token_count < DL_MENTIONS_MAX ? article->token_count : DL_MENTIONS_MAX;
    *coding = (struct dl_coding){.knowledge = knowledge, .article = article, .watch = watch};
    coding->mention_room = coding->rejected_room = coding->candidate_room = room;
    coding->mentions = dl_arena_array(article->arena, struct dl_mention, room);
    coding->rejected = dl_arena_array(article->arena, struct dl_rejected, room);
    coding->candidates = dl_arena_array(article->arena, struct dl_candidate, room);
    find_dateline(coding);
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        coding->whole = &article->sentences[s];
        trim_dateline(coding);
        coding->sentence_index = s;
        code_sentence(coding);
    }
    dl_set_clusters(coding);
    dl_share_in_clusters(coding);
    dl_flag_spun(coding);
    struct dl_report *report = &article->report;
    report->mentions = coding->mentions;
    report->mentions_count = coding->mention_count;
    report->rejected = coding->rejected;
    report->rejected_count = coding->rejected_count;
    report->candidates = coding->candidates;
    report->candidates_count = coding->candidate_count;
}

dl_status dl_stage_events(const struct dl_knowledge *knowledge, struct dl_article *article,
                          struct dl_error *err)
{
    (void)err; /* a text without events is a text */
    code_article(knowledge, article, NULL);
    return DL_OK;
}

void dl_watch_events(const struct dl_knowledge *knowledge, struct dl_article *article,
                     const struct dl_watch *watch)
{
    code_article(knowledge, article, watch);
}
