# The completions of krug for bash: source <(krug completion bash)

_krug_words() {
    local IFS=$' \t\n'
    # shellcheck disable=SC2207 # no word has a blank in it
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_krug_rules() {
    _krug_words "$("${COMP_WORDS[0]}" rules 2>/dev/null | cut -d ' ' -f 1)"
}

_krug_revisions() {
    _krug_words "$(git for-each-ref --format='%(refname:short)' refs/heads refs/remotes refs/tags 2>/dev/null)"
}

# readline completes paths itself, and quotes what is in them
_krug_files() {
    compopt -o default
}

_krug_directories() {
    compopt -o dirnames
}

_krug() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word

    COMPREPLY=()
    # = and : are words of their own: --format=json, -f json:FILE
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $cur == : || $prev == : ]]; then
        _krug_files
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        {{COMMAND_PATTERN}})
            command=$word
            break
            ;;
        esac
    done
    case $prev in
{{VALUES}}    esac
    case $command:$cur in
{{OPTIONS}}    :-*) _krug_words '--help --version' ;;
{{ARGUMENTS}}    :*) _krug_words '{{COMMANDS}}' ;;
    esac
}

complete -F _krug krug
