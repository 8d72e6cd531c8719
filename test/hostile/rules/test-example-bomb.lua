-- An example that would be endless if its aliases were followed.
-- says: expected a finding
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "x") end, examples = { fail { "apiVersion: v1\nkind: Service\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]\nh: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g]\ni: &i [*h, *h, *h, *h, *h, *h, *h, *h, *h]\n" } } }
