# SPDX-License-Identifier: MIT
# The form of every file: no tab, no trailing blank, one newline at the end;
# 80 columns in C and assembly; the licence line first in every source file.
# Build: LABELS tree
. "$SOURCE/test/t.sh"
cd "$SOURCE" || exit 1

# fail_lines <file> <what>: one failure for each line number on stdin.
fail_lines()
{
    while IFS=: read -r line rest; do
        fail "$1:$line: $2"
    done
}

tab=$(printf '\t')
files >"$work/all"
[ -s "$work/all" ] || fail "no files in $SOURCE"
while read -r file; do
    grep -Iq . "$file" || continue # empty or binary
    case $file in *.svg) continue ;; esac # drawn by a program
    grep -n "$tab" "$file" | fail_lines "$file" "a tab"
    grep -n ' $' "$file" | fail_lines "$file" "a trailing blank"
    case $(tail -c 2 "$file" | od -An -tx1) in
    ' 0a 0a') fail "$file: an empty line at the end" ;;
    *' 0a') ;;
    *) fail "$file: no newline at the end" ;;
    esac
done <"$work/all"

files .c .h .cpp .S | while read -r file; do
    awk 'length > 80 { print FNR }' "$file" |
        fail_lines "$file" "more than 80 columns"
done

files .c .h .cpp .S .cmake CMakeLists.txt .sh .py .ci/run |
    while read -r file; do
        [ ! -s "$file" ] || sed 2q "$file" |
            grep -q 'SPDX-License-Identifier: MIT' ||
            fail "$file: no SPDX-License-Identifier in its first two lines"
    done
