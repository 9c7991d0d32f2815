/// What the Hub says to a heartbeat that had an address in it; nothing, to others.
public struct HeartbeatReply: Sendable, Equatable, Decodable {
    /// The Hub's name for this installation.
    public let computeID: String?
    /// The name under which this installation can be reached.
    public let domain: String?

    private enum CodingKeys: String, CodingKey {
        case computeID = "computeId"
        case domain
    }
}
