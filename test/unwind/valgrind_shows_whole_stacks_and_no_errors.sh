#!/bin/sh
# SPDX-License-Identifier: MIT
# valgrind follows a program into the contexts that it makes: no error, and the
# stack of one that aborts ends at the context's start.
#
# Build: TIMEOUT 120
#
# musl has no unwind information.
# Build: NOT_UNDER musl
[ -z "${EMULATOR:-}" ] || { echo "skipped: valgrind is no emulator's"; exit 77; }
command -v valgrind >/dev/null || { echo "skipped: no valgrind"; exit 77; }
valgrind -q true || { echo "skipped: valgrind cannot run here"; exit 77; }

fail()
{
    echo "$link: $1"
    cat "$log"
    exit 1
}

log=$(mktemp) && trap 'rm -f "$log"' EXIT
name=backtrace_in_a_made_context_is_complete_and_finite
for link in static shared; do
    program=$BUILD/test/unwind.$name.$link
    valgrind -q --error-exitcode=9 "$program" >"$log" 2>&1
    status=$?
    if grep -q "I can't recover.  Giving up" "$log"; then
        echo "skipped: this valgrind cannot read the compiler's DWARF"
        exit 77
    fi
    if grep -q "Fatal error at startup: a function redirection" "$log"; then
        echo "skipped: valgrind has no debug information of this libc"
        exit 77
    fi
    [ $status -eq 0 ] || fail "exit status $status"
    # It asks once whether the program has changed to another stack; it has.
    grep -v -e 'Warning: client switching stacks' -e 'to suppress, use' \
        -e 'further instances of this message' "$log" | grep . &&
        fail "it says something"

    ABORT_INSIDE=1 valgrind "$program" >"$log" 2>&1
    stack=$(sed -n '/ at 0x/,/== *$/s/^==[0-9]*== *[aby]*t* *0x[0-9A-F]*: //p' \
        "$log")
    [ "$(echo "$stack" | grep -c '^dive[. ]')" -eq 4 ] ||
        fail "not all of the stack"
    echo "$stack" | tail -n 1 | grep -q '^uctx_start ' ||
        fail "the stack does not end at the start of the context"
    echo "$stack" | grep '[?][?][?]' && fail "a frame has no name"
done
exit 0
