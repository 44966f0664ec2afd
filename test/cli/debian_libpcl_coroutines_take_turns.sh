# SPDX-License-Identifier: MIT
# The Portable Coroutine Library, as Debian builds it: every co_call is a
# swapcontext.
. "$SOURCE/test/t.sh"

cat >"$tmp/turns.c" <<'C'
#include <pcl.h>
#include <stdio.h>

enum { N_COROUTINES = 10, N_TURNS = 1000 };

static unsigned long state = 1;

static void turn(void *data)
{
    unsigned long number = (unsigned long)data;
    double x = number;

    for (int i = 0; i < N_TURNS; i++) {
        x = x / 2 + 1; /* to 2, whatever the others do */
        state = state * 31 + number;
        co_resume();
    }
    state += x > 1.99 && x < 2.01 ? 0 : 1;
}

int main(void)
{
    coroutine_t coroutines[N_COROUTINES];

    if (co_thread_init() != 0)
        return 1;
    for (unsigned long i = 0; i < N_COROUTINES; i++)
        coroutines[i] = co_create(turn, (void *)(i + 1), NULL, 64 * 1024);
    for (int i = 0; i < N_TURNS + 1; i++)
        for (int j = 0; j < N_COROUTINES; j++)
            co_call(coroutines[j]);
    co_thread_cleanup();
    printf("%lx\n", state);
    return 0;
}
C
$CC -o "$tmp/turns" "$tmp/turns.c" -lpcl 2>"$tmp/log" ||
    skip "no pcl.h (package libpcl1-dev)"

try "$tmp/turns"
expected="$status:$out"
for mode in tracked exact ignore; do
    try "$uctx" run --report --sigmask=$mode "$tmp/turns"
    expect_eq "$status:$out" "$expected" "result, $mode"
    switches=$(awk '/switches/ { print $2 }' "$tmp/err")
    expect_eq "$((switches >= 20000))" 1 "whether $switches are all, $mode"
done
