/* Sentences, marks, reasons. */
#include "workers/explain_text.h"

#include "proto/words.h"
#include "workers/report_circumstances.h"
#include "workers/tree_text.h"

#define QUANTITY_BYTES_MAX 4096U
#define MARKS_MAX 64U /* of a sentence; more are left unmarked */

struct mark {
    const char *start, *end; /* in the article's text */
    char letter;
};

struct marks {
    struct mark list[MARKS_MAX];
    uint32_t count;
};

static const char *colour_of(char letter)
{
    switch (letter) {
    case 'T':
        return "\x1b[1;33m";
    case 'A':
        return "\x1b[1;36m";
    case 'R':
        return "\x1b[1;35m";
    case 'P':
        return "\x1b[32m";
    case 'D':
        return "\x1b[34m";
    default:
        return "\x1b[31m";
    }
}

/* The first of overlapping marks stays: triggers come before actors, actors before cues. */
static void add_mark(struct marks *marks, dl_str sentence, const struct dl_span *span, char letter)
{
    if (!span || span->text.len == 0 || span->text.at < sentence.at ||
        span->text.at + span->text.len > sentence.at + sentence.len || marks->count == MARKS_MAX)
        return;
    struct mark mark = {span->text.at, span->text.at + span->text.len, letter};
    for (uint32_t i = 0; i < marks->count; i++)
        if (mark.start < marks->list[i].end && marks->list[i].start < mark.end)
            return;
    uint32_t at = marks->count++;
    while (at > 0 && marks->list[at - 1].start > mark.start) {
        marks->list[at] = marks->list[at - 1];
        at--;
    }
    marks->list[at] = mark;
}

static void add_people(struct marks *marks, dl_str sentence, const struct dl_actor *actors,
                       uint32_t count, char letter)
{
    for (uint32_t i = 0; i < count; i++)
        add_mark(marks, sentence, actors[i].span, letter);
}

static void mark_mention(struct marks *marks, dl_str sentence, const struct dl_mention *m)
{
    add_people(marks, sentence, m->actor, m->actor_count, 'A');
    add_people(marks, sentence, m->recipient, m->recipient_count, 'R');
    add_mark(marks, sentence, m->polarity_cue, 'C');
    add_mark(marks, sentence, m->modality_cue, 'C');
    add_mark(marks, sentence, m->time_cue, 'C');
    add_mark(marks, sentence, m->reported_cue, 'C');
    for (uint32_t i = 0; i < m->places_count; i++)
        add_mark(marks, sentence, m->places[i].span, 'P');
    if (m->when)
        add_mark(marks, sentence, m->when->span, 'D');
}

static void put_plain(dl_str text, FILE *file)
{
    for (size_t i = 0; i < text.len; i++)
        fputc((unsigned char)text.at[i] < 0x20 ? ' ' : text.at[i], file);
}

static void put_marked(const struct marks *marks, dl_str sentence, bool colour, FILE *file)
{
    const char *at = sentence.at;
    for (uint32_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        put_plain((dl_str){at, (size_t)(mark->start - at)}, file);
        if (colour)
            fputs(colour_of(mark->letter), file);
        else
            fprintf(file, "[%c ", mark->letter);
        put_plain((dl_str){mark->start, (size_t)(mark->end - mark->start)}, file);
        fputs(colour ? "\x1b[0m" : "]", file);
        at = mark->end;
    }
    put_plain((dl_str){at, (size_t)(sentence.at + sentence.len - at)}, file);
    fputc('\n', file);
}

static void put_codes(const struct dl_actor *actors, uint32_t count, FILE *file)
{
    for (uint32_t i = 0; i < count; i++)
        fprintf(file, "%s%.*s", i ? "+" : "",
                DL_STR_ARG(actors[i].code.len ? actors[i].code : DL_STR("---")));
    if (count == 0)
        fputs("–", file);
}

static void put_people(const char *label, const struct dl_actor *actors, uint32_t count, FILE *file)
{
    for (uint32_t i = 0; i < count; i++) {
        fprintf(file, "      %-11s", i ? "" : label);
        put_plain(actors[i].span ? actors[i].span->text : actors[i].name, file);
        fprintf(file, ": %.*s", DL_STR_ARG(actors[i].code.len ? actors[i].code : DL_STR("---")));
        if (actors[i].id.len)
            fprintf(file, " %.*s", DL_STR_ARG(actors[i].id));
        fprintf(file, ", by %.*s\n", DL_STR_ARG(actors[i].resolved_by));
    }
}

static void put_cue(const char *label, const char *value, const struct dl_span *cue, FILE *file)
{
    fprintf(file, "      %-11s%s", label, value);
    if (cue) {
        fputs(" for “", file);
        put_plain(cue->text, file);
        fputs("”", file);
    }
    fputc('\n', file);
}

static void put_truth(const struct dl_mention *m, FILE *file)
{
    if (m->polarity == DL_NEGATED)
        put_cue("polarity", dl_polarity_word(m->polarity), m->polarity_cue, file);
    if (m->modality > DL_ACTUAL)
        put_cue("modality", dl_modality_word(m->modality), m->modality_cue, file);
    if (m->time == DL_HISTORICAL)
        put_cue("time", m->time_cue ? "long past" : "background, beside the main event",
                m->time_cue, file);
    if (m->reported)
        put_cue("reported",
                m->attribution && m->attribution->anonymous ? "by somebody unnamed" : "by another",
                m->reported_cue, file);
}

static void put_quantity(const struct dl_quantity *quantity, const char *label, FILE *file)
{
    struct dl_buf text;
    dl_buf_init(&text, QUANTITY_BYTES_MAX);
    (void)dl_quantity_text(quantity, &text); /* what does not fit is cut */
    fprintf(file, "      %-11s%.*s “%.*s”\n", label, (int)text.len, text.at,
            quantity->span ? (int)quantity->span->text.len : 0,
            quantity->span ? quantity->span->text.at : "");
    dl_buf_done(&text);
}

static void put_circumstances(const struct dl_mention *m, FILE *file)
{
    for (uint32_t i = 0; i < m->places_count; i++) {
        fprintf(file, "      %-11s%.*s", i ? "" : "place", DL_STR_ARG(m->places[i].name));
        fprintf(file, ", %.*s: %.*s\n", DL_STR_ARG(m->places[i].country),
                DL_STR_ARG(m->places[i].why));
    }
    if (m->when) {
        bool one = dl_str_eq(m->when->start, m->when->end);
        fprintf(file, "      %-11s%.*s", "when", DL_STR_ARG(m->when->start));
        if (!one)
            fprintf(file, " to %.*s", DL_STR_ARG(m->when->end));
        fprintf(file, " (%s)\n", dl_when_basis_word(m->when->basis));
    }
    for (uint32_t i = 0; i < m->quantities_count; i++)
        put_quantity(&m->quantities[i], i ? "" : "number", file);
}

static void put_mention(const struct dl_mention *m, bool colour, FILE *file)
{
    fprintf(file, "    %s%s%s%s%.*s  ", colour ? "\x1b[1m" : "", dl_event_type_word(m->type),
            colour ? "\x1b[0m" : "", m->modes_count ? "." : "",
            m->modes_count ? (int)m->modes[0].len : 0, m->modes_count ? m->modes[0].at : "");
    put_codes(m->actor, m->actor_count, file);
    fputs(m->reciprocal ? " together " : " → ", file);
    if (!m->reciprocal)
        put_codes(m->recipient, m->recipient_count, file);
    fprintf(file, "   %s   confidence %.2f   cluster %u%s\n", dl_actuality_word(m->actuality),
            m->confidence, m->cluster, m->main ? ", its main mention" : "");
    fprintf(file, "      %-11s%.*s, CAMEO %.*s\n", "rule", DL_STR_ARG(m->rule),
            DL_STR_ARG(m->cameo));
    put_people("actor", m->actor, m->actor_count, file);
    put_people("recipient", m->recipient, m->recipient_count, file);
    if (m->content && m->content->span) {
        fprintf(file, "      %-11s%s “", "content",
                m->content->type ? dl_event_type_word(m->content->type) : "");
        put_plain(m->content->span->text, file);
        fputs("”", file);
        if (m->content->modality_cue)
            fprintf(file, "  %s (“%.*s”)", dl_modality_word(m->content->modality),
                    DL_STR_ARG(m->content->modality_cue->text));
        fputc('\n', file);
    }
    put_truth(m, file);
    put_circumstances(m, file);
}

static bool is_inside(const struct dl_span *span, dl_str sentence)
{
    return span && span->text.at >= sentence.at && span->text.at < sentence.at + sentence.len;
}

/* What the model said of the words of a sentence. */
static void put_notes(const struct dl_article *article, const struct dl_sentence *sentence,
                      FILE *file)
{
    for (uint32_t i = 0; i < article->note_count; i++) {
        const struct dl_verdict_note *note = &article->notes[i];
        if (note->token < sentence->first || note->token >= sentence->first + sentence->count)
            continue;
        fprintf(file, "    model: “%.*s”: %s %.2f, no event %.2f",
                DL_STR_ARG(dl_token_text(article, note->token)), dl_event_type_word(note->type),
                (double)note->chance, (double)note->none);
        if (strcmp(note->no_event, "model") != 0)
            fprintf(file, " (%s)", note->no_event);
        for (uint32_t r = 0; r < note->reason_count; r++)
            fprintf(file, "%s %s “%.*s” %+.1f", r ? "," : ";", note->reasons[r].text,
                    DL_STR_ARG(dl_token_text(article, note->reasons[r].token)),
                    (double)note->reasons[r].weight);
        fputc('\n', file);
    }
}

static void put_rejected(const struct dl_report *report, dl_str sentence, FILE *file)
{
    for (uint32_t i = 0; i < report->rejected_count; i++) {
        const struct dl_rejected *r = &report->rejected[i];
        if (!is_inside(r->span, sentence))
            continue;
        fprintf(file, "    no event: “%.*s”: %.*s (%.*s)\n", DL_STR_ARG(r->span->text),
                DL_STR_ARG(r->reason), DL_STR_ARG(r->rule));
    }
    for (uint32_t i = 0; i < report->candidates_count; i++)
        if (is_inside(report->candidates[i].span, sentence))
            fprintf(file, "    unknown actor: “%.*s”\n", DL_STR_ARG(report->candidates[i].name));
}

static void explain_sentence(const struct dl_article *article, uint32_t index,
                             struct dl_explain how, FILE *file)
{
    const struct dl_report *report = &article->report;
    const struct dl_sentence *sentence = &article->sentences[index];
    struct marks marks = {.count = 0};
    dl_str text = dl_span_of_tokens(article, sentence->first, sentence->count)->text;
    for (uint32_t i = 0; i < report->mentions_count; i++)
        if (report->mentions[i].sentence_index == index)
            add_mark(&marks, text, report->mentions[i].trigger, 'T');
    for (uint32_t i = 0; i < report->mentions_count; i++)
        if (report->mentions[i].sentence_index == index)
            mark_mention(&marks, text, &report->mentions[i]);
    fprintf(file, "%u  ", index + 1);
    put_marked(&marks, text, how.colour, file);
    if (how.trees)
        dl_tree_draw_sentence(article, index, file);
    for (uint32_t i = 0; i < report->mentions_count; i++)
        if (report->mentions[i].sentence_index == index)
            put_mention(&report->mentions[i], how.colour, file);
    put_rejected(report, text, file);
    put_notes(article, sentence, file);
    fputc('\n', file);
}

void dl_explain_article(const struct dl_article *article, struct dl_explain how, FILE *file)
{
    const struct dl_report *report = &article->report;
    fprintf(file, "%s%.*s%s   %.*s\n\n", how.colour ? "\x1b[1m" : "",
            DL_STR_ARG(report->title.len ? report->title : report->id), how.colour ? "\x1b[0m" : "",
            DL_STR_ARG(report->published));
    if (!article->english)
        fputs("not English: nothing is coded\n", file);
    for (uint32_t i = 0; i < article->sentence_count; i++)
        explain_sentence(article, i, how, file);
}
