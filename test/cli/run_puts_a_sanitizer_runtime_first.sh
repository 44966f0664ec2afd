# SPDX-License-Identifier: MIT
# AddressSanitizer refuses to start behind another library.
. "$SOURCE/test/t.sh"

complaints()
{
    sed 's/[0-9]//g' "$tmp/err"
}

n=0
for flags in -fsanitize=address "-fsanitize=address -shared-libasan" \
    -fsanitize=thread; do
    $CC $flags -g -o "$tmp/prog" "$SOURCE/example/two_contexts.c" \
        2>"$tmp/log" || continue
    try "$tmp/prog" # it may have something to say on its own, or not work
    [ "$status" = 0 ] || continue
    n=$((n + 1))
    expected="$status:$(complaints):$out"
    try "$uctx" run "$tmp/prog"
    expect_eq "$status:$(complaints):$out" "$expected" "result with $flags"

    try "$uctx" run --report "$tmp/prog"
    expect_eq "$(awk '/contexts made/ { print $3 }' "$tmp/err")" 2 \
        "contexts made with $flags"

    try env LD_PRELOAD=libm.so.6 "$uctx" run "$tmp/prog"
    expect_eq "$status:$(complaints):$out" "$expected" \
        "result with $flags and LD_PRELOAD"
done
[ $n != 0 ] || skip "$CC has no sanitizer that works here"
