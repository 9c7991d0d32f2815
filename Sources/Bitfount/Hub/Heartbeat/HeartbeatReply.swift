// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What the Hub says to a heartbeat: its clock, and names where the heartbeat had an address in it.
public struct HeartbeatReply: Sendable, Equatable, Decodable {
    /// The Hub's name for this installation.
    public let computeID: String?
    /// The name under which this installation can be reached.
    public let domain: String?
    /// The Hub's clock when it answered, to the second, from the HTTP `Date` header.
    public internal(set) var date: Date?

    private enum CodingKeys: String, CodingKey {
        case computeID = "computeId"
        case domain
    }
}
