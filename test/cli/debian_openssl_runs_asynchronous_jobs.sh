# SPDX-License-Identifier: MIT
# OpenSSL makes a context for each job, goes there by setcontext the first time,
# and by longjmp from then on.
. "$SOURCE/test/t.sh"

command -v openssl >/dev/null || skip "no openssl (package openssl)"

for mode in tracked exact ignore; do
    try "$uctx" run --report --sigmask=$mode \
        openssl speed -async_jobs 4 -seconds 1 -bytes 1024 -evp sha256
    [ "$status" = 0 ] || { echo "$err"; exit 1; }
    expect_eq "$(grep -c '^sha256 .*[1-9]' "$tmp/out")" 1 "results, $mode"
    expect_eq "$(awk '/contexts made/ { print $3 }' "$tmp/err")" 4 \
        "contexts made, $mode"
    expect_eq "$(awk '/switches/ { print ($2 > 0) }' "$tmp/err")" 1 \
        "whether there were switches, $mode"
done

# Jobs that pause and are resumed in turn; the tool has none of these.
cat >"$tmp/jobs.c" <<'C'
#include <openssl/async.h>
#include <stdio.h>

enum { N_JOBS = 8, N_PAUSES = 1000 };

static int work(void *arg)
{
    int number = *(int *)arg, sum = number;

    for (int i = 0; i < N_PAUSES; i++) {
        ASYNC_pause_job();
        sum += i;
    }
    return sum;
}

int main(void)
{
    ASYNC_JOB *jobs[N_JOBS] = {NULL};
    ASYNC_WAIT_CTX *ctx = ASYNC_WAIT_CTX_new();
    int n_done = 0, n_wrong = 0, n_runs = 0, ret;

    while (n_done < N_JOBS)
        for (int i = 0; i < N_JOBS; i++) {
            int status = ASYNC_start_job(&jobs[i], ctx, &ret, work, &i,
                                         sizeof i);

            n_runs++;
            if (status == ASYNC_FINISH) {
                n_done++;
                n_wrong += ret != N_PAUSES * (N_PAUSES - 1) / 2 + i;
            } else if (status != ASYNC_PAUSE) {
                return 1;
            }
        }
    ASYNC_WAIT_CTX_free(ctx);
    printf("%d runs, %d wrong\n", n_runs, n_wrong);
    return 0;
}
C
if ! $CC -o "$tmp/jobs" "$tmp/jobs.c" -lcrypto 2>"$tmp/log"; then
    echo "jobs that pause: not tried, no openssl/async.h (package libssl-dev)"
    exit 0
fi
for mode in tracked exact ignore; do
    try "$uctx" run --report --sigmask=$mode "$tmp/jobs"
    expect_eq "$status:$out" "0:8008 runs, 0 wrong" "result, $mode"
    expect_eq "$(awk '/switches/ { print $2 }' "$tmp/err")" 8 "switches, $mode"
done
