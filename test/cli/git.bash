# What tests in real git repositories share; loaded after helper.

# git_setup: as setup, in a repository of git with a branch main.
git_setup() {
    unset KRUG_POLICY NO_COLOR GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
    export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$BATS_TEST_TMPDIR/gitconfig"
    git config --global user.name t
    git config --global user.email t@example.com
    git config --global init.defaultBranch main
    git init -q -b main "$BATS_TEST_TMPDIR/repo"
    cd "$BATS_TEST_TMPDIR/repo" || return 1
}

# begin: a repository with a policy, one Service with a fault and one without, committed.
begin() {
    git_setup
    policy <<<'root: true'
    service old.yaml old
    service fine.yaml fine http
    commit begin
}

# found LIST: whether the findings are about these, as Python writes pairs of file and name.
found() {
    json "[(f['file'], f['resource'] and f['resource']['name']) for f in d['findings']] == $1"
}

commit() {
    git add -A
    git commit -qm "$1"
}

# becomes_base: what is committed now is where the branch began.
becomes_base() {
    git branch -f main
}

# check_names: a rule across documents that tells of Services of the same name.
check_names() {
    rule t/names <<'END'
return rule {
  title = "one Service of a name", level = "error",
  collect = { ["v1/Service"] = function(svc, ctx) ctx:emit(svc.metadata.name, { at = at(svc, "metadata", "name") }) end },
  join = function(name, facts, ctx)
    local all = {}
    for fact in each(facts) do all[#all + 1] = fact end
    if #all < 2 then return end
    for _, fact in ipairs(all) do ctx:fail(fact.value.at, "twice") end
  end,
}
END
}
