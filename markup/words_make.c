/* Makes a C constant of a list of words: words_make NAME < list.txt > list.c
 *
 * A line is a key, white space and the value; "_" in a key stands for a space when the list says
 * "# spaces: _" first. Lines that begin with "# " and empty ones are no words. */
#include "markup/words.h"

#include <ctype.h>

#define WORDS_MAX 16384U

struct line {
    char *key;
    char *value;
};

static void put_literal(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            printf("\\%03o", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void split(char *text, bool spaces, struct line *line)
{
    size_t len = strcspn(text, " \t");
    line->value = dl_strdup(text + len + strspn(text + len, " \t"));
    text[len] = '\0';
    if (spaces)
        for (char *c = text; *c; c++)
            if (*c == '_')
                *c = ' ';
    line->key = dl_strdup(text);
}

static void put_slots(const struct line *lines, uint32_t count)
{
    uint32_t size = 4;
    while (size < count * 2)
        size *= 2;
    uint16_t *slots = dl_alloc(size * sizeof *slots);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = dl_words_hash(lines[i].key, strlen(lines[i].key)) & (size - 1);
        while (slots[slot]) {
            if (strcmp(lines[slots[slot] - 1].key, lines[i].key) == 0) {
                fprintf(stderr, "words_make: '%s' is there twice\n", lines[i].key);
                exit(1);
            }
            slot = (slot + 1) & (size - 1);
        }
        slots[slot] = (uint16_t)(i + 1);
    }
    printf("static const uint16_t slots[%u] = {", size);
    for (uint32_t i = 0; i < size; i++)
        printf("%u,%s", slots[i], i % 24 == 23 ? "\n" : "");
    printf("};\n");
    free(slots);
}

int main(int argc, char **argv)
{
    static struct line lines[WORDS_MAX];
    static char text[4096];
    uint32_t count = 0;
    bool spaces = false;
    if (argc != 2)
        return 2;
    while (fgets(text, sizeof text, stdin)) {
        text[strcspn(text, "\r\n")] = '\0';
        spaces |= strncmp(text, "# spaces: _", 11) == 0;
        if (text[0] == '\0' || strncmp(text, "# ", 2) == 0)
            continue;
        if (count == WORDS_MAX)
            return 1;
        split(text, spaces, &lines[count++]);
    }
    printf("#include \"markup/words.h\"\nextern const struct dl_words %s;\n", argv[1]);
    printf("static const struct dl_word list[] = {\n");
    for (uint32_t i = 0; i < count; i++) {
        printf("{");
        put_literal(lines[i].key);
        printf(", %zu, ", strlen(lines[i].key));
        put_literal(lines[i].value);
        printf("},\n");
    }
    printf("};\n");
    put_slots(lines, count);
    printf("const struct dl_words %s = {list, %u, slots, sizeof slots / sizeof *slots - 1};\n",
           argv[1], count);
    for (uint32_t i = 0; i < count; i++) {
        free(lines[i].key);
        free(lines[i].value);
    }
    return ferror(stdin) || fflush(stdout) != 0;
}
