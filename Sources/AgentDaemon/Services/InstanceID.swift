import Foundation

/// The id of this installation, kept in the state directory for its life.
enum InstanceID {
    /// Reads the id, or makes one; `BITFOUNT_INSTALLATION_UUID` overrides it.
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
        do {
            if let text = try? String(contentsOf: file, encoding: .utf8) {
                guard let id = UUID(uuidString: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                    throw AgentFailure(
                        .input,
                        "\(file.path) does not hold a UUID",
                        hint: "remove the file to get a new id"
                    )
                }
                return id
            }
            let id = UUID()
            try Data((id.uuidString.lowercased() + "\n").utf8).write(to: file, options: .atomic)
            return id
        } catch let failure as AgentFailure {
            throw failure
        } catch {
            throw AgentFailure(.inputOutput, "\(file.path) can't be written", underlying: error)
        }
    }
}
