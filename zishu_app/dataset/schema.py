"""The data set's tables, as numbered steps; see core/database.

`samples` is narrow and holds what lists are filtered and sorted by; texts lie in `bodies`. `facets` counts the samples
of each kind, language, scenario and verdict, so that a filter knows how many it finds before it looks; `tag_counts`
those of each tag. Whatever a person does is an act, and an act is its changes: field, value before, value after. Undoing
writes the former back.
"""

from zishu_app.core.database import Form

#: one entry a version; never edit an old one, add a new one
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE names (                    -- scenarios, reasons, people: each text once
        id INTEGER PRIMARY KEY,
        text TEXT NOT NULL UNIQUE
    );
    INSERT INTO names VALUES (0, '');
    CREATE TABLE sources (                  -- long talks that samples were distilled from
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        messages TEXT NOT NULL,             -- JSON
        provenance TEXT NOT NULL            -- JSON
    );
    CREATE TABLE samples (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,           -- what makes it the same sample
        kind INTEGER NOT NULL,              -- places in sample.KINDS, LANGUAGES, VERDICTS
        language INTEGER NOT NULL,
        scenario INTEGER NOT NULL REFERENCES names(id),
        verdict INTEGER NOT NULL DEFAULT 0,
        flagged INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,           -- seconds since 1970
        decided INTEGER,
        reason INTEGER NOT NULL DEFAULT 0 REFERENCES names(id),
        reviewer INTEGER NOT NULL DEFAULT 0 REFERENCES names(id),
        score REAL, spread REAL,            -- of the judges, 1 to 5
        priority REAL NOT NULL DEFAULT 0,   -- disagreement x information
        stars REAL,                         -- of the person, 1 to 5
        length INTEGER NOT NULL,            -- characters
        turns INTEGER NOT NULL,             -- messages
        version INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX samples_by_facet ON samples (kind, language, scenario, verdict);
    CREATE INDEX samples_by_created ON samples (created);
    CREATE INDEX samples_by_decided ON samples (decided) WHERE decided IS NOT NULL;
    CREATE INDEX samples_by_priority ON samples (priority);
    CREATE INDEX samples_best ON samples (IFNULL(score, -9));
    CREATE INDEX samples_worst ON samples (IFNULL(-score, -9));
    CREATE TABLE bodies (
        id INTEGER PRIMARY KEY REFERENCES samples(id),
        title TEXT NOT NULL,
        lead TEXT NOT NULL,                 -- how the first message begins that is no system message
        messages TEXT NOT NULL,             -- JSON: the version in force
        provenance TEXT NOT NULL,           -- JSON
        source INTEGER REFERENCES sources(id)
    );
    CREATE INDEX bodies_by_source ON bodies (source) WHERE source IS NOT NULL;
    CREATE TABLE versions (                 -- of messages that were edited, the first one included
        sample INTEGER NOT NULL,
        number INTEGER NOT NULL,            -- 0: as it came
        messages TEXT NOT NULL,
        why TEXT NOT NULL,
        who TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (sample, number)
    ) WITHOUT ROWID;
    CREATE TABLE tags (
        tag INTEGER NOT NULL REFERENCES names(id),
        sample INTEGER NOT NULL,
        PRIMARY KEY (tag, sample)
    ) WITHOUT ROWID;
    CREATE INDEX tags_of_sample ON tags (sample);
    CREATE TABLE ratings (
        sample INTEGER NOT NULL,
        who TEXT NOT NULL,                  -- '': the person; else the judging model
        criterion TEXT NOT NULL,
        version INTEGER NOT NULL,           -- of the messages it was given to
        score INTEGER NOT NULL,             -- 1 to 5
        evidence TEXT NOT NULL,
        weight REAL NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (sample, who, criterion, version)
    ) WITHOUT ROWID;
    CREATE INDEX ratings_by_who ON ratings (who, criterion);
    CREATE VIRTUAL TABLE words USING fts5(body, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0');
    CREATE TABLE facets (                   -- kept by the triggers below alone
        kind INTEGER NOT NULL, language INTEGER NOT NULL, scenario INTEGER NOT NULL, verdict INTEGER NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (kind, language, scenario, verdict)
    ) WITHOUT ROWID;
    CREATE TRIGGER sample_came AFTER INSERT ON samples BEGIN
        INSERT INTO facets VALUES (NEW.kind, NEW.language, NEW.scenario, NEW.verdict, 1)
            ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER sample_changed AFTER UPDATE OF verdict ON samples WHEN NEW.verdict != OLD.verdict BEGIN
        UPDATE facets SET n = n - 1 WHERE kind = OLD.kind AND language = OLD.language
            AND scenario = OLD.scenario AND verdict = OLD.verdict;
        INSERT INTO facets VALUES (NEW.kind, NEW.language, NEW.scenario, NEW.verdict, 1)
            ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TABLE acts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,                 -- 'accept', 'reject', 'edit' ...
        detail TEXT NOT NULL,               -- JSON: for its line in the history; of a bulk act, what goes on
        state TEXT NOT NULL,                -- 'done', 'undone', 'dropped', 'going', 'undoing'
        total INTEGER NOT NULL              -- samples it changed
    );
    CREATE INDEX acts_by_state ON acts (state);
    CREATE TABLE changes (
        act INTEGER NOT NULL REFERENCES acts(id),
        sample INTEGER NOT NULL,
        field TEXT NOT NULL,                -- 'verdict', 'flagged', 'tags', 'version', 'rating:<criterion>'
        before TEXT NOT NULL,               -- JSON
        after TEXT NOT NULL,
        PRIMARY KEY (act, sample, field)
    ) WITHOUT ROWID;
    CREATE INDEX changes_of_sample ON changes (sample, act);
    """,
    # what of our own work has become samples already, so that nothing is looked at twice: see dataset/taken
    """
    CREATE TABLE taken (what TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    # an order's index holds whatever a filter asks of a sample: who walks in it never leaves it, and what a verdict
    # changes stays in its place, so that verdicts on very many touch few pages
    """
    DROP INDEX samples_by_priority;
    DROP INDEX samples_best;
    DROP INDEX samples_worst;
    CREATE INDEX samples_by_priority ON samples (
        priority, id, verdict, kind, language, scenario, flagged, score, spread, created
    );
    CREATE INDEX samples_by_best ON samples (
        IFNULL(score, -9), id, verdict, kind, language, scenario, flagged, score, spread, created
    );
    CREATE INDEX samples_by_worst ON samples (
        IFNULL(-score, -9), id, verdict, kind, language, scenario, flagged, score, spread, created
    );
    CREATE INDEX samples_by_spread ON samples (spread) WHERE spread IS NOT NULL;
    CREATE INDEX samples_flagged ON samples (flagged) WHERE flagged = 1;
    """,
    # the groups' index holds whatever a filter asks of a sample too, so that counting what is rare never leaves it;
    # and each tag knows how many samples have it, kept by the triggers below alone
    """
    DROP INDEX samples_by_facet;
    CREATE INDEX samples_by_facet ON samples (
        kind, language, scenario, verdict, id, flagged, score, spread, created, priority
    );
    CREATE TABLE tag_counts (tag INTEGER PRIMARY KEY REFERENCES names(id), n INTEGER NOT NULL);
    INSERT INTO tag_counts SELECT tag, COUNT(*) FROM tags GROUP BY tag;
    CREATE TRIGGER tag_came AFTER INSERT ON tags BEGIN
        INSERT INTO tag_counts VALUES (NEW.tag, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER tag_went AFTER DELETE ON tags BEGIN
        UPDATE tag_counts SET n = n - 1 WHERE tag = OLD.tag;
    END;
    """,
)

#: the data set's file
DATASET = Form("数据集", "data set", STEPS)
