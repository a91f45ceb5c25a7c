/* Learning to parse with a beam: the averaged perceptron over whole derivations, updated where the
 * truth is furthest behind (max-violation, Huang et al. 2012). */
#include "train/example.h"

/* A derivation in the beam: its moves are found by going back. */
struct path {
    int64_t score;
    uint32_t back; /* place in the beam of the step before */
    uint8_t move;
    bool right; /* the derivation of the truth so far */
};

/* Moves that build the true tree, or what is nearest to it where it is not projective: of those
 * that cost least, arcs before shifts. */
static uint32_t find_truth(const struct dl_example *example, uint8_t *moves)
{
    struct dl_tree_state state;
    uint32_t costs[DL_MOVES];
    unsigned legal;
    uint32_t count = 0;
    dl_tree_start(&example->words, &state);
    while ((legal = dl_tree_legal(&example->words, &state))) {
        int best = -1;
        dl_example_costs(example, &state, costs);
        for (int move = DL_MOVES - 1; move >= 0; move--)
            if (legal >> move & 1 && (best < 0 || costs[move] < costs[best]))
                best = move;
        moves[count++] = (uint8_t)best;
        dl_tree_move(&state, (enum dl_move)best);
    }
    return count;
}

#define MOVES_MAX (2U * DL_TREE_WORDS_MAX)

/* Adds `by` to what the first `count` moves weigh, from move `from` on. */
static void weigh_moves(struct dl_learner *learner, const struct dl_example *example,
                        const uint8_t *moves, uint32_t from, uint32_t count, int32_t by)
{
    struct dl_tree_state state;
    uint32_t features[DL_TREE_FEATURES_MAX];
    dl_tree_start(&example->words, &state);
    for (uint32_t i = 0; i < count; i++) {
        unsigned legal = dl_tree_legal(&example->words, &state);
        if (i >= from && legal & (legal - 1)) {
            uint32_t used = dl_tree_features(&example->words, &state, features);
            dl_learner_count(learner, features, used);
            dl_learner_add(learner, features, used, moves[i], by);
        }
        dl_tree_move(&state, (enum dl_move)moves[i]);
    }
}

/* One sentence with a beam; the update is up to where the truth is furthest behind the best
 * (Huang et al. 2012). */
void dl_learn_search(struct dl_learner *learner, const struct dl_example *example, uint32_t width,
                     uint64_t counts[2])
{
    static struct path paths[MOVES_MAX + 1][DL_TREE_BEAM_MAX];
    static struct dl_tree_state states[2][DL_TREE_BEAM_MAX];
    static struct dl_tree_state truth;
    uint8_t moves[MOVES_MAX];
    uint32_t features[DL_TREE_FEATURES_MAX];
    int32_t scores[DL_TREES_WIDTH];
    uint32_t count = find_truth(example, moves);
    uint32_t beam = 1;
    int64_t truth_score = 0;
    int64_t worst = 0;
    uint32_t worst_at = 0;
    paths[0][0] = (struct path){.right = true};
    dl_tree_start(&example->words, &states[0][0]);
    dl_tree_start(&example->words, &truth);
    for (uint32_t step = 0; step < count; step++) {
        struct path best[DL_TREE_BEAM_MAX];
        uint32_t kept = 0;
        struct dl_tree_state *from = states[step & 1];
        struct dl_tree_state *to = states[(step + 1) & 1];
        for (uint32_t i = 0; i < beam; i++) {
            unsigned legal = dl_tree_legal(&example->words, &from[i]);
            memset(scores, 0, sizeof scores);
            if (legal & (legal - 1)) {
                uint32_t used = dl_tree_features(&example->words, &from[i], features);
                dl_learner_scores(learner, features, used, scores);
            }
            for (uint32_t move = 0; move < DL_MOVES; move++) {
                if (!(legal >> move & 1))
                    continue;
                struct path path = {paths[step][i].score + scores[move], i, (uint8_t)move,
                                    paths[step][i].right && move == moves[step]};
                uint32_t at = kept;
                if (at == width && path.score <= best[at - 1].score)
                    continue;
                if (at == width)
                    at--;
                else
                    kept++;
                for (; at > 0 && best[at - 1].score < path.score; at--)
                    best[at] = best[at - 1];
                best[at] = path;
            }
        }
        unsigned legal = dl_tree_legal(&example->words, &truth);
        if (legal & (legal - 1)) {
            uint32_t used = dl_tree_features(&example->words, &truth, features);
            dl_learner_scores(learner, features, used, scores);
            truth_score += scores[moves[step]];
        }
        dl_tree_move(&truth, (enum dl_move)moves[step]);
        for (uint32_t i = 0; i < kept; i++) {
            to[i] = from[best[i].back];
            dl_tree_move(&to[i], (enum dl_move)best[i].move);
            paths[step + 1][i] = best[i];
        }
        beam = kept;
        if (!best[0].right && best[0].score - truth_score >= worst) {
            worst = best[0].score - truth_score;
            worst_at = step + 1;
        }
    }
    counts[0] += worst_at == 0;
    counts[1]++;
    if (worst_at) {
        uint8_t said[MOVES_MAX];
        uint32_t at = 0;
        uint32_t same = 0;
        for (uint32_t step = worst_at; step > 0; step--) {
            said[step - 1] = paths[step][at].move;
            at = paths[step][at].back;
        }
        while (same < worst_at && said[same] == moves[same])
            same++;
        weigh_moves(learner, example, moves, same, worst_at, 1);
        weigh_moves(learner, example, said, same, worst_at, -1);
    }
    learner->time++;
}
