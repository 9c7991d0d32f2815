// SPDX-License-Identifier: Apache-2.0

/// Where a log line comes from.
public struct LogChannel: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A request.
    public static let http = LogChannel(rawValue: "http")
    /// A socket.
    public static let websocket = LogChannel(rawValue: "websocket")
    /// A background job.
    public static let background = LogChannel(rawValue: "background")
    /// The system.
    public static let system = LogChannel(rawValue: "system")
    /// All of them.
    public static let known: [Self] = [.http, .websocket, .background, .system]
}
