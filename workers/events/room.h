/* The coding room: from a sentence's tree to mentions.
 *
 *     find.c     words that are events, by their frames; which of them is another's content
 *     claims.c   is it so: polarity, modality, time, who says it
 *     times.c    whether a year told with it is its own
 *     background.c  how far from the main clause it is told
 *     shifts.c   what PLOVER counts as something else
 *     people.c   who a word means: phrases, pronouns, those beside it
 *     memory.c   whom a phrase names, by the almanac and what the article said before
 *     parties.c  who and to whom where the sentence says it elsewhere
 *     sectors.c  which country and role they have where nothing is said
 *     concerned.c  whom else the clause concerns; who is a scene or a thing
 *     bystanders.c  who is no party after all
 *     gate.c     what is no event after all, with the reason
 *     fields.c   sport, films, markets, nature, history
 *     everyday.c what is everyday life: firms, private people, rules, advertisements, scores
 *     scene.c, features.c, frame_features.c  what the model of events sees
 *     decide.c, verdict.c  what it says, and what becomes of that
 *     record.c   the mention as the contract has it
 *     contents.c what is promised, threatened or asked for in it
 *     confidence.c  how sure that is
 *     tellings.c, likeness.c  words that tell of happenings, and which of them tell the same one
 *     retold.c   nouns that only point back to what was told
 *     clusters.c one happening told several times
 *     page.c     passages told twice, pages spun by a machine
 *     events.c   the stage: sentence by sentence through all of these
 *
 * Owner    everything hangs in the article's arena.   Threads  one article, one thread.
 * Errors   none: a text without events is a text. */
#ifndef DL_WORKERS_EVENTS_ROOM_H
#define DL_WORKERS_EVENTS_ROOM_H

#include "workers/knowledge/actors.h"
#include "workers/knowledge/frame_match.h"
#include "workers/knowledge/voices.h"
#include "workers/stage.h"

#define DL_MENTIONS_MAX 2000U      /* of an article; more is a chronicle */
#define DL_HAPPENINGS_MAX 64U      /* of a sentence; more is a list */
#define DL_PEOPLE_MAX 24U          /* who do one thing together */
#define DL_MEMORY_MAX 64U          /* roles and names an article is remembered by */
#define DL_SENTENCE_WORDS_MAX 400U /* coded; longer sentences are lists and tables */

/* Someone, as a word of the sentence names them. */
struct dl_someone {
    uint32_t word;
    uint32_t first, last; /* words of the phrase */
    struct dl_actor actor;
    bool known; /* a country or a role was found */
};

/* Told beside the main clause: as an attribute of something ("troops sent north"), in a clause of
 * time or reason ("after police fired"), or set before or beneath it ("who attacked", "after the
 * raid"). Where the main clause has no event, the first two are the news. */
enum dl_background { DL_MAIN, DL_ATTRIBUTE, DL_CLAUSE, DL_BEFORE };

/* A word that is an event. Words count from the sentence's first. */
struct dl_happening {
    uint32_t word;
    uint32_t anchor; /* the verb that says whether it happened: itself, or its light verb */
    struct dl_sense sense;
    const struct dl_frame *frame;
    struct dl_frame_args args;
    int32_t type;
    uint32_t content_of; /* index of the happening it is promised, asked or threatened in */
    uint32_t content;    /* index of the happening that is its content */
    bool is_noun;
    bool withdraws; /* its mode says so */
    bool dropped;   /* part of another event's words */

    int32_t polarity, modality, time;
    uint32_t polarity_cue, modality_cue, time_cue, reported_cue; /* words, or DL_NODE_NONE */
    uint32_t sayer;                                              /* who says so, or DL_NODE_NONE */
    bool reported;
    bool purpose;       /* only what another is done for: "flew there to discuss" */
    bool opinion;       /* whoever says so only thinks so */
    uint8_t background; /* enum dl_background */
    int32_t shifted;    /* the type the frame has, where another one is coded; 0 else */
    const char *cameo;  /* likewise; NULL: the frame's */
    bool by_model;      /* the model's type: the frame's modes are not its */
    float chance;       /* of its type, by the model; 0 where it was not asked */
};

struct dl_remembered {
    dl_str key; /* a role code, or a name's last word */
    dl_str country;
    struct dl_actor actor; /* of names */
};

struct dl_memory {
    struct dl_remembered roles[DL_MEMORY_MAX];
    struct dl_remembered names[DL_MEMORY_MAX];
    uint32_t role_count, name_count;
    struct dl_actor last_subject; /* of the sentences before: what "it" and "they" begin with */
    bool has_last_subject;
};

struct dl_scene;
struct dl_watch;

struct dl_coding {
    const struct dl_knowledge *knowledge;
    struct dl_article *article;
    const struct dl_place *dateline; /* of the article, or NULL */
    struct dl_memory memory;

    const struct dl_sentence *sentence; /* without a dateline before it */
    const struct dl_sentence *whole;
    struct dl_sentence trimmed;
    uint32_t sentence_index;
    struct dl_tree tree;
    struct dl_happening happenings[DL_HAPPENINGS_MAX];
    uint32_t happening_count;
    uint64_t *told_sentences; /* hashes of those before; page.c's */
    uint32_t told_room;
    bool sentence_told; /* it has an event that is no statement */
    uint32_t owners;    /* of owners that are being looked up */

    struct dl_scene *scene;       /* what the model sees of the sentence; NULL: it is not asked */
    const struct dl_watch *watch; /* of those who train it, or NULL */

    uint32_t told[DL_HAPPENINGS_MAX]; /* tokens of the events told in this sentence, in order */
    uint32_t told_count;

    struct dl_telling *tellings; /* tellings.h */
    uint32_t telling_count, telling_room;
    uint32_t cluster_count;
    uint32_t subject;       /* cluster of what the article tells first; 0: nothing yet */
    uint32_t *best_mention; /* of each cluster, by its number: where it is told best */

    struct dl_mention *mentions;
    uint32_t mention_count, mention_room;
    struct dl_rejected *rejected;
    uint32_t rejected_count, rejected_room;
    struct dl_candidate *candidates;
    uint32_t candidate_count, candidate_room;
};

/* find.c: fills coding->happenings from the tree. */
void dl_find_happenings(struct dl_coding *coding);

/* claims.c: polarity, modality, time and report of one. */
void dl_judge_happening(struct dl_coding *coding, struct dl_happening *happening);
/* Unless a stronger one is set. */
void dl_set_modality(struct dl_happening *happening, int32_t modality, uint32_t cue);
/* wishes.c: whether `above`, which judges what is `below` it, plans, asks for or thinks of it. */
void dl_wish_from(struct dl_coding *coding, struct dl_happening *happening, uint32_t above,
                  uint32_t below, bool infinitive);
/* times.c: a year well before publication, or so many years ago, in the clause of the event. */
void dl_judge_years(struct dl_coding *coding, struct dl_happening *happening);
/* Does the word, a date, belong to the event's clause, and to no noun or clause within it? A verb
 * between the two has a better claim: "a strike over land seized in the 1970s". */
bool dl_is_dated_by(struct dl_coding *coding, const struct dl_happening *happening, uint32_t word);
/* "…, as it did two years ago", "as in 2008": the date of what the event is likened to. */
bool dl_is_of_comparison(const struct dl_coding *coding, const struct dl_happening *happening,
                         uint32_t word);
/* background.c: in relative clauses and attributes, or in clauses and phrases of time and reason.
 */
enum dl_background dl_background_of(struct dl_coding *coding, struct dl_happening *happening);
/* The last that applies, of the contract's list. */
int32_t dl_actuality_of(const struct dl_mention *mention);

/* shifts.c: where PLOVER counts a thing as another: "said it will help" is an agreement. `own`: who
 * acts says so himself. */
void dl_shift(struct dl_coding *coding, struct dl_happening *happening, bool own);
/* "said that Chad must withdraw" is a request to Chad. */
void dl_shift_sayings(struct dl_coding *coding);

/* parties.c: what is missing of who and to whom, from the content, the clause and the place. */
void dl_complete_parties(struct dl_coding *coding, const struct dl_happening *happening,
                         struct dl_someone *actors, uint32_t *actor_count,
                         struct dl_someone *recipients, uint32_t *recipient_count);

/* sectors.c: countries and roles that the sentence does not say. */
void dl_settle_parties(struct dl_coding *coding, const struct dl_happening *happening,
                       struct dl_someone *actors, uint32_t actor_count,
                       struct dl_someone *recipients, uint32_t recipient_count);

/* bystanders.c: towns of the actor's own country, borders, premises and things are nobody it is
 * done to; how many stay. */
uint32_t dl_only_concerned(struct dl_coding *coding, const struct dl_happening *happening,
                           const struct dl_someone *actors, uint32_t actor_count,
                           struct dl_someone *recipients, uint32_t count);
/* Buildings and vessels, unless they are served: "a school", "the palace in Maputo", but not "the
 * mayor's house", nor an army's base that is attacked. */
bool dl_is_premises(const struct dl_coding *coding, const struct dl_happening *happening,
                    const struct dl_someone *someone);
/* Such premises, the actor's own towns, or what an event of its type does not reach: where troops
 * go, a town reopened. */
bool dl_is_bystander(struct dl_coding *coding, const struct dl_happening *happening,
                     const struct dl_someone *actors, uint32_t actor_count,
                     const struct dl_someone *someone);
/* By a name, and it is known: Ivory Coast is no coast. */
bool dl_is_named(const struct dl_coding *coding, const struct dl_someone *someone);
/* By how it ends, a word for those who do something or come from somewhere. */
bool dl_sounds_human(const struct dl_coding *coding, uint32_t word);
/* Words that are nobody ("the report", "Monday") stand for nobody. */
uint32_t dl_only_people(const struct dl_coding *coding, struct dl_someone *people, uint32_t count);

/* concerned.c: somebody further on whom the event concerns, in *ret; how many, 0 or 1. */
uint32_t dl_whom_else(struct dl_coding *coding, const struct dl_happening *happening,
                      const struct dl_someone *actors, uint32_t actor_count,
                      struct dl_someone *ret);
/* Whose phrase the word is part of: "diplomats" of "Russian diplomats"; of nobody's, itself. */
uint32_t dl_whole_person(const struct dl_coding *coding, uint32_t word);
/* Under "in", "near", "through": where it happened and not to whom. */
bool dl_is_scene(struct dl_coding *coding, uint32_t word);
/* Under "to", "for". */
bool dl_is_given(struct dl_coding *coding, uint32_t word);
/* Under "at", "on", "against". */
bool dl_is_aimed_at(struct dl_coding *coding, uint32_t word);
/* With "its", "their": it belongs to who acts. */
bool dl_is_ones_own(struct dl_coding *coding, uint32_t word);
/* What can be nobody: "for the fourth night", "military aid". */
bool dl_is_thing(struct dl_coding *coding, const struct dl_someone *someone);
/* A name, a role or a count of people, whatever is known of it. */
bool dl_is_party(const struct dl_coding *coding, const struct dl_someone *someone);

/* people.c: who the word names, those coordinated with it too; how many. */
uint32_t dl_people_at(struct dl_coding *coding, uint32_t word, struct dl_someone *ret,
                      uint32_t room);
/* The word a pronoun of the sentence stands for, or DL_NODE_NONE. */
uint32_t dl_antecedent(struct dl_coding *coding, uint32_t word);

/* memory.c: whom the phrase of `someone` names, by the almanac and what the article said before. */
void dl_resolve_phrase(struct dl_coding *coding, dl_str text, struct dl_someone *someone);
/* Whom the pronoun's pointer names; false where it has none that is known. */
bool dl_resolve_pointer(struct dl_coding *coding, struct dl_someone *someone);
/* Likewise the subject of the sentences before, or nobody known. */
void dl_resolve_subject_before(const struct dl_coding *coding, struct dl_someone *someone);
/* Roles whose country is the one the article stands in when none is said. */
bool dl_is_local(dl_str role);
/* Gives somebody the country and the code that goes with it. */
void dl_lend_country(struct dl_coding *coding, struct dl_someone *someone, dl_str country,
                     const char *why);
/* Likewise a role, before those it may have. */
void dl_give_role(struct dl_coding *coding, struct dl_someone *someone, dl_str role);
/* What the sentence leaves behind for the next ones. */
void dl_remember_sentence(struct dl_coding *coding);

/* gate.c: why it is no event after all, or NULL. */
const char *dl_why_section_out(const struct dl_coding *coding);
/* A figure of speech, whatever else speaks for it. */
bool dl_is_figure(struct dl_coding *coding, const struct dl_happening *happening);
const char *dl_why_not(struct dl_coding *coding, const struct dl_happening *happening,
                       const struct dl_someone *actors, uint32_t actor_count,
                       const struct dl_someone *recipients, uint32_t recipient_count);
bool dl_is_armed_role(dl_str role);
bool dl_is_forceful(int32_t type); /* done by force, or by those who have it */
/* fields.c: whether it is of a field in which nobody of politics acts, likewise. */
#define DL_CUES_OF_FIELDS                                                                          \
    (DL_CUE_MASK(SPORT) | DL_CUE_MASK(CULTURE) | DL_CUE_MASK(MARKETS) | DL_CUE_MASK(NATURE))
const char *dl_field_name(uint64_t cues); /* of a word, or NULL */
const char *dl_why_field(struct dl_coding *coding, const struct dl_happening *happening,
                         const struct dl_someone *actors, uint32_t actor_count,
                         const struct dl_someone *recipients, uint32_t recipient_count);
/* everyday.c: whether it is everyday life, likewise. */
const char *dl_why_everyday(struct dl_coding *coding, const struct dl_happening *happening,
                            const struct dl_someone *actors, uint32_t actor_count,
                            const struct dl_someone *recipients, uint32_t recipient_count);

/* record.c: adds the mention, or what was held back. */
void dl_add_mention(struct dl_coding *coding, const struct dl_happening *happening,
                    const struct dl_someone *actors, uint32_t actor_count,
                    const struct dl_someone *recipients, uint32_t recipient_count);
void dl_reject(struct dl_coding *coding, const struct dl_happening *happening, const char *reason);
/* Copies of people, and texts of a frame (0 ends them), in the article's arena; how many. */
uint32_t dl_actors_of(const struct dl_coding *coding, const struct dl_someone *people,
                      uint32_t count, struct dl_actor **ret);
uint32_t dl_texts_of(const struct dl_coding *coding, struct dl_sense sense, const uint32_t *texts,
                     uint32_t room, dl_str **ret);
/* contents.c: the content of a mention whose parties are there. Without words for one, none. */
void dl_set_content(struct dl_coding *coding, const struct dl_happening *act,
                    struct dl_mention *mention);
/* Gives the counts of the sentence to its mentions, once all are there: none is lost to a word that
 * became no mention, and none goes to "said" where something happened. */
void dl_share_counts(struct dl_coding *coding);

/* The dead and wounded told beside a happening count for its main mention, too. */
void dl_share_in_clusters(struct dl_coding *coding);

/* confidence.c: how likely the type is right, by the model; then how likely type, countries and
 * actuality are, by our own gold. Asked again where a mention's parties change. */
void dl_set_chance(const struct dl_coding *coding, const struct dl_happening *happening,
                   struct dl_mention *mention);
void dl_set_confidence(const struct dl_coding *coding, struct dl_mention *mention);

/* retold.c. The mention just added goes to its cluster. */
void dl_note_mention(struct dl_coding *coding, const struct dl_happening *happening);
/* What was held back: true where that was for want of somebody who acts, and it points back to a
 * mention, and became one of the same happening. */
bool dl_retell(struct dl_coding *coding, const struct dl_happening *happening, const char *why,
               const struct dl_someone *actors, uint32_t actor_count,
               const struct dl_someone *recipients, uint32_t recipient_count);
/* Likewise of what is another's content. */
void dl_note_content(struct dl_coding *coding, const struct dl_happening *happening);
/* "The move": nouns without a frame that point back. */
void dl_retell_nouns(struct dl_coding *coding);

/* clusters.c. "The attack killed five": the verb is of the noun's cluster. */
void dl_join_verbs(struct dl_coding *coding);
/* Main, event_key and ids of all mentions. */
void dl_set_clusters(struct dl_coding *coding);

/* page.c. Has the sentence stood before, to the letter? Asked once a sentence. */
bool dl_sentence_repeats(struct dl_coding *coding);
/* Adds "machine-spun page" to what was held back, over the first sentence, where the text has the
 * marks of rewriting. Its mentions stay: who reads them is warned. */
void dl_flag_spun(struct dl_coding *coding);

/* Words of the sentence as the article's spans. */
static inline uint32_t dl_token_of(const struct dl_coding *coding, uint32_t word)
{
    return coding->sentence->first + word;
}

static inline struct dl_span *dl_span_of_words(const struct dl_coding *coding, uint32_t first,
                                               uint32_t last)
{
    return dl_span_of_tokens(coding->article, dl_token_of(coding, first), last - first + 1);
}

#endif
