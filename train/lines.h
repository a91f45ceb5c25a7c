/* Lines of a text file, plain or gzip.
 *
 * Owner    dl_lines_close(); a line is good until the next.   Threads  one. */
#ifndef DL_TRAIN_LINES_H
#define DL_TRAIN_LINES_H

#include "core/str.h"

struct dl_lines {
    struct gzFile_s *file;
    const char *path;
    uint32_t number; /* of the last line, from 1 */
    char line[1U << 16];
};

dl_status dl_lines_open(struct dl_lines *lines, const char *path, struct dl_error *err);
void dl_lines_close(struct dl_lines *lines);

/* The next line without its end; false at the end of the file or when it cannot be read, which
 * dl_lines_whole() tells apart. Longer lines come in pieces. */
bool dl_lines_next(struct dl_lines *lines, dl_str *ret);
dl_status dl_lines_whole(struct dl_lines *lines, struct dl_error *err);

#endif
