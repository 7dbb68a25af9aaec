"""The tables of what she remembers, as numbered steps; see core/database."""

from zishu_app.core.database import Form

#: one entry a version; never edit an old one, add a new one
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE memories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice: the index and the ledger name memories by it
        character TEXT NOT NULL,                -- whose memory it is
        text TEXT NOT NULL,
        kind TEXT NOT NULL,                     -- 'fact', 'preference', 'event', 'promise', 'said'
        slot TEXT NOT NULL DEFAULT '',          -- what it answers ('name', 'home', 'taste:tea'); '': nothing in particular
        value TEXT NOT NULL DEFAULT '',         -- and how: one answer at a time is true
        importance REAL NOT NULL,               -- 0 to 1
        confidence REAL NOT NULL,               -- 0 to 1
        created INTEGER NOT NULL,               -- seconds since 1970
        changed INTEGER NOT NULL,
        used INTEGER,                           -- when it was recalled last, and how often
        uses INTEGER NOT NULL DEFAULT 0,
        pinned INTEGER NOT NULL DEFAULT 0,
        until INTEGER                           -- it was so until then; NULL: it still is
    );
    CREATE INDEX memories_listed ON memories (character, pinned, changed, id);
    CREATE INDEX memories_by_slot ON memories (character, slot) WHERE slot != '';
    CREATE INDEX memories_pinned ON memories (character) WHERE pinned = 1;
    CREATE TABLE origins (                      -- the turns of the ledger a memory came from
        memory INTEGER NOT NULL REFERENCES memories(id),
        talk INTEGER NOT NULL,
        step INTEGER NOT NULL,
        PRIMARY KEY (memory, talk, step)
    ) WITHOUT ROWID;
    CREATE INDEX origins_by_turn ON origins (talk, step);
    CREATE TABLE history (                      -- what a memory said before
        memory INTEGER NOT NULL REFERENCES memories(id),
        at INTEGER NOT NULL,
        text TEXT NOT NULL,
        why TEXT NOT NULL,                      -- 'update', 'edit', 'merge'
        PRIMARY KEY (memory, at, text)
    ) WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5(body, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0');
    CREATE TABLE vectors (
        id INTEGER PRIMARY KEY REFERENCES memories(id),
        embedder TEXT NOT NULL,                 -- the model that made it
        mark INTEGER NOT NULL,                  -- `counters.changes` when it was written
        vector BLOB NOT NULL                    -- little-endian float32, of length 1
    );
    CREATE INDEX vectors_by_mark ON vectors (mark);
    CREATE TABLE gone (                         -- numbers the index has to drop; a number says nothing
        id INTEGER PRIMARY KEY,
        character TEXT NOT NULL,
        mark INTEGER NOT NULL
    );
    CREATE TABLE counters (                     -- counts every change the index of a character must follow
        character TEXT PRIMARY KEY,
        changes INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE reminders (
        id INTEGER PRIMARY KEY,
        character TEXT NOT NULL,
        text TEXT NOT NULL,
        due INTEGER NOT NULL,                   -- seconds since 1970
        kind TEXT NOT NULL,                     -- 'reminder', 'focus', 'break'
        state TEXT NOT NULL                     -- 'waiting', 'told', 'dropped'
    );
    CREATE INDEX reminders_by_due ON reminders (state, due);
    CREATE TABLE forgetting (                   -- what is to be forgotten and is not gone everywhere yet
        id INTEGER PRIMARY KEY,
        character TEXT NOT NULL,
        what TEXT NOT NULL                      -- JSON, see forget.Doomed; goes with the last trace
    );
    """,
    # what changed of one character is found among those of all others
    """
    ALTER TABLE vectors ADD COLUMN character TEXT NOT NULL DEFAULT '';
    UPDATE vectors SET character = (SELECT character FROM memories WHERE memories.id = vectors.id);
    DROP INDEX vectors_by_mark;
    CREATE INDEX vectors_of ON vectors (character, mark);
    """,
    # a merge can be taken back for as long as what came of it is not forgotten
    """
    CREATE TABLE merged (
        id INTEGER PRIMARY KEY,
        memory INTEGER NOT NULL REFERENCES memories(id),    -- what the other one went into
        what TEXT NOT NULL                                  -- JSON: both as they were, see merge.Merge
    );
    CREATE INDEX merged_of ON merged (memory);
    """,
)

#: the file of what she remembers
MEMORY = Form("记忆", "memory", STEPS)
