# SPDX-License-Identifier: MIT
# Also from one that was moved; and says what is not there.
. "$SOURCE/test/cli.sh"

cmake --install "$BUILD" --prefix "$tmp/usr" >"$tmp/log" || {
    cat "$tmp/log"
    exit 1
}
mv "$tmp/usr" "$tmp/opt"
bin=$(dirname "$(find "$tmp/opt" -name uctx -type f -perm -u+x)")
try "$bin/uctx" bench --quick --only=posix
expect_eq "$status:$err" 0: "status and errors"
expect_eq "$(grep -c '^uctx, masks' "$tmp/out")" 3 "rows of uctx"

# Other libraries' figures stay in the build folder: an installed command needs
# none of them.
try "$bin/uctx" bench --quick --only=posix,libc,pcl
expect_eq "$(tail -n 1 "$tmp/out")" "Not built with libpcl1-dev" "last line"
