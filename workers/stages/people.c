/* Who a speaker is: surnames and pronouns lead to the fullest name in the text, titles near any of
 * its mentions to country and role. */
#include "workers/stages/quote_marks.h"

#include "core/first_of.h"
#include "workers/knowledge/actors.h"

#define PEOPLE_MAX 4096U
#define LOOK_BACK_TOKENS 120U /* for whom a pronoun means */
#define ANSWERS_KEPT 16U
#define MENTIONS_MAX 16384U
#define HEAD_TOKENS 8U /* of a sentence, in which its subject stands */
#define TITLE_TOKENS 6U
#define MORE_TOKENS 12U
#define SHORT_WORD 5U  /* bytes with the blank before: " Jr." */
#define SHORT_TITLE 4U /* bytes: "Mr", "Dr." */

struct person {
    uint32_t first, next; /* tokens of the full name */
    dl_str name;
    dl_str title; /* before or after it, where it first stands; empty without */
};

struct mention { /* a surname in the text */
    uint32_t token;
    uint32_t person;
};

struct answered {
    dl_str phrase;
    struct dl_actor_answer answer;
};

struct dl_people {
    struct dl_article *article;
    const struct dl_knowledge *knowledge;
    struct dl_actor_setting setting;
    struct person *list;
    uint32_t count;
    struct mention *mentions; /* in order */
    uint32_t mention_count;
    const struct dl_actor *spoke; /* last; NULL: nobody yet */
    uint32_t spoke_sentence;
    bool spoke_person; /* not a ministry */
    struct answered answered[ANSWERS_KEPT];
};

static dl_str text_between(const struct dl_article *article, uint32_t first, uint32_t next)
{
    const struct dl_token *a = &article->tokens[first];
    const struct dl_token *z = &article->tokens[next - 1];
    dl_str text = dl_str_sub(article->text, a->start, z->start + z->len);
    const char *last = memrchr(text.at, ' ', text.len);
    size_t word = last ? (size_t)(text.at + text.len - last) : text.len;
    if (text.at[text.len - 1] == '.' && word > SHORT_WORD && text.at[text.len - 3] != '.')
        text.len--; /* "Smith." stuck together; not "U.S.", "Jr." */
    return text;
}

bool dl_is_persons_name(const struct dl_people *people, uint32_t token)
{
    const struct dl_article *article = people->article;
    for (uint32_t i = 0; i < people->count; i++)
        for (uint32_t k = people->list[i].first; k < people->list[i].next; k++)
            if (article->tokens[k].len == article->tokens[token].len &&
                dl_str_eq(dl_token_text(article, k), dl_token_text(article, token)))
                return true;
    return false;
}

static bool is_name_word(const struct dl_article *article, uint32_t at)
{
    return article->tokens[at].kind == DL_WORD && article->tokens[at].capital;
}

/* The titles before a name, else the apposition after it. */
static dl_str title_beside(const struct dl_article *article, uint32_t first, uint32_t next)
{
    uint32_t from = first;
    while (from > 0 && first - from < TITLE_TOKENS && !article->tokens[from - 1].line_end &&
           article->tokens[from - 1].kind == DL_WORD &&
           !dl_said(article, from - 1, DL_WORDING_SMALL) &&
           !dl_said(article, from - 1, DL_WORDING_SAYS) &&
           !dl_said(article, from - 1, DL_WORDING_WEEKDAY) &&
           !dl_token_is(article, from - 1, "the") && !dl_token_is(article, from - 1, "a"))
        from--;
    if (from < first)
        return text_between(article, from, first);
    uint32_t to = next;
    if (to + 1 < article->token_count && dl_token_is(article, to, ",") &&
        !article->tokens[to].line_end && !is_name_word(article, to + 1) &&
        !dl_said(article, to + 1, DL_WORDING_SMALL)) {
        uint32_t end = to + 1;
        while (end < article->token_count && end < to + MORE_TOKENS &&
               article->tokens[end].kind != DL_PUNCT && !article->tokens[end].line_end)
            end++;
        return end > to + 1 ? text_between(article, to + 1, end) : (dl_str){"", 0};
    }
    return (dl_str){"", 0};
}

static void add(struct dl_people *people, uint32_t first, uint32_t next)
{
    if (people->count == PEOPLE_MAX)
        return;
    people->list[people->count++] =
        (struct person){.first = first,
                        .next = next,
                        .name = text_between(people->article, first, next),
                        .title = title_beside(people->article, first, next)};
}

/* Runs of two names or more, with particles between ("Lula da Silva"). */
static void find_runs(struct dl_people *people)
{
    const struct dl_article *article = people->article;
    for (uint32_t s = 0; s < article->sentence_count; s++) {
        int32_t kind = dl_section_of(article, s);
        if (kind == DL_TITLE || kind == DL_HEADING || kind == DL_BOILERPLATE)
            continue;
        uint32_t end = article->sentences[s].first + article->sentences[s].count;
        for (uint32_t i = article->sentences[s].first; i < end; i++) {
            struct dl_speaker speaker;
            if (!is_name_word(article, i) || i + 1 >= end)
                continue;
            if (dl_said(article, i, DL_WORDING_SMALL) || dl_token_is(article, i, "for") ||
                dl_token_is(article, i, "the") || dl_said(article, i, DL_WORDING_SIDE) ||
                dl_said(article, i, DL_WORDING_WEEKDAY) || dl_said(article, i, DL_WORDING_MONTH))
                continue;
            uint32_t run = i;
            while (run < end &&
                   (is_name_word(article, run) ||
                    (run + 1 < end && article->tokens[run].len <= 3 &&
                     article->tokens[run].kind == DL_WORD && is_name_word(article, run + 1) &&
                     !dl_said(article, run, DL_WORDING_SMALL) && !dl_token_is(article, run, "of") &&
                     !dl_token_is(article, run, "the") && !dl_token_is(article, run, "for"))))
                run++;
            bool named = false; /* whatever kind: the names' stage has seen it */
            for (uint32_t k = i; k < run; k++)
                named = named || article->tokens[k].name != DL_NAME_NONE;
            if (run - i >= 2 && !named &&
                dl_speaker_at(article, people->knowledge, i, run, &speaker) &&
                speaker.name_next - speaker.name_first >= 2)
                add(people, speaker.name_first, speaker.name_next);
            i = run > i ? run - 1 : i;
        }
    }
}

static void use_names(struct dl_people *people)
{
    const struct dl_article *article = people->article;
    for (uint32_t i = 0; i < article->name_count; i++)
        if (article->names[i].kind == DL_NAME_PER && article->names[i].count >= 2)
            add(people, article->names[i].first, article->names[i].first + article->names[i].count);
}

/* Every place where a person's last name stands, through a table of last names. */
static void find_mentions(struct dl_people *people)
{
    const struct dl_article *article = people->article;
    uint32_t slots = 16;
    while (slots < 2 * people->count)
        slots *= 2;
    uint32_t *table = dl_arena_array(article->arena, uint32_t, slots); /* index of person + 1 */
    for (uint32_t i = 0; i < people->count; i++) {
        dl_str last = dl_token_text(article, people->list[i].next - 1);
        uint32_t at = (uint32_t)dl_wording_hash(last) & (slots - 1);
        while (table[at])
            at = (at + 1) & (slots - 1);
        table[at] = i + 1;
    }
    uint32_t room = article->token_count < MENTIONS_MAX ? article->token_count : MENTIONS_MAX;
    people->mentions = dl_arena_raw(article->arena, (room + 1) * sizeof *people->mentions);
    for (uint32_t t = 0; t < article->token_count && people->count; t++) {
        if (!is_name_word(article, t) || people->mention_count == room)
            continue;
        dl_str text = dl_token_text(article, t);
        uint32_t at = (uint32_t)dl_wording_hash(text) & (slots - 1);
        while (table[at] &&
               !dl_str_eq(text, dl_token_text(article, people->list[table[at] - 1].next - 1)))
            at = (at + 1) & (slots - 1);
        if (table[at])
            people->mentions[people->mention_count++] = (struct mention){t, table[at] - 1};
    }
}

struct dl_people *dl_people_of(struct dl_article *article, const struct dl_knowledge *knowledge)
{
    struct dl_people *people = dl_arena_alloc(article->arena, sizeof *people);
    const struct dl_circumstances *c = article->circumstances;
    uint32_t room = article->token_count / 2 < PEOPLE_MAX ? article->token_count / 2 : PEOPLE_MAX;
    *people = (struct dl_people){.article = article, .knowledge = knowledge};
    people->list = dl_arena_raw(article->arena, (room + 1) * sizeof *people->list);
    people->setting.day = c->has_day ? c->day : DL_DAY_UNKNOWN;
    use_names(people); /* then what they left out */
    find_runs(people);
    find_mentions(people);
    return people;
}

void dl_people_stand(struct dl_people *people, dl_str country)
{
    people->setting.country = country; /* before the first answer: they are kept */
}

/* Do the tokens of the shorter stand in the longer? Its last word counts most. */
static int likeness(const struct dl_article *article, const struct person *person, uint32_t first,
                    uint32_t next)
{
    uint32_t count = next - first;
    if (count > person->next - person->first)
        return 0;
    for (uint32_t at = person->first; at + count <= person->next; at++) {
        uint32_t same = 0;
        while (same < count && dl_str_eq_nocase(dl_token_text(article, at + same),
                                                dl_token_text(article, first + same)))
            same++;
        if (same == count)
            return at + count == person->next ? 3 : at > person->first ? 2 : 1;
    }
    return 0;
}

static const struct person *person_of(const struct dl_people *people, uint32_t first, uint32_t next)
{
    const struct person *best = NULL;
    int best_likeness = 0;
    for (uint32_t i = 0; i < people->count; i++) {
        const struct person *person = &people->list[i];
        int like = likeness(people->article, person, first, next);
        bool longer = best && like == best_likeness && person->name.len > best->name.len &&
                      person->next - person->first > best->next - best->first;
        if (like > best_likeness || longer) {
            best = person;
            best_likeness = like;
        }
    }
    return best;
}

static void set_answer(const struct dl_people *people, const struct dl_actor_answer *answer,
                       struct dl_actor *actor)
{
    struct dl_arena *arena = people->article->arena;
    actor->id = answer->id;
    actor->country = answer->country;
    if (answer->role_count || answer->country.len)
        actor->code = dl_actor_code(answer, arena);
    if (answer->role_count) {
        actor->role = answer->roles[0];
        actor->roles = dl_arena_array(arena, dl_str, answer->role_count);
        memcpy(actor->roles, answer->roles, answer->role_count * sizeof *actor->roles);
        actor->roles_count = answer->role_count;
    }
    actor->former = answer->former;
    actor->has_former = answer->former;
    actor->resolved_by = dl_str_of(answer->resolved_by);
}

/* Speakers come again and again: the last answers are kept. */
static const struct dl_actor_answer *resolve(struct dl_people *people, dl_str phrase)
{
    struct answered *slot = &people->answered[dl_wording_hash(phrase) % ANSWERS_KEPT];
    if (slot->phrase.at == NULL || !dl_str_eq(slot->phrase, phrase)) {
        slot->phrase = phrase;
        dl_actor_resolve(people->knowledge->almanac, phrase, &people->setting, &slot->answer);
    }
    return &slot->answer;
}

/* Does the almanac know this very person? A surname alone may be anyone's. */
static bool is_known(struct dl_people *people, dl_str name, struct dl_actor_answer *answer)
{
    dl_str rest = name;
    dl_str word;
    uint32_t words = 0;
    *answer = *resolve(people, name);
    if (answer->id.len == 0 || strcmp(answer->resolved_by, "name") != 0)
        return false;
    while (dl_str_next(&rest, ' ', &word))
        words += word.len && memmem(answer->name.at, answer->name.len, word.at, word.len) != NULL;
    return words >= 2;
}

/* By the almanac's person, else by the titles and what is told beside the name. The name itself
 * says nothing more: "Rivera" is a town, too. */
static void set_known(struct dl_people *people, dl_str name, dl_str title, struct dl_actor *actor)
{
    struct dl_actor_answer answer;
    if (!is_known(people, name, &answer)) {
        if (title.len == 0)
            return;
        answer = *resolve(people, title);
    }
    set_answer(people, &answer, actor);
}

/* The entity a pronoun points to, by the stage that knows. */
static dl_str entity_at(const struct dl_article *article, uint32_t token)
{
    uint32_t low = 0;
    uint32_t high = article->pointer_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (article->pointers[middle].first + article->pointers[middle].count <= token)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == article->pointer_count || article->pointers[low].first > token ||
        article->pointers[low].entity >= article->entity_count)
        return (dl_str){"", 0};
    const struct dl_entity_in_text *entity = &article->entities[article->pointers[low].entity];
    return entity->kind == DL_NAME_PER ? entity->name : (dl_str){"", 0};
}

static bool is_quote_mark(const struct dl_article *article, uint32_t token, bool inside)
{
    dl_str text = dl_token_text(article, token);
    return dl_str_is(text, "\"") || dl_str_is(text, inside ? "\xe2\x80\x9d" : "\xe2\x80\x9c");
}

/* The first person of a sentence before the token, outside quotation marks. */
static const struct person *person_in(const struct dl_people *people, uint32_t sentence,
                                      uint32_t end)
{
    const struct dl_article *article = people->article;
    uint32_t first = article->sentences[sentence].first;
    first = end > first + LOOK_BACK_TOKENS ? end - LOOK_BACK_TOKENS : first;
    uint32_t low = DL_FIRST_OF(people->mentions, people->mention_count, token, first);
    bool inside = false;
    for (uint32_t t = first; t < end && low < people->mention_count; t++) {
        if (is_quote_mark(article, t, inside))
            inside = !inside;
        if (t != people->mentions[low].token)
            continue;
        if (!inside)
            return &people->list[people->mentions[low].person];
        low++;
    }
    return NULL;
}

/* Who heads the sentence before. */
static const struct person *person_before(const struct dl_people *people, uint32_t sentence)
{
    if (sentence == 0)
        return NULL;
    const struct dl_sentence *before = &people->article->sentences[sentence - 1];
    uint32_t head = before->first + (before->count < HEAD_TOKENS ? before->count : HEAD_TOKENS);
    return person_in(people, sentence - 1, head);
}

/* "it", "they": the body or group that the sentence, or the one before, names last. */
static struct dl_actor *body_before(struct dl_people *people, uint32_t sentence, uint32_t end)
{
    const struct dl_article *article = people->article;
    uint32_t first = article->sentences[sentence > 0 ? sentence - 1 : 0].first;
    first = end > first + LOOK_BACK_TOKENS ? end - LOOK_BACK_TOKENS : first;
    for (uint32_t i = end; i-- > first;) {
        const struct dl_wording *person = dl_said(article, i, DL_WORDING_PERSON);
        bool body = person && (dl_str_is(person->word, "body") || dl_str_is(person->word, "group"));
        struct dl_speaker speaker;
        if (!body && article->tokens[i].name != DL_NAME_ORG)
            continue;
        while (i > first && article->tokens[i].name == DL_NAME_ORG &&
               article->tokens[i - 1].name == DL_NAME_ORG)
            i--;
        if (!dl_speaker_at(article, people->knowledge, i, end, &speaker) || speaker.pronoun)
            return NULL;
        return dl_speaker_actor(people, &speaker);
    }
    return NULL;
}

/* "he": a person named before it in its sentence; who has just spoken; who heads the
 * sentence before; who the stage of pointers says; whoever spoke last. */
static struct dl_actor *of_pronoun(struct dl_people *people, const struct dl_speaker *speaker)
{
    const struct dl_article *article = people->article;
    uint32_t sentence = dl_sentence_of(article, speaker->first);
    const struct dl_wording *pronoun = dl_said(article, speaker->first, DL_WORDING_PRONOUN);
    bool someone = pronoun && !dl_str_is(pronoun->word, "they");
    bool just = people->spoke && people->spoke_person && people->spoke_sentence + 1 >= sentence;
    const struct person *person = someone ? person_in(people, sentence, speaker->first) : NULL;
    dl_str name = person ? person->name : (dl_str){"", 0};
    if (!person && someone && !just) {
        person = person_before(people, sentence);
        name = person ? person->name : entity_at(article, speaker->first);
        for (uint32_t i = 0; !person && name.len && i < people->count; i++)
            if (dl_str_eq(people->list[i].name, name))
                person = &people->list[i];
    }
    bool other = !just || (people->spoke_person && dl_token_is(article, speaker->first, "it"));
    if (name.len == 0 && other && pronoun && dl_str_is(pronoun->word, "they")) {
        struct dl_actor *body = body_before(people, sentence, speaker->first);
        if (body)
            return body;
    }
    if (!people->spoke && name.len == 0)
        return NULL;
    struct dl_actor *actor = dl_arena_alloc(article->arena, sizeof *actor);
    if (name.len) {
        actor->name = name;
        set_known(people, name, person ? person->title : (dl_str){"", 0}, actor);
    } else {
        *actor = *people->spoke;
    }
    actor->resolved_by = DL_STR("pronoun");
    actor->span = dl_span_of_tokens(article, speaker->first, speaker->next - speaker->first);
    return actor;
}

struct dl_actor *dl_people_asked(struct dl_people *people, uint32_t end)
{
    uint32_t best = 0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < people->count; i++) {
        uint32_t named = 0;
        for (uint32_t k = 0; k < people->mention_count && people->mentions[k].token < end; k++)
            named += dl_str_eq(people->list[people->mentions[k].person].name, people->list[i].name);
        if (named > most) {
            most = named;
            best = i;
        }
    }
    if (most == 0)
        return NULL;
    const struct person *person = &people->list[best];
    struct dl_actor *actor = dl_arena_alloc(people->article->arena, sizeof *actor);
    actor->name = person->name;
    actor->title = person->title;
    actor->span = dl_span_of_tokens(people->article, person->first, person->next - person->first);
    set_known(people, person->name, person->title, actor);
    return actor;
}

void dl_people_spoke(struct dl_people *people, const struct dl_actor *actor, uint32_t sentence,
                     bool person)
{
    people->spoke = actor;
    people->spoke_sentence = sentence;
    people->spoke_person = person;
}

/* "the governor": the last one before who was brought in as one. */
static const struct person *person_titled(const struct dl_people *people,
                                          const struct dl_speaker *speaker)
{
    const struct dl_article *article = people->article;
    const struct person *found = NULL;
    if (!speaker->person || !dl_str_is(speaker->person->word, "unnamed") || speaker->first == 0 ||
        !dl_token_is(article, speaker->first - 1, "the") || speaker->next != speaker->first + 1)
        return NULL;
    dl_str role = dl_token_text(article, speaker->first);
    for (uint32_t i = 0; i < people->count && people->list[i].first < speaker->first; i++) {
        dl_str rest = people->list[i].title;
        dl_str word;
        while (dl_str_next(&rest, ' ', &word))
            if (dl_str_eq_nocase(word, role))
                found = &people->list[i];
    }
    return found;
}

struct dl_actor *dl_speaker_actor(struct dl_people *people, const struct dl_speaker *speaker)
{
    const struct dl_article *article = people->article;
    if (speaker->pronoun)
        return of_pronoun(people, speaker);
    struct dl_actor *actor = dl_arena_alloc(article->arena, sizeof *actor);
    bool named = speaker->name_first < speaker->name_next;
    actor->span = dl_span_of_tokens(article, speaker->first, speaker->next - speaker->first);
    const struct person *meant = named ? NULL : person_titled(people, speaker);
    if (meant) {
        actor->name = meant->name;
        actor->title = actor->span->text;
        set_known(people, meant->name, meant->title, actor);
        return actor;
    }
    if (!named) {
        actor->name = actor->span->text;
        set_answer(people, resolve(people, actor->name), actor);
        return actor;
    }
    const struct person *person = person_of(people, speaker->name_first, speaker->name_next);
    bool titled = speaker->first < speaker->name_first;
    bool more = speaker->more_first < speaker->more_next;
    actor->name = person && person->next - person->first >= speaker->name_next - speaker->name_first
                      ? person->name
                      : text_between(article, speaker->name_first, speaker->name_next);
    if (titled)
        actor->title = text_between(article, speaker->first, speaker->name_first);
    else if (more)
        actor->title = text_between(article, speaker->more_first, speaker->more_next);
    dl_str title = actor->title;
    if (title.len <= SHORT_TITLE && person && person->title.len)
        title = person->title; /* "Dr." says less than how he was brought in */
    set_known(people, actor->name, title, actor);
    return actor;
}
