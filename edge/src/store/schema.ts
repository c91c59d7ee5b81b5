/** The store's layout, by version (`PRAGMA user_version`). Add a version; never change one. */
export const migrations: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE point (
     fuelling_point INTEGER PRIMARY KEY,
     seq INTEGER NOT NULL,
     observed TEXT,
     last_refuel TEXT
   ) STRICT;
   CREATE TABLE journal (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     fuelling_point INTEGER NOT NULL,
     at TEXT NOT NULL,
     input TEXT NOT NULL
   ) STRICT;
   CREATE INDEX journal_by_point ON journal (fuelling_point, id);
   CREATE TABLE outbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     event_id TEXT NOT NULL UNIQUE,
     class TEXT NOT NULL CHECK (class IN ('money', 'note')),
     event TEXT NOT NULL
   ) STRICT;
   CREATE INDEX outbox_by_class ON outbox (class, id);
   CREATE TABLE set_aside (
     event_id TEXT PRIMARY KEY,
     at TEXT NOT NULL,
     reason TEXT NOT NULL,
     event TEXT NOT NULL
   ) STRICT;
   CREATE TABLE known_sale (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     sale_id TEXT NOT NULL UNIQUE,
     fuelling_point INTEGER NOT NULL,
     volume_ml INTEGER NOT NULL,
     amount_fen INTEGER NOT NULL
   ) STRICT;`,
]
