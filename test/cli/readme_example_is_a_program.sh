# SPDX-License-Identifier: MIT
# Each of the two programs in the README: example/generator.c, which is compiled
# and run, and one on native contexts.
. "$SOURCE/test/cli.sh"

awk -v out="$tmp/readme" '/^```c$/ { n++; on = 1; next } /^```$/ { on = 0 }
    on { print >(out n ".c") }' "$SOURCE/README.md"
sed 1d "$SOURCE/example/generator.c" >"$tmp/example.c"
try diff "$tmp/readme1.c" "$tmp/example.c"
expect_eq "$status:$out" "0:" "difference"

try "$CC" -Wall -Wextra -Werror -I"$SOURCE/include" "$tmp/readme2.c" \
    -L"$BUILD/lib" -Wl,-rpath,"$BUILD/lib" -luctx -o "$tmp/native"
expect_eq "$status:$err" "0:" "compiling the second program"
try "$tmp/native"
expect_eq "$out" "1
2
3" "its output"
