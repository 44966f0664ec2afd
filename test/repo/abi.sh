# SPDX-License-Identifier: MIT
# Nothing changed that a program built against an earlier release relies on:
# every line of uctx.abi is still true, and every exported name has one.
. "$SOURCE/test/t.sh"
need_plain_build
nm=$(cached CMAKE_NM)
need "$nm"
abi=$SOURCE/test/repo/uctx.abi

"$nm" -D --defined-only "$BUILD/lib/libuctx.so" | sed -n '/ A /d; s/.* //; s/@@/ /p' |
    sort >"$work/exported"
sed -n 's/^symbol  *//p' "$abi" | tr -s ' ' | sort >"$work/symbols"
[ -s "$work/symbols" ] || fail "uctx.abi has no symbol"
diff "$work/symbols" "$work/exported" >"$work/diff" ||
    fail "libuctx.so (<: gone, >: not in uctx.abi):" \
        "$(grep '^[<>]' "$work/diff" | tr '\n' ' ')"

{
    printf '#include <uctx.h>\n#define TRUE(what) _Static_assert(what, #what)\n'
    sed -n 's/^value \([0-9]*\) \(.*\)/TRUE(\2 == \1);/p
        s/^words \([0-9]*\) \(.*\)/TRUE(\2 == \1 * sizeof(void *));/p' "$abi"
} >"$work/facts.c"
grep -q '^TRUE' "$work/facts.c" || fail "uctx.abi has no value"
$CC $(cached CMAKE_C_FLAGS) -std=c11 -fsyntax-only -I"$SOURCE/include" \
    "$work/facts.c" 2>"$work/errors" ||
    fail "no longer true: $(sed -n 's/.*failed: //p' "$work/errors")"

for library in uctx uctx_posix uctx_posix_report; do
    need readelf
    readelf -dW "$BUILD/lib/lib$library.so" |
        grep -q "SONAME.*\[lib$library\.so\.0\]" ||
        fail "lib$library.so: its soname is not lib$library.so.0"
done
