import BitfountMessaging
import ServiceLifecycle

/// Keeps the connection to the message service for as long as anything may want to send.
struct MessageConnectionService: Service {
    let client: MessageServiceClient

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await client.run()
        } onGracefulShutdown: {
            client.shutDown()
        }
    }
}
