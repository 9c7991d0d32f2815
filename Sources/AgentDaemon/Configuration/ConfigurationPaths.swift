// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How paths in a configuration are resolved.
struct ConfigurationPaths {
    private let base: URL
    private let environment: [String: String]

    init(_ document: ConfigurationDocument) {
        base = document.file.deletingLastPathComponent()
        environment = document.environment
    }

    /// A path relative to the configuration file's directory, with `~` expanded.
    func resolve(_ text: String) -> URL? {
        guard !text.isEmpty, !text.contains("\0") else { return nil }
        if text.hasPrefix("~/"), let home = environment["HOME"] {
            return URL(fileURLWithPath: home).appendingPathComponent(String(text.dropFirst(2)))
        }
        return URL(fileURLWithPath: text, relativeTo: base).standardizedFileURL
    }

    /// A file that systemd has put into the service's credentials directory, where there is one.
    func systemdCredential(_ name: String) -> URL? {
        guard let directory = environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let file = URL(fileURLWithPath: directory).appendingPathComponent(name)
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }

    /// Where the Python package keeps its token, so that both share one login (bitfount-protocol.md, 2.7).
    func defaultTokenFile(username: String?) -> URL {
        let storage =
            environment["BITFOUNT_STORAGE_PATH"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: environment["BITFOUNT_HOME"] ?? environment["HOME"] ?? "/")
            .appendingPathComponent(".bitfount")
        return storage.appendingPathComponent(username ?? "_default").appendingPathComponent(".token")
    }

    /// systemd's directory for the service, the user's XDG state directory, or the system-wide one for root.
    var defaultStateDirectory: URL {
        if let directory = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
            return URL(fileURLWithPath: String(directory))
        }
        if getuid() != 0 {
            if let directory = environment["XDG_STATE_HOME"] {
                return URL(fileURLWithPath: directory).appendingPathComponent("pod-agent")
            }
            if let home = environment["HOME"] {
                return URL(fileURLWithPath: home).appendingPathComponent(".local/state/pod-agent")
            }
        }
        return URL(fileURLWithPath: "/var/lib/pod-agent")
    }

    /// The directory for sockets: systemd's for the service, the user's, or none.
    var runtimeDirectory: URL? {
        if let directory = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first {
            return URL(fileURLWithPath: String(directory))
        }
        if getuid() != 0, let directory = environment["XDG_RUNTIME_DIR"] {
            return URL(fileURLWithPath: directory).appendingPathComponent("pod-agent")
        }
        return nil
    }
}
