# SPDX-License-Identifier: MIT
# UCTX_SIGMASK=ignore leaves the thread's mask alone in every switch; any other
# value keeps one mask per context, and one that is no mode says so in one line.
program=$BUILD/test/program/mask_mode
library=$BUILD/lib/libuctx_posix.so
failed=0

expect() { # <value of UCTX_SIGMASK> <stdout> <lines on stderr>
    out=$(UCTX_SIGMASK=$1 LD_PRELOAD=$library "$program" 2>err.$$) || failed=1
    lines=$(grep -c . err.$$)
    if [ "$out" != "$2" ] || [ "$lines" != "$3" ]; then
        echo "UCTX_SIGMASK='$1': '$out', $lines lines, not '$2', $3 lines:"
        cat err.$$
        failed=1
    fi
}

[ "$("$program")" = own ] || { echo "wrong without the library"; failed=1; }
expect ignore shared 0
expect exact own 0
expect tracked own 0
expect '' own 0
expect nonsense own 1
grep -q "nonsense" err.$$ || { echo "the line does not name it"; failed=1; }
expect Ignore own 1
expect exactly own 1
rm -f err.$$
exit $failed
