# SPDX-License-Identifier: MIT
# clang-format 14 would change no C file.  (Another version has other opinions.)
# Build: LABELS tree
. "$SOURCE/test/t.sh"
format=clang-format-14
command -v $format >/dev/null || format=clang-format
need $format
$format --version | grep -q 'version 14\.' || skip "$format is not version 14"
cd "$SOURCE" || exit 1

# src/asm.h is assembly.
files .c .h .cpp | grep -vx src/asm.h >"$work/files"
[ -s "$work/files" ] || fail "no C file in $SOURCE"
while read -r file; do
    $format "$file" | diff -u "$file" - >"$work/diff" || {
        fail "$file: clang-format would change it:"
        cat "$work/diff"
    }
done <"$work/files"
