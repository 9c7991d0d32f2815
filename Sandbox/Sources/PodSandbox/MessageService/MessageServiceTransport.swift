// SPDX-License-Identifier: Apache-2.0

import GRPCNIOTransportHTTP2
import NIOCore

extension SandboxMessageService {
    /// Where the service listens, in plain text on loopback.
    func transport(port: Int) -> HTTP2ServerTransport.Posix {
        HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: port),
            transportSecurity: .plaintext,
            config: .defaults { config in
                // Clients that go on calling must not keep the service from stopping.
                config.connection.maxGraceTime = .seconds(1)
                config.channelDebuggingCallbacks.onAcceptTCPConnection = { [connections] channel in
                    connections.add(channel)
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
            }
        )
    }
}
