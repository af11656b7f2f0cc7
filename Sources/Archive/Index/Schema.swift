/// The tables of the index. The index is a cache of what the archive's files say: whatever is in it can be made again from
/// them, so a change here that is more than a new table or column is a new `version` and a rebuild.
enum Schema {
    /// Kept in `PRAGMA user_version`. An index with another version is made anew.
    static let version = 5

    static let sql = """
        -- Facts about the index itself.
        CREATE TABLE meta (
            key   TEXT PRIMARY KEY,   -- 'archive_id', 'scan_completed', ...
            value TEXT NOT NULL
        ) WITHOUT ROWID;

        -- Every file of the archive that is no directory, whether it is DICOM or not.
        CREATE TABLE file (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: an open descriptor or a plan may outlive the row
            path     BLOB NOT NULL UNIQUE,  -- beneath the archive's root, bytes as the file system has them (any encoding)
            size     INTEGER NOT NULL,      -- bytes
            mtime_s  INTEGER NOT NULL,      -- modification: seconds since the epoch ...
            mtime_ns INTEGER NOT NULL,      -- ... and nanoseconds within the second
            ctime_s  INTEGER NOT NULL,      -- change of the inode, as above: only whether it differs is ever asked
            ctime_ns INTEGER NOT NULL,
            inode    INTEGER NOT NULL,      -- as signed 64 bits
            device   INTEGER NOT NULL,
            state    INTEGER NOT NULL,      -- 0 instance, 1 skipped
            header_digest BLOB NOT NULL,    -- of an instance: HeaderDigest, 16 bytes; else empty
            reader   INTEGER NOT NULL,      -- which version of reader and summarizer read it; another one reads it again
            reason_code   TEXT,             -- why it was skipped (SkipReason.Code)
            reason_detail TEXT
        );
        CREATE INDEX file_skipped ON file(reason_code) WHERE state = 1;

        -- A patient is what Patient ID and its issuer say (K-hard: never merged across).
        CREATE TABLE patient (
            id                   INTEGER PRIMARY KEY AUTOINCREMENT,
            key                  BLOB NOT NULL UNIQUE,  -- SHA-256 of both, 32 bytes
            patient_id           TEXT NOT NULL,         -- (0010,0020), may be empty
            issuer_of_patient_id TEXT NOT NULL,         -- (0010,0021), may be empty
            revision             INTEGER NOT NULL,      -- counts the changes of its shown instances
            settled_revision     INTEGER NOT NULL,      -- the revision its view instances were derived from ...
            deriver              TEXT NOT NULL          -- ... and the program that derived them; another one derives them anew
        );
        CREATE INDEX patient_dirty ON patient(id) WHERE revision <> settled_revision;

        -- What a file that is an instance says of itself.
        CREATE TABLE instance (
            file_id             INTEGER PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
            patient             INTEGER NOT NULL REFERENCES patient(id),
            sop_instance_uid    TEXT NOT NULL,     -- (0008,0018)
            sop_class_uid       TEXT NOT NULL,     -- (0008,0016)
            study_instance_uid  TEXT NOT NULL,     -- (0020,000D)
            series_instance_uid TEXT NOT NULL,     -- (0020,000E)
            transfer_syntax_uid TEXT NOT NULL,     -- (0002,0010), or as found
            is_shown            INTEGER NOT NULL,  -- 1 for the first path, by bytes, of the files with one SOP Instance UID
            same_data_set       INTEGER,           -- if not shown: 1 if its data set is the shown one's, 0 if not, null: not compared
            damage              TEXT,              -- what kept the rest of the data set from being read
            attributes          BLOB NOT NULL      -- NamingAttributes
        );
        CREATE INDEX instance_patient ON instance(patient);
        CREATE UNIQUE INDEX instance_shown ON instance(sop_instance_uid) WHERE is_shown = 1;
        CREATE INDEX instance_duplicate ON instance(sop_instance_uid) WHERE is_shown = 0;

        -- What conversion needs of an instance; apart, so that the rows above stay short.
        CREATE TABLE summary (
            file_id INTEGER PRIMARY KEY REFERENCES instance(file_id) ON DELETE CASCADE,
            bytes   BLOB NOT NULL          -- made and understood by the summarizer alone
        );

        -- The instances of each view, derived from those above.
        CREATE TABLE view_instance (
            id                  INTEGER PRIMARY KEY AUTOINCREMENT,
            view                INTEGER NOT NULL,  -- ViewCode: 0 default, 1 classic, 2 enhanced
            patient             INTEGER NOT NULL,  -- patient.id
            sop_instance_uid    TEXT NOT NULL,
            sop_class_uid       TEXT NOT NULL,
            study_instance_uid  TEXT NOT NULL,
            series_instance_uid TEXT NOT NULL,
            form                INTEGER NOT NULL,  -- 0 as received, 1 enhanced, 2 classic, 3 references updated
            source_file         INTEGER,           -- file.id of the only source, null if there are several
            sources             BLOB NOT NULL,     -- file.id of each source in layout order, 8 bytes each, little endian
            size                INTEGER NOT NULL,  -- bytes, exact
            mtime_s             INTEGER NOT NULL,  -- design.md 2
            mtime_ns            INTEGER NOT NULL,
            ctime_s             INTEGER NOT NULL,
            ctime_ns            INTEGER NOT NULL,
            header_digest       BLOB NOT NULL,     -- SHA-256 of the synthesized bytes, empty if as received
            attributes          BLOB NOT NULL,     -- NamingAttributes as in this view
            plan                BLOB NOT NULL,     -- how to derive it again; understood by Views alone
            reason_code         TEXT,              -- why it is shown as received although the view would convert it
            reason_tag          INTEGER,           -- group << 16 | element
            reason_detail       TEXT,
            -- Within a patient, for who comes first must not matter: two patients whose files claim one UID each keep theirs.
            UNIQUE (patient, view, sop_instance_uid)
        );
        CREATE INDEX view_instance_unconverted ON view_instance(view, reason_code) WHERE reason_code IS NOT NULL;

        -- What was settled by a rule when a view instance was made, and a reader should know of.
        CREATE TABLE note (
            view_instance INTEGER NOT NULL REFERENCES view_instance(id) ON DELETE CASCADE,
            position      INTEGER NOT NULL,        -- order within the view instance
            code          TEXT NOT NULL,
            tag           INTEGER,
            detail        TEXT NOT NULL,
            PRIMARY KEY (view_instance, position)
        ) WITHOUT ROWID;

        -- The trees: one row a name. The primary key is the order of READDIR, whose cookies are ids, and the row holds all that
        -- READDIRPLUS tells, so that a listing is one walk along one B-tree.
        CREATE TABLE node (
            parent        INTEGER NOT NULL,        -- node id of the directory
            id            INTEGER NOT NULL,        -- 62 bits of a hash, st_ino
            name          BLOB NOT NULL,
            kind          INTEGER NOT NULL,        -- understood by ViewTree alone
            view_instance INTEGER,                 -- view_instance.id of a file
            size          INTEGER NOT NULL,
            mtime_s       INTEGER NOT NULL,
            mtime_ns      INTEGER NOT NULL,
            ctime_s       INTEGER NOT NULL,
            ctime_ns      INTEGER NOT NULL,
            entry_digest  INTEGER NOT NULL,        -- of a directory: wrapping sum of the digests of its entries
            identity      BLOB NOT NULL,           -- who the node is: 16 bytes of a hash, of which id is a part
            id_rehash     INTEGER NOT NULL,        -- how often identity was hashed again because another node has the id
            name_rehash   INTEGER NOT NULL,        -- the same of the code in name
            PRIMARY KEY (parent, id)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX node_name ON node(parent, name);
        CREATE UNIQUE INDEX node_id ON node(id);
        CREATE INDEX node_rehashed ON node(id) WHERE id_rehash > 0 OR name_rehash > 0;
        CREATE INDEX node_view_instance ON node(view_instance) WHERE view_instance IS NOT NULL;
        """
}
