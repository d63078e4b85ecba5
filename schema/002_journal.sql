-- The journal: every act that changed anything, as the leaves of a Merkle tree
-- (RFC 9162, 2.1) whose heads are signed. A row is never changed or removed;
-- docs/journal.md says how it is read and proved.

CREATE TABLE actor ( -- who acted, as they named themselves
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE journal (
    seq            INTEGER PRIMARY KEY CHECK (seq > 0), -- leaf index + 1
    at             INTEGER NOT NULL, -- when
    actor_id       INTEGER NOT NULL REFERENCES actor (id),
    act            INTEGER NOT NULL, -- lib/devca/journal/entry.h numbers them
    certificate_id INTEGER REFERENCES certificate (id), -- what it was done to
    object         TEXT, -- NULL: the certificate's UID
    details        TEXT, -- JCS (RFC 8785); NULL: only the certificate's
    leaf           BLOB NOT NULL -- SHA-256 of 0x00 and the entry
                   CHECK (length(leaf) = 32)
) STRICT;
CREATE INDEX journal_certificate ON journal (certificate_id)
    WHERE act <> 4 AND certificate_id IS NOT NULL;

CREATE TABLE journal_head ( -- one row: where the next leaf goes
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    size       INTEGER NOT NULL, -- leaves
    edge       BLOB NOT NULL, -- heads of the perfect subtrees, largest first
    public_key BLOB NOT NULL CHECK (length(public_key) = 32) -- Ed25519
) STRICT;

CREATE TABLE checkpoint ( -- a signed head for each transaction
    size      INTEGER PRIMARY KEY, -- leaves that it covers
    root      BLOB NOT NULL CHECK (length(root) = 32),
    signature BLOB NOT NULL CHECK (length(signature) = 64) -- Ed25519
) STRICT;
