-- A file that sets globals.
-- says: global `leak` is set
-- whole: yes
leak = 1
