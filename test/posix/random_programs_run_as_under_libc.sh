# SPDX-License-Identifier: MIT
# Random programs of all four functions print the same under the libc's own and
# under ours, in either mask mode.  Fixed seeds, and a few new ones each time:
# to replay one, run test/program/random_contexts <seed> <steps> v both ways.
. "$SOURCE/test/t.sh"
program=$BUILD/test/program/random_contexts
library=$BUILD/lib/libuctx_posix.so
steps=20000 seeds="1 2 3 4 5 6 7 8 9 10 11 12"
[ -z "$EMULATOR" ] || steps=4000 seeds="1 2 3"

for seed in $seeds $(od -An -N12 -tu4 /dev/urandom); do
    want=$(with -- "$program" $seed $steps) || fail "libc fails"
    for mode in exact tracked; do
        got=$(with UCTX_SIGMASK=$mode "LD_PRELOAD=$library" -- \
            "$program" $seed $steps)
        [ "$got" = "$want" ] || fail "seed $seed, $steps steps:
  under libc: $want
  under ours, $mode: $got"
    done
done
