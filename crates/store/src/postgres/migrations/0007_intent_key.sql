-- Whether something is under way for a key is asked before anything is derived: what a lost derivation made is told by
-- what its parent had before. Most intents have no key; by its hash, a key may be as long as it likes.
create index intent_key on intent using hash (key) where key <> '[]';
