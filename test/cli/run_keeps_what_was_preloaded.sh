# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

cat >"$tmp/user.c" <<'C'
#include <unistd.h>
__attribute__((constructor)) static void hello(void)
{
    if (write(1, "user's\n", 7) < 0)
        _exit(1);
}
C
$CC -shared -fPIC -o "$tmp/user.so" "$tmp/user.c"

try env LD_PRELOAD="$tmp/user.so" "$uctx" run --report "$program/known_counts"
expect_eq "$out" "user's
user's" "output of the user's library, in uctx and in the program"
expect_eq "$(awk '/contexts made/ { print $3 }' "$tmp/err")" 1 "contexts made"

library=$("$uctx" run sh -c 'echo $LD_PRELOAD')
expect_eq "$library" "$BUILD/lib/libuctx_posix.so.0" "LD_PRELOAD"
try env LD_PRELOAD="libc.so.6 libm.so.6:" "$uctx" run sh -c 'echo $LD_PRELOAD'
expect_eq "$out" "$library:libc.so.6:libm.so.6" "LD_PRELOAD behind the user's"
