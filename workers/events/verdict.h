/* What the model says of a word, and what becomes of what the frames say.
 *
 *     scene.c           what the model sees of a sentence
 *     features.c        of a word
 *     frame_features.c  of a frame's finding
 *     decide.c          from chances to a type or none
 *     verdict.c         words the frames have not, and the verdict on those they have
 *
 * Training asks through a watch: it is shown what the coder itself would ask the model, so that
 * what is learned is what is coded.
 *
 * Owner    a scene hangs in the article's arena.   Threads  one article, one thread. */
#ifndef DL_WORKERS_EVENTS_VERDICT_H
#define DL_WORKERS_EVENTS_VERDICT_H

#include "workers/events/decide.h"
#include "workers/events/room.h"

enum dl_event_feature {
#define DL_EVENT_FEATURE(name, text) DL_FEATURE_##name,
#include "workers/events/features.def"
    DL_EVENT_FEATURES
};
const char *dl_event_feature_text(uint32_t feature);

/* Words of a sentence whose vectors the model sees, as seen from one of them. */
enum dl_event_meaning {
#define DL_EVENT_MEANING(name, text) DL_MEANING_##name,
#include "workers/events/meanings.def"
    DL_EVENT_MEANINGS
};
_Static_assert(DL_EVENT_MEANINGS == DL_VERDICT_SLOTS, "a matrix for each");
const char *dl_event_meaning_text(uint32_t slot);

/* Features, and the word that each is of, for those who explain. */
struct dl_event_features {
    uint32_t count;
    uint32_t hash[DL_FEATURES_MAX];
    uint8_t what[DL_FEATURES_MAX]; /* enum dl_event_feature */
    uint16_t word[DL_FEATURES_MAX];
    const int8_t *meanings[DL_VERDICT_SLOTS]; /* vectors, or NULL */
    uint16_t meaning_words[DL_VERDICT_SLOTS];
};

/* What is known of a sentence's words, read once. */
struct dl_scene {
    struct dl_tree *tree;
    const struct dl_look *looks;
    const struct dl_token *tokens;
    const uint32_t *who;              /* of each word: state, sector, kind of name */
    const struct dl_vector **vectors; /* of each word, or NULL */
    int8_t about[DL_VECTOR_DIMS];     /* the mean of them */
    int32_t sums[DL_VERDICTS_HIDDEN]; /* of the sentence's features */
    struct dl_event_features sentence;
    uint32_t happenings; /* of the frames */
};

/* What the frames say of a word. */
enum dl_frame_state {
    DL_FRAME_NONE,    /* nothing */
    DL_FRAME_PART,    /* part of another event's words */
    DL_FRAME_SUBJECT, /* content of another */
    DL_FRAME_JUDGED   /* an event, or none for a reason */
};
struct dl_finding {
    enum dl_frame_state state;
    const struct dl_happening *happening;       /* NULL where nothing is found */
    const struct dl_happening *act;             /* whose content it is */
    const char *why;                            /* the gate's reason, or NULL */
    const struct dl_someone *actor, *recipient; /* the first, or NULL */
};

void dl_scene_make(struct dl_coding *coding, struct dl_scene *scene);
/* May the word be an event at all? */
bool dl_may_be_event(const struct dl_scene *scene, uint32_t word);
void dl_word_features(const struct dl_scene *scene, uint32_t word, struct dl_event_features *ret);
void dl_frame_features(const struct dl_scene *scene, uint32_t word,
                       const struct dl_finding *finding, struct dl_event_features *ret);

/* What was added up for a word: what is seen of the sentence, of itself, of the frames. */
struct dl_asked {
    uint32_t word;
    const struct dl_event_features *lists[3];
    const int32_t *sums;
};
/* verdict_notes.c: leaves a note of what was answered, where the article wants notes. */
void dl_note_verdict(struct dl_coding *coding, const struct dl_asked *asked,
                     const float chances[static DL_VERDICTS]);

/* Shown once for each word that may be an event, and for each that the frames judge. */
struct dl_watch {
    void (*show)(void *context, const struct dl_coding *coding, const struct dl_scene *scene,
                 uint32_t word, const struct dl_finding *finding);
    void *context;
};

/* The stage, by the frames alone, with what the model would have been asked shown to the watch. */
void dl_watch_events(const struct dl_knowledge *knowledge, struct dl_article *article,
                     const struct dl_watch *watch);

/* What the frames say of it; `why` is the gate's reason against it, or NULL. */
struct dl_verdict_case dl_verdict_case_of(const struct dl_happening *happening, const char *why);

/* After the frames have found their happenings: adds those that the model alone sees. */
void dl_find_more(struct dl_coding *coding);
/* What neither frames nor model make an event, to the watch, if there is one. */
void dl_show_others(struct dl_coding *coding);
/* The last word on a happening: why it is no event after all, or NULL; `why` is the gate's. May
 * turn it into another type. */
const char *dl_verdict(struct dl_coding *coding, struct dl_happening *happening, const char *why,
                       const struct dl_someone *actors, uint32_t actor_count,
                       const struct dl_someone *recipients, uint32_t recipient_count);

#endif
