/* Learning to tag. */
#ifndef DL_TRAIN_TAGGING_H
#define DL_TRAIN_TAGGING_H

#include "train/learner.h"
#include "train/settings.h"
#include "train/treebank.h"

/* The training treebanks with looks and copies in other spellings; of a hundred plain statements
 * `told` are told by somebody besides, which trees and relations learn from. */
dl_status dl_treebank_load(struct dl_treebank *bank, const struct dl_settings *settings,
                           uint32_t told, struct dl_error *err);
uint32_t dl_told(const struct dl_settings *settings); /* the usual share */

/* Gives every word the tag that a tagger says that was trained on the other four fifths: parsers
 * trained on right tags trust them too much. Copies share the fifth of what they copy. */
void dl_treebank_seen_tags(struct dl_treebank *bank, const struct dl_settings *settings);

#endif
