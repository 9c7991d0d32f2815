import GRDB

extension StoreSchema {
    /// Version 5: archives and the rows of a FLAME node's state are sealed too, and the rows of all tables that nothing
    /// else counts are counted.
    static let sealedState: Step = { try $0.execute(sql: sealedArchives + sealedFlameTables + countedState) }

    private static let sealedArchives = """
        DROP TRIGGER archive_is_never_updated;
        ALTER TABLE archive ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        UPDATE archive SET seal = \(RowSeal.archive);
        CREATE TRIGGER archive_is_never_updated BEFORE UPDATE ON archive
        BEGIN SELECT RAISE(ABORT, 'archives of the audit log are never changed'); END;
        """

    private static let sealedFlameTables = """
        ALTER TABLE flame_row ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_state ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_outbox ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_consent ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        ALTER TABLE flame_run ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
        UPDATE flame_row SET seal = \(RowSeal.flameRow);
        UPDATE flame_state SET seal = \(RowSeal.flameState);
        UPDATE flame_outbox SET seal = \(RowSeal.flameOutbox);
        UPDATE flame_consent SET seal = \(RowSeal.flameConsent);
        UPDATE flame_run SET seal = \(RowSeal.flameRun);
        INSERT OR IGNORE INTO flame_count
        VALUES ('node', 0), ('project', 0), ('project-node', 0), ('analysis', 0), ('analysis-node', 0);
        """

    private static let countedState = """
        ALTER TABLE tally ADD COLUMN salt INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN former_task INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN flame_row INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN flame_state INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN flame_outbox INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN flame_consent INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN flame_run INTEGER NOT NULL DEFAULT 0;
        UPDATE tally SET salt = (SELECT count(*) FROM salt), former_task = (SELECT count(*) FROM former_task),
            flame_row = (SELECT count(*) FROM flame_row), flame_state = (SELECT count(*) FROM flame_state),
            flame_outbox = (SELECT count(*) FROM flame_outbox), flame_consent = (SELECT count(*) FROM flame_consent),
            flame_run = (SELECT count(*) FROM flame_run);
        UPDATE tally SET seal = row_seal(id, checkpoint, inbox, task, outbox, salt, former_task, flame_row, flame_state,
            flame_outbox, flame_consent, flame_run);
        """
}
