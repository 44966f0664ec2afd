# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

for file in "$SOURCE"/example/*.c; do
    name=$(basename "$file" .c)
    case $name in native_*) continue ;; esac # they use ours, not the libc's
    lines=$(wc -l <"$file")
    expect_eq "$((lines < 80))" 1 "whether $name.c, of $lines lines, is short"
    modes="tracked exact ignore"
    if [ $name = preempt ]; then # it needs masks, and more than a libc has
        echo "the sums are right" >"$tmp/expected"
        modes="tracked exact"
    else
        "$example/$name" >"$tmp/expected"
    fi
    for mode in $modes; do
        try "$uctx" run --sigmask=$mode "$example/$name"
        expect_eq "$status:$err" "0:" "status and errors of $name, $mode"
        expect_eq "$out" "$(cat "$tmp/expected")" "output of $name, $mode"
    done
done
