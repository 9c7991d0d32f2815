import GRDB

extension StoreError {
    /// Puts any error of the layer below into this room's words.
    init(_ error: any Error, while action: String) {
        switch error {
        case let error as StoreError:
            self = error
        case is CancellationError:
            self = StoreError(.cancelled, "It was interrupted while \(action).", underlying: error)
        case let error as DatabaseError:
            self = StoreError(database: error, while: action)
        default:
            self = StoreError(.inputOutput, "The state database failed while \(action).", underlying: error)
        }
    }

    private init(database error: DatabaseError, while action: String) {
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .diskFull,
                "No disk space is left while \(action); free some space on the state directory's disk.",
                underlying: error
            )
        case .SQLITE_IOERR:
            self.init(
                .inputOutput,
                "The disk reported an error while \(action); check the disk and the system log.",
                underlying: error
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .damaged,
                "The state database is damaged (noticed while \(action)).",
                underlying: error
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                .inaccessible,
                "The state database can't be opened or written while \(action); check its owner and mode.",
                underlying: error
            )
        case .SQLITE_CONSTRAINT:
            self.init(.constraint, "A rule of the database forbids \(action).", underlying: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "The state database is held by another process while \(action).", underlying: error)
        case .SQLITE_INTERRUPT:
            self.init(.cancelled, "It was interrupted while \(action).", underlying: error)
        default:
            self.init(.database, "The state database failed while \(action).", underlying: error)
        }
    }

    /// Runs `body` and puts what it throws into this room's words.
    static func wrapping<Value>(_ action: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, while: action)
        }
    }
}
