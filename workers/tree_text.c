/* Drawing trees with lines. */
#include "workers/tree_text.h"

#define DEPTH_MAX 24U /* deeper words are drawn at this depth: a screen is no wider */

static const char *const name_texts[] = {"", "PER", "ORG", "LOC", "MISC"};

/* Of one sentence; indices are within it. */
struct tree {
    const struct dl_article *article;
    uint32_t first;
    uint32_t count;
    uint32_t *from; /* the leftmost and the rightmost child of each word, or itself */
    uint32_t *to;
    uint32_t form_width; /* code points */
};

static uint32_t width_of(dl_str text)
{
    uint32_t width = 0;
    for (size_t i = 0; i < text.len; i++)
        width += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return width;
}

static bool has_head(const struct tree *tree, uint32_t word, uint32_t *ret)
{
    uint32_t head = tree->article->tokens[tree->first + word].head;
    if (head == DL_NO_TOKEN || head < tree->first || head - tree->first >= tree->count)
        return false;
    *ret = head - tree->first;
    return true;
}

/* The way from the root to a word, at most DEPTH_MAX + 1 words from its end. */
static uint32_t way_to(const struct tree *tree, uint32_t word, uint32_t *way)
{
    uint32_t back[DEPTH_MAX + 1];
    uint32_t count = 0;
    back[count++] = word;
    while (count <= DEPTH_MAX && has_head(tree, word, &word))
        back[count++] = word;
    for (uint32_t i = 0; i < count; i++)
        way[i] = back[count - 1 - i];
    return count;
}

static void put_lines(const struct tree *tree, uint32_t word, FILE *file)
{
    uint32_t way[DEPTH_MAX + 1];
    uint32_t count = way_to(tree, word, way);
    for (uint32_t i = 0; i + 1 < count; i++) {
        bool parent = i + 2 == count;
        uint32_t at = way[i];
        if (!parent || way[i + 1] != word)
            fputs(word > tree->from[at] && word < tree->to[at] ? "│ " : "  ", file);
        else if (word < at)
            fputs(word == tree->from[at] ? "┌─" : "├─", file);
        else
            fputs(word == tree->to[at] ? "└─" : "├─", file);
    }
    bool left = tree->from[word] < word;
    bool right = tree->to[word] > word;
    fputs(left && right ? "┼─ " : left ? "┴─ " : right ? "┬─ " : "── ", file);
}

static void put_padded(FILE *file, dl_str text, uint32_t width)
{
    fprintf(file, "%.*s", DL_STR_ARG(text));
    for (uint32_t i = width_of(text); i < width; i++)
        fputc(' ', file);
}

static void draw_sentence(const struct tree *tree, FILE *file)
{
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct dl_token *token = &tree->article->tokens[tree->first + i];
        put_padded(file, dl_token_text(tree->article, tree->first + i), tree->form_width + 2);
        put_padded(file, dl_str_of(dl_upos_text((enum dl_upos)token->upos)), 7);
        put_padded(file, dl_str_of(name_texts[token->name]), 6);
        if (token->relation != DL_REL_NONE) {
            put_lines(tree, i, file);
            fputs(dl_relation_text((enum dl_relation)token->relation), file);
        }
        fputc('\n', file);
    }
    fputc('\n', file);
}

static void look_at(struct tree *tree, struct dl_arena *arena)
{
    tree->from = dl_arena_array(arena, uint32_t, tree->count);
    tree->to = dl_arena_array(arena, uint32_t, tree->count);
    tree->form_width = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t width = width_of(dl_token_text(tree->article, tree->first + i));
        tree->from[i] = i;
        tree->to[i] = i;
        if (width > tree->form_width && width <= 24)
            tree->form_width = width;
    }
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t head;
        if (!has_head(tree, i, &head))
            continue;
        if (i < tree->from[head])
            tree->from[head] = i;
        if (i > tree->to[head])
            tree->to[head] = i;
    }
}

void dl_tree_draw_sentence(const struct dl_article *article, uint32_t index, FILE *file)
{
    const struct dl_sentence *sentence = &article->sentences[index];
    struct tree tree = {.article = article, .first = sentence->first, .count = sentence->count};
    look_at(&tree, article->arena);
    draw_sentence(&tree, file);
}

/* Who is who: "Marco Rubio, PER, U.S. Secretary of State: 2 times", "he = Marco Rubio (0.8)". */
static void put_entities(const struct dl_article *article, FILE *file)
{
    for (uint32_t i = 0; i < article->entity_count; i++) {
        const struct dl_entity_in_text *entity = &article->entities[i];
        fprintf(file, "%.*s, %s%s%.*s: %u\n", DL_STR_ARG(entity->name), name_texts[entity->kind],
                entity->title.len ? ", " : "", DL_STR_ARG(entity->title), entity->names);
    }
    for (uint32_t i = 0; i < article->pointer_count; i++) {
        const struct dl_pointer *pointer = &article->pointers[i];
        const struct dl_token *first = &article->tokens[pointer->first];
        const struct dl_token *last = &article->tokens[pointer->first + pointer->count - 1];
        dl_str text = dl_str_sub(article->text, first->start, last->start + last->len);
        dl_str name = article->entities[pointer->entity].name;
        fprintf(file, "%.*s = %.*s (%.2f)\n", DL_STR_ARG(text), DL_STR_ARG(name),
                (double)pointer->confidence);
    }
    if (article->entity_count)
        fputc('\n', file);
}

void dl_tree_draw(const struct dl_article *article, FILE *file)
{
    for (uint32_t s = 0; s < article->sentence_count; s++)
        dl_tree_draw_sentence(article, s, file);
    put_entities(article, file);
}
