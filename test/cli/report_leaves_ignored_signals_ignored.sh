# SPDX-License-Identifier: MIT
# A program under --report inherits what the one that started uctx ignored.
. "$SOURCE/test/cli.sh"

for signal in CHLD INT; do
    is=$(trap '' $signal; exec "$uctx" run --report grep SigIgn \
        /proc/self/status 2>"$tmp/err")
    ought=$(trap '' $signal; exec grep SigIgn /proc/self/status)
    expect_eq "$is" "$ought" "ignored signals after trap '' $signal"
done
