# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

# said <label>: what the last one said of it
said()
{
    sed -n "s/^ *$1  *//p" "$tmp/out"
}

try "$uctx" info
expect_eq "$status:$err" 0: "status and errors"
expect_eq "$(said uctx)" "$("$uctx" --version | cut -d' ' -f2)" version
expect_eq "$(said kernel)" "Linux $(uname -r)" kernel
expect_eq "$(said libc)" "$(getconf GNU_LIBC_VERSION)" libc
expect_eq "$(said 'page size')" "$(getconf PAGESIZE)" "page size"
expect_eq "$(said max_map_count)" "$(cat /proc/sys/vm/max_map_count)" \
    max_map_count
expect_eq "$(said 'signal masks')" "tracked: every change of it is watched" \
    "signal masks"
for label in processor architecture vectors switched 'shadow stack' \
    'landing pads' 'stack guards'; do
    [ -n "$(said "$label")" ] || fail "nothing of $label"
done

try env UCTX_SIGMASK=ignore UCTX_GUARD=mprotect "$uctx" info
expect_eq "$(said 'signal masks')" "ignore: asked for" "signal masks then"
expect_eq "$(said 'stack guards')" "mprotect, asked" "stack guards then"

# It is the library's own answer, in a process that is started the same way.
echo 'int sigprocmask(int how, void *set, void *old);
      int sigprocmask(int how, void *set, void *old)
      { (void)how; (void)set; (void)old; return 0; }' >"$tmp/other.c"
$CC -shared -fPIC "$tmp/other.c" -o "$tmp/other.so"
try env LD_PRELOAD="$tmp/other.so" "$uctx" info
expect_eq "$(said 'signal masks')" "$("$uctx" run --report env \
    LD_PRELOAD="$BUILD/lib/libuctx_posix_report.so:$tmp/other.so" \
    "$program/known_counts" 2>&1 |
    sed -n 's/^ *signal masks *\([a-z]*\) (\(.*\))/\1: \2/p')" \
    "signal masks behind another library"

need jq
try "$uctx" info --json
expect_eq "$status:$err" 0: "status and errors of --json"
expect_eq "$(jq -r '.page_size, .sigmask, (.vectors | type)' "$tmp/out")" \
    "$(getconf PAGESIZE)
tracked
array" "some of --json"
