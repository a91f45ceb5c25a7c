/* Marked sentences (train/corpus/events) as what the model of events learns from: for each word
 * that may be an event, or that the frames judge, what the coder itself would show the model.
 *
 * Owner    dl_event_corpus_done() after dl_event_corpus_init(), whether that failed or not.
 * Threads  one.
 * Errors   DL_BAD_INPUT with file and line; DL_BAD_CONFIG where share/dateline is missing. */
#ifndef DL_TRAIN_EVENT_CORPUS_H
#define DL_TRAIN_EVENT_CORPUS_H

#include "train/marked.h"
#include "train/net.h"
#include "workers/events/verdict.h"
#include "workers/pipeline.h"

enum dl_example_part { DL_PART_SENTENCE, DL_PART_WORD, DL_PART_FRAME, DL_EXAMPLE_PARTS };

struct dl_example {
    struct dl_feature_list parts[DL_EXAMPLE_PARTS];
    const int8_t *points[DL_VERDICT_SLOTS];
    uint32_t sentence;
    uint32_t class;
    float weight;
    uint8_t state;               /* enum dl_frame_state */
    struct dl_verdict_case what; /* the frames say of it */
};

#define DL_NO_FOLD UINT32_MAX

struct dl_event_sentence {
    struct dl_marked marked;
    uint32_t fold;   /* DL_NO_FOLD: always learned from, never judged by */
    uint32_t wanted; /* of a frame's example: the class of what its frame finds; 0 of others */
    int32_t frame_type;
    uint32_t first, end; /* examples */
};

struct dl_event_corpus {
    struct dl_arena arena;
    struct dl_knowledge *knowledge;
    struct dl_pipeline pipeline;
    struct dl_event_sentence *sentences;
    uint32_t sentence_count, sentence_room;
    struct dl_example *examples;
    uint32_t count, room;
    struct dl_feature_list shared; /* the sentence's, while its examples are made */
    const int8_t *about;
    const struct dl_scene *scene;
};

dl_status dl_event_corpus_init(struct dl_event_corpus *corpus, struct dl_error *err);
void dl_event_corpus_done(struct dl_event_corpus *corpus);
/* Adds the sentences of a file, all to one fold. */
dl_status dl_event_corpus_read(struct dl_event_corpus *corpus, const char *path, uint32_t fold,
                               struct dl_error *err);

/* Adds the examples of a file of data/frames. */
dl_status dl_event_corpus_read_frames(struct dl_event_corpus *corpus, const char *path,
                                      struct dl_error *err);

/* Contents and parts of other events are never asked about with their frames. */
static inline bool dl_is_blind(const struct dl_example *example)
{
    return example->state == DL_FRAME_SUBJECT || example->state == DL_FRAME_PART;
}

/* What the model is shown of an example: with what the frames say, or without. */
static inline struct dl_shown dl_example_shown(const struct dl_example *example, bool blind)
{
    return (struct dl_shown){example->parts, blind ? DL_PART_FRAME : DL_EXAMPLE_PARTS,
                             example->points};
}

/* event_folds.c: prints what frames, model and both make of the sentences. `full` and `blind` are
 * chances of each example by a model that has not seen it. */
typedef float dl_chances[DL_NET_CLASSES];
void dl_judge_folds(const struct dl_event_corpus *corpus, const dl_chances *full,
                    const dl_chances *blind);

#endif
