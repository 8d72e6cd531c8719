# The completions of krug for fish: krug completion fish >~/.config/fish/completions/krug.fish

function __krug_rules
    krug rules 2>/dev/null | string replace -r '^(\S+)\s+\S+\s+' '$1\t'
end

function __krug_revisions
    git for-each-ref --format='%(refname:short)' refs/heads refs/remotes refs/tags 2>/dev/null
end

complete -c krug -f
complete -c krug -n __fish_use_subcommand -s h -l help -d help
complete -c krug -n __fish_use_subcommand -s V -l version -d 'the version'
{{COMPLETIONS}}
