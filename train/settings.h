/* What a training is told: where its data lies, where models go, and numbers by name.
 *
 * Owner    borrows from the command line.   Threads  any. */
#ifndef DL_TRAIN_SETTINGS_H
#define DL_TRAIN_SETTINGS_H

#include "core/str.h"

struct dl_settings {
    const char *data;   /* folder of treebanks and lists */
    const char *models; /* folder that models are read from and written to */
    char **numbers;     /* "bits=18" */
    int number_count;
};

/* `name=` of the command line, else `usual`. */
double dl_setting(const struct dl_settings *settings, const char *name, double usual);

/* Path of a model or of a data file: `folder`/`name`. */
struct dl_path {
    char text[1024];
};
struct dl_path dl_path_of(const char *folder, const char *name);

/* The models, each made by one of these: see syntax.c. */
dl_status dl_make_tags(const struct dl_settings *settings, struct dl_error *err);
dl_status dl_make_trees(const struct dl_settings *settings, struct dl_error *err);
dl_status dl_make_forms(const struct dl_settings *settings, struct dl_error *err);
dl_status dl_make_relations(const struct dl_settings *settings, struct dl_error *err);

#endif
