-- A file that raises what is no text.
-- says: table
-- whole: yes
error({})
