# SPDX-License-Identifier: MIT
. "$SOURCE/test/t.sh"

mkdir "$tmp/first" "$tmp/second" "$tmp/second/folder"
printf '#!/bin/sh\necho found\n' >"$tmp/second/prog"
cp "$tmp/second/prog" "$tmp/first/prog"
chmod +x "$tmp/second/prog" # the one in first/ cannot be run: go on

for path in "$tmp/first:$tmp/second" "$tmp/second:$tmp/first" \
    "/nowhere:$tmp/second/"; do
    try env PATH="$path" "$uctx" run prog
    expect_eq "$status:$out" "0:found" "status and output with PATH=$path"
done
cd "$tmp/second"
try env PATH=:/bin:/usr/bin "$uctx" run prog # an empty entry is the current folder
expect_eq "$out" found "output of a program in the current folder"
try "$uctx" run ./prog
expect_eq "$out" found "output of ./prog"
cd "$OLDPWD"

for report in "" --report; do
    expect_refusal 127 "nosuch" "$uctx" run $report nosuch
    expect_refusal 127 "No such file" "$uctx" run $report "$tmp/nosuch"
    expect_refusal 126 "Permission" "$uctx" run $report "$tmp/first/prog"
    expect_refusal 126 "Permission" "$uctx" run $report "$tmp/second/folder"
    expect_refusal 126 "Permission" \
        env PATH="$tmp/first" "$uctx" run $report prog
    printf 'neither ELF nor #!\n' >"$tmp/neither"
    chmod +x "$tmp/neither"
    expect_refusal 126 "Exec format" "$uctx" run $report "$tmp/neither"
done
