"""Where the readers are known to part: source, Kubernetes' answer, why. REFUSED stands for an error.

Kubernetes' answers are those of the real program (sigs.k8s.io/yaml 1.3.0 on go-yaml 2.4.0). The test asks krug and the
other readers for theirs, so that no entry outlives what it tells of.
"""

REFUSED = object()

# krug refuses what Kubernetes reads: nobody writes it, or nobody means what it becomes. The second reader refuses it too.
REFUSED_ONLY_HERE = [
    ("{b:}", {"b:": None}, "libyaml finds no value and no text in `b:` before an indicator"),
    ("!x] a", "a", "go-yaml takes the indicators of flow for a part of a tag, libyaml does not"),
    ("!x, a", "a", "the same"),
    ("[!x, a]", ["a"], "the same; libyaml would make two values of it"),
    (r'''"\'"''', "'", "go-yaml knows this escape, YAML and libyaml do not"),
    ("# x\n\ufeffa: 1", {"\ufeffa": 1}, "libyaml skips a byte order mark where a line begins, go-yaml reads it as text"),
    ("{}: 1", {}, "go-yaml drops what follows an empty flow collection that would be a key"),
    ("a: .inf\na: 1", {"a": 1}, "JSON has no such number; go-yaml sees that only where no later key replaces it"),
    ("a: {null: 1}\na: 2", {"a": 2}, "the same for a key that is no string in JSON"),
]

# PyYAML as it comes reads otherwise, and events.py replaces its methods, so that it answers as Kubernetes and krug do.
UNLIKE_PYYAML = [
    ("a:\tb\n", {"a": "b"}, "a tab between tokens"),
    ("a: b\t# x\n", {"a": "b"}, "a tab before a comment"),
    ("{\ta: b,\n\tc: d}\n", {"a": "b", "c": "d"}, "a tab within flow, at the start of a line too"),
    ("a: !!str\tb\n", {"a": "b"}, "a tab behind a tag"),
    ("a: b\tc\n", {"a": "b\tc"}, "a tab within a plain text"),
    ("a: |\t\n b\n", {"a": "b\n"}, "a tab behind the indicators of a block scalar"),
    ("a: |# x\n b\n", {"a": "b\n"}, "a comment right behind them"),
    ("a: |\n \tb\n", REFUSED, "a tab where the indentation is found out"),
    ('a: "\\/"\n', REFUSED, "an escape that go-yaml does not know"),
    ('a: "\\ud83d\\ude00"\n', REFUSED, "half a pair of surrogates"),
    ("{a:[b]}\n", REFUSED, "a colon between a plain text and an indicator"),
    ("? a\n: b\n%x\n", REFUSED, "a directive that nobody knows"),
]
