# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

cmake --install "$BUILD" --prefix "$tmp/usr" >"$tmp/log"
call=$(find "$tmp/usr" -path '*/bench/call')
printf '#!/bin/sh\n[ $# -gt 0 ] || { echo switch; exit; }\nexit 3\n' >"$call"
expect_refusal 1 "bench: call cannot measure switch" \
    "$tmp/usr/bin/uctx" bench --quick --only=call,switch
