/* A line of data/frames, made into a frame a word.
 *
 *     frame verb ACCUSE allege 112 content=obl:of,advcl,ccomp | blame; point :finger @at | ex / ex
 *     args actor=nsubj recipient=obj | reach      # a set of paths under a name, used as as=reach
 */
#include "workers/knowledge/almanac_draft.h"

#include "proto/words.h"

static const char *const positions[] = {"verb", "noun", "adjective"};

/* Where the actor and recipient hang unless the line says otherwise. */
static const char *const default_actor[] = {"nsubj,obl:by", "nmod:by,nmod:poss,light:nsubj",
                                            "nsubj"};
static const char *const default_recipient[] = {"obj,nsubj:pass", "nmod:on,nmod:against,nmod:of",
                                                "obl"};

static const struct {
    const char *word;
    uint8_t flag;
} flags[] = {
    {"content", DL_FRAME_CONTENT}, {"peers", DL_FRAME_PEERS}, {"recipient", DL_FRAME_RECIPIENT},
    {"actor", DL_FRAME_ACTOR},     {"armed", DL_FRAME_ARMED}, {"said", DL_FRAME_SAID},
    {"figure", DL_FRAME_FIGURE},
};

static dl_status take_list(struct dl_draft *draft, const struct dl_line *line, dl_str list,
                           uint32_t *texts, uint32_t room, struct dl_error *err)
{
    dl_str piece;
    uint32_t count = 0;
    memset(texts, 0, room * sizeof *texts);
    while (dl_str_next(&list, ',', &piece)) {
        if (piece.len == 0 || dl_str_is(piece, "-"))
            continue;
        if (count == room)
            return dl_fail(err, DL_BAD_CONFIG, "%s: more than %u in one list", line->place, room);
        texts[count++] = dl_draft_text(draft, piece);
    }
    return DL_OK;
}

/* "obl:by" is an oblique with that preposition, "nmod:poss" a relation as it stands. */
static dl_status take_paths(const struct dl_line *line, dl_str list, struct dl_frame_path *paths,
                            struct dl_error *err)
{
    dl_str piece;
    uint32_t count = 0;
    memset(paths, 0, DL_FRAME_PATHS_MAX * sizeof *paths);
    while (dl_str_next(&list, ',', &piece)) {
        if (piece.len == 0 || dl_str_is(piece, "-"))
            continue;
        if (count == DL_FRAME_PATHS_MAX)
            return dl_fail(err, DL_BAD_CONFIG, "%s: more than %u in one list", line->place,
                           DL_FRAME_PATHS_MAX);
        struct dl_frame_path *path = &paths[count++];
        path->light = dl_str_starts(piece, DL_STR("light:"));
        dl_str rest = path->light ? dl_str_sub(piece, 6, piece.len) : piece;
        path->relation = (uint8_t)dl_relation_of(rest);
        dl_str known = dl_str_of(dl_relation_text((enum dl_relation)path->relation));
        if (!path->relation)
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no relation", line->place,
                           DL_STR_ARG(piece));
        if (rest.len > known.len)
            path->word = dl_atom_hash(dl_str_sub(rest, known.len + 1, rest.len));
    }
    return DL_OK;
}

static dl_status take_arg(struct dl_draft *draft, const struct dl_line *line, dl_str arg,
                          struct dl_frame *frame, struct dl_error *err)
{
    const struct {
        const char *name;
        struct dl_frame_path *paths;
    } lists[] = {
        {"actor=", frame->actor},
        {"recipient=", frame->recipient},
        {"content=", frame->content},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        size_t len = strlen(lists[i].name);
        if (dl_str_starts(arg, dl_str_of(lists[i].name)))
            return take_paths(line, dl_str_sub(arg, len, arg.len), lists[i].paths, err);
    }
    if (dl_str_starts(arg, DL_STR("context=")))
        return take_list(draft, line, dl_str_sub(arg, 8, arg.len), frame->contexts,
                         DL_FRAME_CONTEXTS_MAX, err);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (dl_str_is(arg, flags[i].word)) {
            frame->flags |= flags[i].flag;
            return DL_OK;
        }
    return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' means nothing here", line->place,
                   DL_STR_ARG(arg));
}

static enum dl_need_kind need_of(char mark)
{
    switch (mark) {
    case '+':
        return DL_NEED_PARTICLE;
    case '@':
        return DL_NEED_PREPOSITION;
    case ':':
        return DL_NEED_OBJECT;
    case '>':
        return DL_NEED_COMPLEMENT;
    case '<':
        return DL_NEED_SUBJECT;
    default:
        return DL_NEED_NONE;
    }
}

#define NEED_WEIGHT 16U /* two needs of any kind say more than one */

/* How much a need says: a word more than a class of words, an object more than a preposition, and
 * "somebody" or "anything" least. */
static uint32_t weight_of(const struct dl_frame_need *need, dl_str text)
{
    static const uint32_t weights[] = {[DL_NEED_OBJECT] = 5,
                                       [DL_NEED_COMPLEMENT] = 5,
                                       [DL_NEED_PARTICLE] = 4,
                                       [DL_NEED_PREPOSITION] = 3,
                                       [DL_NEED_SUBJECT] = 2};
    if (dl_str_is(text, "=person") || dl_str_is(text, "*"))
        return NEED_WEIGHT;
    return NEED_WEIGHT + weights[need->kind] - need->of_class;
}

/* "call +off :talks": the lemma, then what must hang on it. */
static dl_status put_frame(struct dl_draft *draft, const struct dl_line *line,
                           const struct dl_frame *model, dl_str phrase, dl_str example,
                           struct dl_error *err)
{
    struct dl_sense sense = {.kind = DL_SENSE_FRAME};
    struct dl_frame frame = *model;
    uint32_t exactness = 0;
    dl_str lemma = {0};
    dl_str word;
    while (dl_str_next(&phrase, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (lemma.len == 0) {
            lemma = word;
            continue;
        }
        enum dl_need_kind kind = need_of(word.at[0]);
        if (kind == DL_NEED_NONE || word.len < 2 || frame.need_count == DL_FRAME_NEEDS_MAX)
            return dl_fail(err, DL_BAD_CONFIG,
                           "%s: '%.*s': after the word come at most %u of +particle @preposition "
                           ":object >complement <subject",
                           line->place, DL_STR_ARG(word), DL_FRAME_NEEDS_MAX);
        struct dl_frame_need *need = &frame.needs[frame.need_count++];
        need->kind = kind;
        need->text = dl_draft_text(draft, dl_str_sub(word, 1, word.len));
        need->of_class = word.len > 2 && word.at[1] == '=';
        if (need->of_class && dl_str_is(dl_str_sub(word, 1, word.len), "=person"))
            need->of_class = DL_NEED_ANYBODY;
        if (need->of_class) {
            char name[64];
            snprintf(name, sizeof name, "class:%.*s", (int)word.len - 2, word.at + 2);
            need->word = dl_phrase_hash(dl_str_of(name));
        } else {
            need->word = dl_atom_hash(dl_str_sub(word, 1, word.len));
        }
        exactness += weight_of(need, dl_str_sub(word, 1, word.len));
    }
    if (lemma.len == 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: an empty word", line->place);
    frame.lemma = dl_draft_text(draft, lemma);
    frame.example = dl_draft_text(draft, example);
    struct dl_frame *record = dl_draft_record(draft, SECTION_FRAMES, &sense.index);
    *record = frame;
    /* The first frame that fits is the most exact. */
    return dl_draft_phrase(draft, lemma, sense, 2 * NEED_WEIGHT * DL_FRAME_NEEDS_MAX - exactness,
                           line->place, err);
}

static dl_status take_head(struct dl_draft *draft, const struct dl_line *line,
                           struct dl_frame *frame, struct dl_error *err)
{
    uint32_t pos = 0;
    if (line->arg_count < 4)
        return dl_fail(err, DL_BAD_CONFIG,
                       "%s: 'frame' needs a part of speech, type, mode and code", line->place);
    while (pos < 3 && !dl_str_is(line->args[0], positions[pos]))
        pos++;
    if (pos == 3)
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is not verb, noun or adjective", line->place,
                       DL_STR_ARG(line->args[0]));
    if (!dl_event_type_of(line->args[1]))
        return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no event type", line->place,
                       DL_STR_ARG(line->args[1]));
    frame->pos = (uint8_t)pos;
    frame->type = dl_draft_text(draft, line->args[1]);
    frame->cameo = dl_draft_text(draft, line->args[3]);
    for (size_t i = 0; i < line->args[3].len; i++)
        if (line->args[3].at[i] < '0' || line->args[3].at[i] > '9')
            return dl_fail(err, DL_BAD_CONFIG, "%s: '%.*s' is no CAMEO code", line->place,
                           DL_STR_ARG(line->args[3]));
    frame->rule = dl_draft_text(draft, dl_str_of(line->place));
    dl_status status = take_list(draft, line, line->args[2], frame->modes, DL_FRAME_MODES_MAX, err);
    if (status == DL_OK)
        status = take_paths(line, dl_str_of(default_actor[pos]), frame->actor, err);
    if (status == DL_OK)
        status = take_paths(line, dl_str_of(default_recipient[pos]), frame->recipient, err);
    return status;
}

dl_status dl_draft_frame(struct dl_draft *draft, const struct dl_line *line, struct dl_error *err)
{
    struct dl_frame frame = {0};
    dl_str phrases = line->phrases;
    dl_str examples = line->rest;
    dl_str phrase;
    dl_status status = take_head(draft, line, &frame, err);
    for (uint32_t i = 4; status == DL_OK && i < line->arg_count; i++)
        status = take_arg(draft, line, line->args[i], &frame, err);
    while (status == DL_OK && dl_str_next(&phrases, ';', &phrase)) {
        dl_str example = {0};
        phrase = dl_str_trim(phrase);
        if (!dl_str_next(&examples, '/', &example) || dl_str_trim(example).len == 0)
            return dl_fail(err, DL_BAD_CONFIG, "%s: no example for '%.*s'", line->place,
                           DL_STR_ARG(phrase));
        status = put_frame(draft, line, &frame, phrase, dl_str_trim(example), err);
    }
    if (status == DL_OK && examples.len)
        return dl_fail(err, DL_BAD_CONFIG, "%s: more examples than words", line->place);
    return status;
}
