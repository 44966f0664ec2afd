# SPDX-License-Identifier: MIT
. "$SOURCE/test/t.sh"

printf '#!/bin/sh\necho said\n' >"$tmp/same"
printf '#!/bin/sh\necho "${LD_PRELOAD:-nothing}"\n' >"$tmp/different"
printf '#!/bin/sh\nexit 3\n' >"$tmp/failing"
chmod +x "$tmp/same" "$tmp/different" "$tmp/failing"

demo()
{
    try cmake -D PROGRAM="$tmp/$1" -D UCTX="$uctx" \
        -P "$SOURCE/cmake/demo.cmake"
}

demo same
expect_eq "$status" 0 "status with equal outputs"
expect_eq "$(grep -Ec 'libc +[0-9]+\.[0-9]{3} s$' "$tmp/out" "$tmp/err" |
    awk -F: '{ n += $2 } END { print n }')" 1 "lines with the libc's time"
for program in different failing; do
    demo $program
    expect_eq "$((status != 0))" 1 "whether the demo fails: $program"
done
