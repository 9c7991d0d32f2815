import Foundation
import HTTPTransport

/// Asks the running agent how it is, through its status server.
public struct StatusClient: Sendable {
    private let address: StatusConfiguration.Address

    /// - Parameter address: Where the agent's configuration says that it listens.
    public init(address: StatusConfiguration.Address) {
        self.address = address
    }

    /// Fetches the report.
    ///
    /// - Throws: ``AgentFailure`` with `unavailable` if no agent answers there.
    public func report() async throws(AgentFailure) -> StatusReport {
        var configuration = HTTPClientConfiguration()
        configuration.proxy = .none
        var authority = "localhost"
        switch address {
        case .unixSocket(let path): configuration.unixSocket = URL(fileURLWithPath: path)
        case .loopback(let host, let port): authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
        guard let url = URL(string: "http://\(authority)/status") else {
            throw AgentFailure(.configuration, "status.listen is not an address")
        }
        let client = HTTPClient(configuration)
        defer { client.shutdown() }
        var request = HTTPRequest(.get, url)
        request.retry = .none
        request.timeout = .seconds(5)
        do {
            let response = try await client.send(request)
            return try StatusReport.decoder.decode(StatusReport.self, from: response.body)
        } catch {
            throw AgentFailure(
                .unavailable,
                "no agent answers at \(address)",
                hint: "is it running? try `systemctl status pod-agent`",
                underlying: error
            )
        }
    }
}

extension StatusConfiguration.Address: CustomStringConvertible {
    /// As it is written in the configuration.
    public var description: String {
        switch self {
        case .unixSocket(let path): "unix:\(path)"
        case .loopback(let host, let port): "\(host):\(port)"
        }
    }
}
