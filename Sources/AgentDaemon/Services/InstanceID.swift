import Cryptography
import Foundation

/// The id of this installation, kept in the state directory for its life.
enum InstanceID {
    /// Reads the id, or makes one where there is none; `BITFOUNT_INSTALLATION_UUID` overrides it.
    ///
    /// What is there is never replaced: another id would be another installation.
    ///
    /// - Throws: ``AgentFailure`` if the file can't be read or written, or holds something else.
    static func load(from directory: URL, environment: [String: String]) throws(AgentFailure) -> UUID {
        if let text = environment["BITFOUNT_INSTALLATION_UUID"], !text.isEmpty {
            guard let id = UUID(uuidString: text) else {
                throw AgentFailure(.configuration, "BITFOUNT_INSTALLATION_UUID is not a UUID")
            }
            return id
        }
        let file = directory.appendingPathComponent("instance_id")
        if let id = try read(file) { return id }
        let id = UUID()
        do {
            try SecretFile(file).create(SecretBytes((id.uuidString.lowercased() + "\n").utf8))
            return id
        } catch  where error.code == .fileExists {
            // Another process was faster, or a link that leads nowhere has the name.
            guard let id = try read(file) else { throw unreadable(file, error) }
            return id
        } catch {
            throw AgentFailure(.inputOutput, "\(file.path) can't be written", underlying: error)
        }
    }

    /// Far above the 37 that are written.
    private static let maximumBytes = 1_024

    /// The id in the file; `nil` only if there is no file.
    private static func read(_ file: URL) throws(AgentFailure) -> UUID? {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: maximumBytes) ?? Data()
        } catch let error as CocoaError where [.fileNoSuchFile, .fileReadNoSuchFile].contains(error.code) {
            return nil
        } catch {
            throw unreadable(file, error)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let id = UUID(uuidString: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw AgentFailure(
                .input,
                "\(file.path) does not hold a UUID",
                hint: "restore it from a backup; without the file the agent takes a new id, as a new installation"
            )
        }
        return id
    }

    private static func unreadable(_ file: URL, _ error: any Error) -> AgentFailure {
        AgentFailure(
            .inputOutput,
            "\(file.path) can't be read",
            hint: "it holds the id of this installation, which is not replaced",
            underlying: error
        )
    }
}
