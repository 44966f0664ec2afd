#!/bin/sh
# SPDX-License-Identifier: MIT
# The test of threads once more, with the pool, under ThreadSanitizer.
#
# Build: LABELS long
name=threads_hand_stacks_over_and_lose_none
out=$BUILD/test/stack.tsan

echo 'int main(void) { return 0; }' >"$out.c"
"$CC" -fsanitize=thread "$out.c" -o "$out" 2>"$out.log" || {
    echo "skipped: no ThreadSanitizer: $(tail -1 "$out.log")"
    exit 77
}
"$CC" -fsanitize=thread -g -O1 -D_GNU_SOURCE -I"$SOURCE/include" -I"$SOURCE/src" \
    -I"$SOURCE/src/arch/$ARCH" -I"$SOURCE/test" \
    "$SOURCE"/src/stack/*.c "$SOURCE/test/stack/$name.c" \
    -o "$out" -ldl 2>"$out.log" || {
    cat "$out.log"
    exit 1
}
# A child of fork() has lost its parent's threads, which TSan takes for a leak.
TSAN_OPTIONS="halt_on_error=1 report_thread_leaks=0 $TSAN_OPTIONS" \
    STEPS=${STEPS:-8000} "$out"
