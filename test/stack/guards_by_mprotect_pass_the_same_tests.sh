#!/bin/sh
# SPDX-License-Identifier: MIT
# Every test of stacks again, with the guards of a kernel that has no others.
#
# Build: LABELS long TIMEOUT 300
failed=0 passed=0
for test in "$BUILD"/test/stack.*.static; do
    UCTX_GUARD=mprotect "$test" >"$BUILD/test/stack.mprotect.log" 2>&1
    case $? in
    0) passed=$((passed + 1)) ;;
    77) ;;
    *)
        failed=1
        echo "$(basename "$test") failed with UCTX_GUARD=mprotect:"
        cat "$BUILD/test/stack.mprotect.log"
        ;;
    esac
done
echo "$passed passed"
[ $passed -gt 10 ] && exit $failed
