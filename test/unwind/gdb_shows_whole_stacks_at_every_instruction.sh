#!/bin/sh
# SPDX-License-Identifier: MIT
# gdb stops before each instruction of a switch and at the start of a context:
# each time `bt` names every frame and ends at main or at the context's start.
# Where the tests run on an emulator, it is gdb-multiarch at qemu-user's stub.
#
# Build: TIMEOUT 120
#
# musl has no unwind information.
# Build: NOT_UNDER musl
. "$SOURCE/test/t.sh"
gdb=gdb
[ -z "${EMULATOR:=}" ] || gdb=gdb-multiarch
need $gdb readelf
$gdb -nx -batch -ex 'python print("py" + "thon")' 2>&1 | grep -q '^python$' ||
    skip "this $gdb has no Python"

# What there is to stop in: the functions of the port's assembly.
FUNCTIONS=$(find "$BUILD/src" -path '*posix_static*' -name posix.S.o \
    -exec readelf -sW {} \; | awk '$4 == "FUNC" { print $8 }')
export FUNCTIONS

name=backtrace_in_a_made_context_is_complete_and_finite
for link in static shared; do
    program=$BUILD/test/unwind.$name.$link
    echo "$link:"
    if [ -n "$EMULATOR" ]; then
        timeout 600 $EMULATOR -g "$work/$link" "$program" >"$work/output" &
        emulator=$!
        export STUB="$work/$link"
        sysroot=$(echo "$EMULATOR" | sed -n 's/.* -L \([^ ]*\).*/\1/p')
    fi
    $gdb -nx -batch -ex "set sysroot ${sysroot:-/}" \
        -ex "set solib-search-path $BUILD/lib" \
        -ex "source $SOURCE/test/unwind/gdb_walk.py" "$program"
    status=$?
    [ -z "$EMULATOR" ] || { kill $emulator; wait $emulator; } 2>"$work/errors"
    [ $status -ne 77 ] || exit 77
    [ $status -eq 0 ] || fail "$link: exit status $status"
done
