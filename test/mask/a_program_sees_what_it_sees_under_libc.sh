# SPDX-License-Identifier: MIT
# Random programs observe the same masks, handlers, results and errors, in the
# same order, under libc's own functions and under ours.  Under qemu-user 7.2
# the libc's own give back SIGKILL and SIGSTOP in masks, where ours do not.
#
# Build: LABELS long TIMEOUT 120 NOT_UNDER qemu
. "$SOURCE/test/t.sh"
program=$BUILD/test/program/mask_trace
seed=${1:-1} # a few seeds make a program that no libc defines
programs=${2:-$([ -n "$EMULATOR" ] && echo 100 || echo 2000)}

echo "seed $seed"
with -- "$program" "$seed" "$programs" >"$work/libc"
for mode in tracked exact; do
    with "LD_PRELOAD=$BUILD/lib/libuctx_posix.so" UCTX_SIGMASK=$mode -- \
        "$program" "$seed" "$programs" >"$work/$mode"
    if ! cmp -s "$work/libc" "$work/$mode"; then
        fail "$mode differs from libc:"
        diff -U 15 "$work/libc" "$work/$mode" | head -n 60
        echo "first in $(diff "$work/libc" "$work/$mode" | sed -n 's/^\([0-9]*\).*/\1/p' |
            head -n 1 | xargs -I{} head -n {} "$work/libc" | grep '^program' | tail -n 1)"
    fi
done
ok=$(grep -c 'ended with status 0x0' "$work/libc")
echo "$(wc -l <"$work/libc") lines of $programs programs, $ok ended by themselves"
[ "$ok" -ge $((programs / 3)) ] || fail "too few end"
