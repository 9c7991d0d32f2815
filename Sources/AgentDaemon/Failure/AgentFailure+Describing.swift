import FlameNode
import StateStore
import AuditLog
import Bitfount
import BitfountTasks
import Cryptography
import DatasetSchema
import FlameHub
import SystemFiles

extension AgentFailure {
    /// The failure that an error of any room stands for.
    public init(describing error: any Error) {
        switch error {
        case let failure as AgentFailure:
            self = failure
        case let error as ConfigurationError:
            self.init(.configuration, error.description, underlying: error)
        case let error as BitfountError:
            self.init(bitfount: error)
        case let error as StoreError:
            self.init(store: error)
        case let error as SchemaError:
            self.init(error.code == .file ? .input : .data, error.message, underlying: error)
        case let error as FlameNodeError:
            self.init(flameNode: error)
        case let error as CryptographyError:
            self.init(.input, error.message, underlying: error)
        case let error as FileError:
            self.init(error.code == .notPrivate ? .denied : .inputOutput, error.description, underlying: error)
        case let error as FlameHubError:
            self.init(flame: error)
        case let error as MessageServiceError:
            self.init(error.code == .invalidEndpoint ? .configuration : .unavailable, error.message, underlying: error)
        default:
            self.init(.unavailable, "unexpected failure: \(error)", underlying: error)
        }
    }

    private init(bitfount error: BitfountError) {
        switch error.code {
        case .notLoggedIn, .wrongUser, .identityRefused:
            self.init(.denied, error.message, hint: "run `pod-agent login`", underlying: error)
        case .unauthorized, .forbidden:
            self.init(
                .denied,
                error.description,
                hint: "check the username and the API key, or run `pod-agent login`",
                underlying: error
            )
        case .file, .notFound:
            self.init(.input, error.description, underlying: error)
        case .invalidArgument, .tooLarge, .payloadTooLarge, .hashMismatch, .conflict, .refused:
            self.init(.data, error.description, underlying: error)
        default:
            self.init(.unavailable, error.description, underlying: error)
        }
    }

    private init(flameNode error: FlameNodeError) {
        let exitCode: ExitCode =
            switch error.code {
            case .usage: .usage
            case .denied: .denied
            case .unavailable: .unavailable
            case .configuration: .configuration
            default: .input
            }
        self.init(exitCode, error.message, hint: error.hint, underlying: error)
    }

    private init(flame error: FlameHubError) {
        switch error.code {
        case .authentication, .permission: self.init(.denied, error.description, underlying: error)
        case .notFound, .conflict, .rejected, .changeIgnored, .file, .unsupported:
            self.init(.input, Self.said(error), underlying: error)
        case .invalidRequest: self.init(.usage, error.message, underlying: error)
        default: self.init(.unavailable, error.description, underlying: error)
        }
    }

    /// The Hub's own words say what is wrong with a field.
    private static func said(_ error: FlameHubError) -> String {
        guard let words = error.response?.message, !words.isEmpty else { return error.description }
        return "\(error.description): \(words)"
    }

    private init(store error: StoreError) {
        switch error.code {
        case .unknownRow:
            self.init(.input, error.message, underlying: error)
        case .alreadyOpen:
            self.init(.inputOutput, error.message, hint: "is another agent running?", underlying: error)
        case .newerSchema:
            self.init(.inputOutput, error.message, hint: "install the newer version again", underlying: error)
        case .rolledBack:
            self.init(
                .inputOutput,
                error.message,
                hint: "put the newest state database back; nothing is recorded on top of an altered log",
                underlying: error
            )
        default:
            self.init(.inputOutput, error.message, underlying: error)
        }
    }
}
