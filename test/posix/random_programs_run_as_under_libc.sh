# SPDX-License-Identifier: MIT
# Random programs of all four functions print the same under the libc's own and
# under ours, in either mask mode.  Fixed seeds, and a few new ones each time:
# to replay one, run test/program/random_contexts <seed> <steps> v both ways.
program=$BUILD/test/program/random_contexts
library=$BUILD/lib/libuctx_posix.so
steps=20000
failed=0

for seed in 1 2 3 4 5 6 7 8 9 10 11 12 $(od -An -N12 -tu4 /dev/urandom); do
    want=$("$program" $seed $steps) || { echo "libc fails"; failed=1; }
    for mode in exact tracked; do
        got=$(UCTX_SIGMASK=$mode LD_PRELOAD=$library "$program" $seed $steps)
        if [ "$got" != "$want" ]; then
            printf '%s\n  under libc: %s\n  under ours, %s: %s\n' \
                "seed $seed, $steps steps:" "$want" $mode "$got"
            failed=1
        fi
    done
done
exit $failed
