-- Source that is no text in any alphabet.
-- says: unexpected symbol
-- whole: yes

