-- Whether something is under way for a key is asked before anything is derived: what a lost derivation made is told by
-- what its parent had before. Most intents have no key.
create index intent_key on intent (key) where key <> '[]';
