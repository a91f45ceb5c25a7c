/* Lines of plain and packed text. */
#include "train/lines.h"

#include <errno.h>
#include <zlib.h>

dl_status dl_lines_open(struct dl_lines *lines, const char *path, struct dl_error *err)
{
    lines->path = path;
    lines->number = 0;
    lines->file = gzopen(path, "re");
    return lines->file ? DL_OK : dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
}

void dl_lines_close(struct dl_lines *lines)
{
    if (lines->file)
        (void)gzclose(lines->file); /* only read */
    lines->file = NULL;
}

bool dl_lines_next(struct dl_lines *lines, dl_str *ret)
{
    if (!gzgets(lines->file, lines->line, sizeof lines->line))
        return false;
    lines->number++;
    size_t len = strlen(lines->line);
    while (len && (lines->line[len - 1] == '\n' || lines->line[len - 1] == '\r'))
        len--;
    *ret = (dl_str){lines->line, len};
    return true;
}

dl_status dl_lines_whole(struct dl_lines *lines, struct dl_error *err)
{
    int code = Z_OK;
    const char *text = gzerror(lines->file, &code);
    return code == Z_OK || code == Z_STREAM_END
               ? DL_OK
               : dl_fail(err, DL_BAD_INPUT, "%s:%u: %s", lines->path, lines->number, text);
}
