-- What a module returns is a read-only view that raises where a field is missing.
-- says: a rule needs a `title`
-- lib: return { is_rule = true }
-- whole: yes
return require "m"
