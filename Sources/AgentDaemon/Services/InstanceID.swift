// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles

/// The id of this installation, kept in the state directory for its life.
enum InstanceID {
    /// Reads the id, or makes one where there is none; `BITFOUNT_INSTALLATION_UUID` overrides it.
    ///
    /// What is there is never replaced: another id would be another installation.
    ///
    /// - Throws: ``AgentFailure`` if the file can't be read or written, or holds something else. It is never replaced: another
    ///   id would be another installation.
    static func load(from directory: URL, environment: [String: String]) throws(AgentFailure) -> UUID {
        if let text = environment["BITFOUNT_INSTALLATION_UUID"], !text.isEmpty {
            guard let id = UUID(uuidString: text) else {
                throw AgentFailure(.configuration, "BITFOUNT_INSTALLATION_UUID is not a UUID")
            }
            return id
        }
        let file = directory.appendingPathComponent("instance_id")
        let text: String
        do throws(FileError) {
            text = try content(of: file)
        } catch {
            throw AgentFailure(.inputOutput, error.description, underlying: error)
        }
        guard let id = UUID(uuidString: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw AgentFailure(.input, "\(file.path) does not hold a UUID", hint: "remove the file to get a new id")
        }
        return id
    }

    /// What the file holds; a new id if there is none yet.
    private static func content(of file: URL) throws(FileError) -> String {
        if try !FilePresence.check(file) {
            let text = UUID().uuidString.lowercased() + "\n"
            // If another process is faster, its id is the installation's.
            if try create(file, text) { return text }
        }
        return String(decoding: try ReadableFile(file).read(maximumBytes), as: UTF8.self)
    }

    /// Whether the file was made; `false` if there is one by now.
    private static func create(_ file: URL, _ text: String) throws(FileError) -> Bool {
        do throws(FileError) {
            try AtomicFile.write(Data(text.utf8), to: file, permissions: 0o600, existing: .keep)
            return true
        } catch {
            guard error.code == .exists else { throw error }
            return false
        }
    }

    /// Far above the 37 that are written.
    private static let maximumBytes = 1024
}
