#compdef krug
# The completions of krug for zsh: source <(krug completion zsh), behind compinit

_krug_rules() {
  local -a rules
  rules=(${(f)"$(_call_program rules krug rules 2>/dev/null | sed 's/^\([^ ]*\)  *[a-z]*  */\1:/')"})
  _describe -t rules rule rules
}

_krug_revisions() {
  local -a revisions
  revisions=(${(f)"$(_call_program revisions git for-each-ref "--format='%(refname:short)'" \
    refs/heads refs/remotes refs/tags 2>/dev/null)"})
  _wanted revisions expl revision compadd -a revisions
}

_krug_commands() {
  local -a commands
  commands=(
{{COMMANDS}}  )
  _describe -t commands command commands
}

_krug() {
  local curcontext=$curcontext state line
  typeset -A opt_args

  _arguments -C '(-h --help)'{-h,--help}'[help]' '(-V --version)'{-V,--version}'[the version]' \
    '1:command:_krug_commands' '*::argument:->arguments'
  [[ $state == arguments ]] || return
  case $words[1] in
{{ARGUMENTS}}  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _krug "$@"
else
  compdef _krug krug
fi
