# SPDX-License-Identifier: MIT
# bash completion for uctx.  What there is to complete it reads from --help, so
# that it knows what the command knows.

_uctx()
{
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} i help option
    local uctx=${COMP_WORDS[0]} # as it was typed
    COMPREPLY=()

    if [ "$COMP_CWORD" -eq 1 ]; then
        help=$("$uctx" --help 2>/dev/null) || return
        COMPREPLY=($(compgen -W "--help --version $(sed -n \
            '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' <<<"$help")" -- "$word"))
        return
    fi

    # What follows the first word that is no option of `run` is a command line.
    # (To bash, --sigmask=exact is three words.)
    if [ "$command" = run ]; then
        for ((i = 2; i < COMP_CWORD; i++)); do
            case ${COMP_WORDS[i]} in
            --) i=$((i + 1)); break ;;
            = | -*) ;;
            *) [ "${COMP_WORDS[i - 1]}" = = ] || break ;;
            esac
        done
        if [ "$i" -lt "$COMP_CWORD" ] || [ "${COMP_WORDS[i - 1]}" = -- ]; then
            if declare -F _command_offset >/dev/null; then
                _command_offset "$i"
            else
                COMPREPLY=($(compgen -c -f -- "$word"))
            fi
            return
        fi
    fi

    help=$("$uctx" "$command" --help 2>/dev/null) || return
    option=${COMP_WORDS[COMP_CWORD - 1]}
    if [ "$word" = = ]; then
        word=
    elif [ "$option" = = ]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "--help $(grep -oE -e '--[a-z-]+=?' <<<"$help" |
            sort -u)" -- "$word"))
        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
        return
    elif [ "$command" = run ]; then
        COMPREPLY=($(compgen -c -- "$word"))
        return
    else
        return
    fi
    # One of the values, as in --sigmask=tracked|exact|ignore.
    COMPREPLY=($(compgen -W "$(sed -n "s/.*$option=\([a-z|]*\).*/\1/p" \
        <<<"$help" | head -n 1 | tr '|' ' ')" -- "$word"))
}

complete -o default -F _uctx uctx
