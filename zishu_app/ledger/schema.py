"""The ledger's tables, as numbered steps: a ledger of any age is brought to today's form when it is opened."""

from zishu_app.core.database import Form

#: one entry a version; never edit an old one, add a new one
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,                 -- 'generate', 'distill'
        recipe TEXT NOT NULL,               -- JSON: everything needed to go on
        state TEXT NOT NULL,                -- 'running', 'done', 'stopped', 'failed'
        reason TEXT NOT NULL DEFAULT '',
        created TEXT NOT NULL,              -- local time, ISO
        ended TEXT,
        pid INTEGER, pid_started REAL       -- who works on it now
    );
    CREATE TABLE talks (
        id INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL REFERENCES runs(id),
        number INTEGER NOT NULL,            -- 0-based within the run
        plan TEXT NOT NULL,                 -- JSON: everything chance decided before the first call
        folder TEXT NOT NULL,
        file TEXT NOT NULL,
        state TEXT NOT NULL,                -- 'planned', 'done', 'failed'
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (run_id, number),
        UNIQUE (folder, file)
    );
    CREATE TABLE turns (
        talk_id INTEGER NOT NULL REFERENCES talks(id),
        step INTEGER NOT NULL,              -- 0-based; summaries are steps too
        kind TEXT NOT NULL,                 -- 'user', 'assistant', 'summary'
        content TEXT NOT NULL,
        extra TEXT NOT NULL,                -- JSON: mistakes, shifts, what was left out
        call_id TEXT,
        PRIMARY KEY (talk_id, step)
    ) WITHOUT ROWID;
    CREATE TABLE parts (
        item TEXT NOT NULL,                 -- fingerprint of what is distilled, and how
        key TEXT NOT NULL,                  -- 'chunk 3', 'level 1 part 2', 'final'
        value TEXT NOT NULL,                -- JSON
        call_id TEXT,
        PRIMARY KEY (item, key)
    ) WITHOUT ROWID;
    CREATE TABLE calls (
        id TEXT PRIMARY KEY,
        run_id TEXT NOT NULL,
        item TEXT NOT NULL,                 -- which talk or file of the run
        purpose TEXT NOT NULL,              -- 'user', 'assistant', 'summary', 'extract', 'final'
        step INTEGER NOT NULL,
        model TEXT NOT NULL,
        params TEXT NOT NULL,               -- JSON
        state TEXT NOT NULL,                -- 'open', 'answered', 'failed', 'lost'
        opened TEXT NOT NULL,
        seconds REAL,
        retries INTEGER NOT NULL DEFAULT 0,
        prompt_tokens INTEGER, completion_tokens INTEGER,
        cached_tokens INTEGER, reasoning_tokens INTEGER,
        booked_tokens INTEGER NOT NULL DEFAULT 0,   -- what the budget counted, failed attempts included
        counted TEXT NOT NULL DEFAULT '',   -- 'reported' by the endpoint, or 'reserved': it did not say
        micros INTEGER,                     -- money in millionths of the currency; NULL: no known price
        currency TEXT,
        finish TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;
    CREATE INDEX calls_of_run ON calls (run_id, item, step);
    """,
    # lists of past runs, which must not read plans, texts and calls to say what a run was
    """
    ALTER TABLE talks ADD COLUMN scenario TEXT NOT NULL DEFAULT '';     -- its name, as in the plan
    UPDATE talks SET scenario = COALESCE(json_extract(plan, '$.scenario.name'), '');
    CREATE INDEX talks_listed ON talks (run_id, number, state, scenario, folder, file);
    CREATE TABLE answered (                 -- how many of `turns` are answers; kept by its trigger alone
        talk_id INTEGER PRIMARY KEY,
        rounds INTEGER NOT NULL
    );
    INSERT INTO answered SELECT talk_id, COUNT(*) FROM turns WHERE kind = 'assistant' GROUP BY talk_id;
    CREATE TRIGGER turn_answered AFTER INSERT ON turns WHEN NEW.kind = 'assistant' BEGIN
        INSERT INTO answered VALUES (NEW.talk_id, 1) ON CONFLICT (talk_id) DO UPDATE SET rounds = rounds + 1;
    END;
    CREATE TABLE spending (                 -- the sum of `calls`; kept by its triggers alone
        run_id TEXT NOT NULL,
        model TEXT NOT NULL,
        tokens INTEGER NOT NULL,
        micros INTEGER NOT NULL,
        unpriced INTEGER NOT NULL,          -- calls of which no price is known
        currency TEXT,
        PRIMARY KEY (run_id, model)
    ) WITHOUT ROWID;
    INSERT INTO spending
        SELECT run_id, model, SUM(booked_tokens), COALESCE(SUM(micros), 0), COUNT(*) - COUNT(micros), MAX(currency)
        FROM calls GROUP BY run_id, model;
    CREATE TRIGGER call_opened AFTER INSERT ON calls BEGIN
        INSERT INTO spending VALUES (
            NEW.run_id, NEW.model, NEW.booked_tokens, COALESCE(NEW.micros, 0), NEW.micros IS NULL, NEW.currency)
        ON CONFLICT (run_id, model) DO UPDATE SET
            tokens = tokens + excluded.tokens, micros = micros + excluded.micros,
            unpriced = unpriced + excluded.unpriced, currency = COALESCE(currency, excluded.currency);
    END;
    CREATE TRIGGER call_booked AFTER UPDATE OF booked_tokens, micros, currency ON calls BEGIN
        UPDATE spending SET
            tokens = tokens + NEW.booked_tokens - OLD.booked_tokens,
            micros = micros + COALESCE(NEW.micros, 0) - COALESCE(OLD.micros, 0),
            unpriced = unpriced + (NEW.micros IS NULL) - (OLD.micros IS NULL),
            currency = COALESCE(currency, NEW.currency)
        WHERE run_id = NEW.run_id AND model = NEW.model;
    END;
    """,
)

#: the ledger's file
LEDGER = Form("账本", "ledger", STEPS)
