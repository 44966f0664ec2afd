# SPDX-License-Identifier: MIT
# Also from one that was moved.
. "$SOURCE/test/cli.sh"

cmake --install "$BUILD" --prefix "$tmp/usr" >"$tmp/log" || {
    cat "$tmp/log"
    exit 1
}
mv "$tmp/usr" "$tmp/opt"
bin=$(dirname "$(find "$tmp/opt" -name uctx -type f -perm -u+x)")
try "$bin/uctx" run --report "$program/known_counts"
expect_eq "$status:$(awk '/switches/ { print $2 }' "$tmp/err")" 0:27 \
    "status and switches"
try "$bin/uctx" run sh -c 'readlink -f $LD_PRELOAD'
case $out in
"$tmp"/opt/*/libuctx_posix.so.[0-9]*) ;;
*) expect_eq "$out" "$tmp/opt/lib/libuctx_posix.so.N" "library" ;;
esac
expect_eq "$(find "$tmp/opt" -name uctx.1 | wc -l)" 1 "number of manual pages"

rm "$(dirname "$out")"/libuctx_posix.so.*
expect_refusal 1 "libuctx_posix.so.0 is neither in" "$bin/uctx" run true
