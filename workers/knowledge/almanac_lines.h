/* Lines of the knowledge files, cut up:
 *
 *     KIND ARGUMENT … | phrase; phrase; … | rest          # a comment stands on its own line
 *
 *     KIND ARGUMENT …                                     # the same, one after another:
 *         phrase; … | rest                                # indented
 *         phrase; … | rest
 *
 * and the one table among them, cities.tsv (also packed, cities.tsv.zst).
 *
 * Owner    the arena given.   Threads  one.
 * Errors   DL_BAD_CONFIG, "folder/file.txt:12: what is wrong". */
#ifndef DL_WORKERS_KNOWLEDGE_ALMANAC_LINES_H
#define DL_WORKERS_KNOWLEDGE_ALMANAC_LINES_H

#include "core/arena.h"

#define DL_LINE_ARGS_MAX 12U

struct dl_line {
    const char *place; /* "places/areas.txt:12" */
    dl_str kind;
    dl_str args[DL_LINE_ARGS_MAX];
    uint32_t arg_count;
    dl_str phrases;
    dl_str rest; /* after the second '|' */
};

typedef dl_status (*dl_line_taker)(void *taker, const struct dl_line *line, struct dl_error *err);
typedef dl_status (*dl_row_taker)(void *taker, const char *place, dl_str *cells, uint32_t count,
                                  struct dl_error *err);

/* Every *.txt of dir/folder, in the order of their names. A folder that is not there is none. */
dl_status dl_lines_read(const char *dir, const char *folder, struct dl_arena *arena,
                        dl_line_taker take, void *taker, struct dl_error *err);

/* dir/name or dir/name.zst, cells parted by tabs; neither there: nothing. */
dl_status dl_rows_read(const char *dir, const char *name, struct dl_arena *arena, dl_row_taker take,
                       void *taker, struct dl_error *err);

#endif
