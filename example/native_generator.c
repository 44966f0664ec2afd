/* SPDX-License-Identifier: MIT */
/*
 * A generator: walk a binary tree in order by plain recursion, and hand out one
 * value at a time.  Two of them side by side tell whether two trees of
 * different shape hold the same values.
 */
#include <stdio.h>
#include <stdlib.h>
#include <uctx.h>

struct tree {
    int value;
    struct tree *left, *right;
};

static void walk(struct uctx *self, struct tree *tree)
{
    if (tree == NULL)
        return;
    walk(self, tree->left);
    uctx_yield(self, &tree->value);
    walk(self, tree->right);
}

static void *generate(struct uctx *self, void *tree)
{
    walk(self, tree);
    return NULL; /* no more */
}

static struct tree *insert(struct tree *tree, int value)
{
    if (tree == NULL) {
        tree = calloc(1, sizeof *tree);
        if (tree == NULL)
            abort();
        tree->value = value;
    } else if (value < tree->value) {
        tree->left = insert(tree->left, value);
    } else {
        tree->right = insert(tree->right, value);
    }
    return tree;
}

static void drop(struct tree *tree)
{
    if (tree != NULL) {
        drop(tree->left);
        drop(tree->right);
        free(tree);
    }
}

int main(void)
{
    struct tree *a = NULL, *b = NULL;
    struct uctx *in_a = uctx_create(0, generate);
    struct uctx *in_b = uctx_create(0, generate);
    int n = 0, same = 1;

    if (in_a == NULL || in_b == NULL)
        return 1;
    for (int i = 0; i < 100; i++) {
        a = insert(a, i * 37 % 100);
        b = insert(b, i * 61 % 100);
    }
    for (;;) {
        int *x = uctx_resume(in_a, a), *y = uctx_resume(in_b, b);

        if (x == NULL || y == NULL) {
            same = same && x == y;
            break;
        }
        same = same && *x == *y;
        n++;
    }
    printf("%d values, %s\n", n, same ? "the same" : "different");
    uctx_destroy(in_a);
    uctx_destroy(in_b);
    drop(a);
    drop(b);
    return !(n == 100 && same);
}
