// SPDX-License-Identifier: Apache-2.0

public import BitfountTasks
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
public import Logging

/// The message service over gRPC (bitfount-protocol.md, 7).
///
/// One client keeps one connection, which all calls share, and makes it anew whenever it is lost. It connects while
/// ``run()`` runs; calls made before that wait for it within their deadline.
public final class MessageServiceClient: MessageService {
    /// Gives the names and values that identify the caller (bitfount-protocol.md, 2.2).
    public typealias MetadataSource = @Sendable () async throws -> [(String, String)]

    private let client: GRPCClient<MessageServiceTransport.Transport>
    private let service: Messages_MessageService.Client<MessageServiceTransport.Transport>
    private let configuration: MessageServiceClientConfiguration
    private let metadata: MetadataSource
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double

    /// Makes a client that does not connect yet.
    ///
    /// - Parameters:
    ///   - endpoint: Where the service is.
    ///   - configuration: Deadline, retries and limits.
    ///   - logger: Where retries are reported, at level debug.
    ///   - clock: What the waits between attempts are measured with.
    ///   - random: Numbers from 0 to 1, for the jitter of the waits.
    ///   - metadata: Read before every attempt, so that a retry never uses credentials that have expired.
    /// - Throws: ``MessageServiceError`` of the code `invalidEndpoint`.
    public convenience init(
        endpoint: MessageServiceEndpoint,
        configuration: MessageServiceClientConfiguration = MessageServiceClientConfiguration(),
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        metadata: @escaping MetadataSource
    ) throws(MessageServiceError) {
        self.init(
            transport: try MessageServiceTransport.make(
                endpoint,
                timings: ConnectionTimings(),
                environment: ProcessInfo.processInfo.environment
            ),
            configuration: configuration,
            logger: logger,
            clock: clock,
            random: random,
            metadata: metadata
        )
    }

    init(
        transport: MessageServiceTransport.Transport,
        configuration: MessageServiceClientConfiguration,
        logger: Logger,
        clock: any Clock<Duration>,
        random: @escaping @Sendable () -> Double,
        metadata: @escaping MetadataSource
    ) {
        client = GRPCClient(transport: transport)
        service = Messages_MessageService.Client(wrapping: client)
        self.configuration = configuration
        self.metadata = metadata
        self.logger = logger
        self.clock = clock
        self.random = random
    }

    /// Keeps the connection until the task is cancelled, which also ends calls under way, or ``shutDown()`` is called.
    /// To be run once.
    public func run() async throws(MessageServiceError) {
        do {
            try await client.runConnections()
        } catch {
            throw MessageServiceError(error, call: "run", deadline: configuration.deadline)
        }
    }

    /// Takes no more calls, and ends ``run()`` when those under way are finished.
    public func shutDown() {
        client.beginGracefulShutdown()
    }

    /// Announces the pod and its datasets: `PodConnect` (bitfount-protocol.md, 7.3).
    public func connect(_ pod: PodDescription) async throws(MessageServiceError) {
        let request = Messages_PodData(pod)
        _ = try await call("PodConnect") { metadata, options in
            try await self.service.podConnect(request, metadata: metadata, options: options)
        }
    }

    /// Looks into a mailbox once: `GetBitfountMessage` (bitfount-protocol.md, 7.4).
    public func nextMessage(in mailbox: Mailbox) async throws(MessageServiceError) -> IncomingMessage? {
        let request = Messages_CommunicationDetails(mailbox)
        let message: Messages_BitfountMessage? = try await call("GetBitfountMessage") { metadata, options in
            do {
                return try await self.service.getBitfountMessage(request, metadata: metadata, options: options)
            } catch let error as RPCError where error.code == .notFound {
                return nil
            }
        }
        return message.map(IncomingMessage.init)
    }

    /// Takes a delivered message out of its mailbox: `AcknowledgeMessage` (bitfount-protocol.md, 7.5).
    public func acknowledge(
        _ receipt: String,
        mailboxID: String,
        deletingMailbox: Bool
    ) async throws(MessageServiceError) {
        var request = Messages_Acknowledgement()
        request.receiptHandle = receipt
        request.mailboxID = mailboxID
        request.deleteMailbox = deletingMailbox
        _ = try await call("AcknowledgeMessage") { [request] metadata, options in
            try await self.service.acknowledgeMessage(request, metadata: metadata, options: options)
        }
    }

    /// Sends a message: `SendBitfountMessage` (bitfount-protocol.md, 7.7).
    public func send(_ message: OutgoingMessage) async throws(MessageServiceError) {
        guard message.body.count <= configuration.limits.maximumSentBodyBytes else {
            throw MessageServiceError(
                code: .invalidArgument,
                message: "A body of \(message.body.count) bytes is too long to be sent; it must be uploaded."
            )
        }
        let request = Messages_BitfountMessage(message)
        try await call("SendBitfountMessage") { metadata, options in
            do {
                _ = try await self.service.sendBitfountMessage(request, metadata: metadata, options: options)
            } catch let error as RPCError where error.code == .alreadyExists {
                // An earlier attempt arrived although its answer did not.
            }
        }
    }

    /// Makes the attempts of one call.
    private func call<Answer: Sendable>(
        _ name: String,
        _ perform: @Sendable (Metadata, CallOptions) async throws -> Answer
    ) async throws(MessageServiceError) -> Answer {
        var attempts = 0
        while true {
            let failure: MessageServiceError
            do {
                return try await perform(try await readMetadata(), options)
            } catch {
                failure =
                    error as? MessageServiceError
                    ?? MessageServiceError(error, call: name, deadline: configuration.deadline)
            }
            attempts += 1
            guard failure.isWorthAnotherAttempt,
                let delay = configuration.retry.delay(afterAttempts: attempts, random: random)
            else { throw failure }
            logger.debug(
                "trying a call to the message service again",
                metadata: ["call": "\(name)", "code": "\(failure.code.rawValue)", "attempts": "\(attempts)"]
            )
            do {
                try await clock.sleep(for: delay)
            } catch {
                throw MessageServiceError(error, call: name, deadline: configuration.deadline)
            }
        }
    }

    private func readMetadata() async throws(MessageServiceError) -> Metadata {
        do {
            var result = Metadata()
            for (name, value) in try await metadata() {
                result.addString(value, forKey: name.lowercased())
            }
            return result
        } catch is CancellationError {
            throw MessageServiceError(code: .cancelled, message: "The call was cancelled.")
        } catch {
            throw MessageServiceError(
                code: .credentialsUnavailable,
                message: "There are no credentials to call the message service with.",
                underlying: error
            )
        }
    }

    private var options: CallOptions {
        var options = CallOptions.defaults
        options.timeout = configuration.deadline
        // Fail with the reason at once when there is no connection, not with a time-out later.
        options.waitForReady = false
        options.maxResponseMessageBytes = configuration.limits.maximumReceivedBytes
        // The transport checks what it receives against the limit for requests, and has none for what it sends.
        options.maxRequestMessageBytes = configuration.limits.maximumReceivedBytes
        return options
    }
}
