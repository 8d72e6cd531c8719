-- A variable to be closed that cannot be.
-- says: non-closable value
local c <close> = {}
