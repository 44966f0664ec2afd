# SPDX-License-Identifier: MIT
# example/generator.c, which is compiled and run.
. "$SOURCE/test/t.sh"

awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$SOURCE/README.md" \
    >"$tmp/readme.c"
sed 1d "$SOURCE/example/generator.c" >"$tmp/example.c"
try diff "$tmp/readme.c" "$tmp/example.c"
expect_eq "$status:$out" "0:" "difference"
