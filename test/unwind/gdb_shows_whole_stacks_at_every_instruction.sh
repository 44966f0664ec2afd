#!/bin/sh
# SPDX-License-Identifier: MIT
# gdb stops before each instruction of a switch and at the start of a context:
# each time `bt` names every frame and ends at main or at the context's start.
#
# Build: TIMEOUT 120
#
# musl has no unwind information.
# Build: NOT_UNDER musl
command -v gdb >/dev/null || { echo "skipped: no gdb"; exit 77; }
gdb -nx -batch -ex 'python print("py" + "thon")' 2>&1 | grep -q '^python$' ||
    { echo "skipped: this gdb has no Python"; exit 77; }
status=0
name=backtrace_in_a_made_context_is_complete_and_finite
for link in static shared; do
    program=$BUILD/test/unwind.$name.$link
    echo "$link:"
    gdb -nx -batch -ex "source $SOURCE/test/unwind/gdb_walk.py" "$program" ||
        status=$?
    [ $status -eq 77 ] && exit 77
done
exit $status
