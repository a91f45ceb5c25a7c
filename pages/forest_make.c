/* Makes a C constant of a forest: forest_make NAME first|second < forest.txt > forest.c */
#include "core/str.h"
#include "pages/features.h"
#include "pages/forest.h"
#include "pages/judge.h"

#define NODES_MAX 65536U
#define TREES_MAX 2048U
#define WORD_BYTES_MAX 96U

struct making {
    struct dl_forest_node nodes[NODES_MAX];
    uint32_t count;
    bool second;
};

static const char *name_of(const struct making *m, int feature)
{
    return m->second ? dl_second_feature_name((enum dl_second_feature)feature)
                     : dl_feature_name((enum dl_feature)feature);
}

static int feature_of(const struct making *m, const char *name, size_t len)
{
    int count = m->second ? (int)DL_SECOND_FEATURE_COUNT : (int)DL_FEATURE_COUNT;
    for (int i = 0; i < count; i++)
        if (strlen(name_of(m, i)) == len && memcmp(name_of(m, i), name, len) == 0)
            return i;
    return -1;
}

/* One tree in preorder; false at the end of the file. */
static bool read_tree(struct making *m)
{
    char word[WORD_BYTES_MAX];
    if (m->count == NODES_MAX || scanf("%95s", word) != 1)
        return false;
    struct dl_forest_node *node = &m->nodes[m->count++];
    if (word[0] == '=') {
        *node = (struct dl_forest_node){-1, 0, strtof(word + 1, NULL)};
        return true;
    }
    size_t len = strcspn(word, "<");
    int feature = feature_of(m, word, len);
    if (feature < 0 || word[len] != '<') {
        fprintf(stderr, "forest_make: no feature '%s'\n", word);
        exit(1);
    }
    uint32_t at = m->count - 1;
    *node = (struct dl_forest_node){(int16_t)feature, 0, strtof(word + len + 1, NULL)};
    if (!read_tree(m))
        return false;
    m->nodes[at].right = (uint16_t)(m->count - at);
    return read_tree(m);
}

int main(int argc, char **argv)
{
    static struct making m;
    static uint32_t trees[TREES_MAX];
    uint32_t tree_count = 0;
    if (argc != 3)
        return 2;
    m.second = strcmp(argv[2], "second") == 0;
    for (uint32_t at = 0; tree_count < TREES_MAX && read_tree(&m); at = m.count)
        trees[tree_count++] = at;
    printf("#include \"pages/forest.h\"\nextern const struct dl_forest %s;\n", argv[1]);
    printf("static const struct dl_forest_node nodes[] = {\n");
    for (uint32_t i = 0; i < m.count; i++)
        printf("{%d, %u, %af},%s", m.nodes[i].feature, m.nodes[i].right, (double)m.nodes[i].value,
               i % 4 == 3 ? "\n" : " ");
    printf("{-1, 0, 0}};\nstatic const uint32_t trees[] = {");
    for (uint32_t i = 0; i < tree_count; i++)
        printf("%u,%s", trees[i], i % 16 == 15 ? "\n" : " ");
    printf("0};\nconst struct dl_forest %s = {nodes, trees, %u};\n", argv[1], tree_count);
    return fflush(stdout) != 0;
}
