// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Cryptography
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import HTTPTransport
import MessagePack
import PodSandbox

/// A pod reduced to what the wire demands: it shows that the stand-ins and the scripted modeller fit together.
struct TestPod: Sendable {
    typealias Service = Messages_MessageService.Client<HTTP2ClientTransport.Posix>

    let sandbox: Sandbox
    let key: RSAPrivateKey
    let http: HTTPClient
    let service: Service
    let dataset = "heart-data"

    var identifier: String { "\(sandbox.owner.username)/\(dataset)" }

    var hubHeaders: HTTPHeaders {
        [
            "x-api-key-id": sandbox.owner.coreAPIKeyID, "x-api-key": sandbox.owner.coreAPIKey,
            "Content-Type": "application/json",
        ]
    }

    var accessManagerHeaders: HTTPHeaders {
        [
            "x-api-key-id": sandbox.owner.apiKeyID, "x-api-key": sandbox.owner.apiKey,
            "Content-Type": "application/json",
        ]
    }

    /// Runs `body` with a pod that is connected to the message service, but not registered.
    static func with<Result: Sendable>(
        _ sandbox: Sandbox,
        key: RSAPrivateKey,
        _ body: @escaping @Sendable (TestPod) async throws -> Result
    ) async throws -> Result {
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: sandbox.messageServiceURL.port ?? 0),
            transportSecurity: .plaintext
        )
        let http = HTTPClient()
        defer { http.shutdown() }
        return try await withGRPCClient(transport: transport) { client in
            try await body(TestPod(sandbox: sandbox, key: key, http: http, service: Service(wrapping: client)))
        }
    }

    // MARK: HTTP

    func send(
        _ method: HTTPMethod,
        _ url: URL,
        _ headers: HTTPHeaders,
        _ body: JSONValue? = nil
    ) async throws -> (status: Int, json: JSONValue?) {
        var request = HTTPRequest(method, url, headers: headers)
        if let body { request.body = .bytes(try body.encoded()) }
        request.retry = .none
        let response = try await http.send(request)
        return (response.status, try? JSONDecoder().decode(JSONValue.self, from: response.body))
    }

    func hub(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> (
        status: Int, json: JSONValue?
    ) {
        guard let url = URL(string: try sandbox.hub.url.absoluteString + path) else { return (0, nil) }
        return try await send(method, url, hubHeaders, body)
    }

    func accessManager(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> (
        status: Int, json: JSONValue?
    ) {
        guard let url = URL(string: try sandbox.accessManager.url.absoluteString + path) else { return (0, nil) }
        return try await send(method, url, accessManagerHeaders, body)
    }

    var registration: [String: JSONValue] {
        [
            "name": .string(dataset), "podDisplayName": "Heart data", "podPublicKey": .string(key.publicKey.openSSH),
            "accessManagerPublicKey": .string(sandbox.accessManager.publicKey.openSSH), "description": "",
            "schemaSize": 3, "numberOfRecords": nil,
        ]
    }

    /// Registers the dataset and uploads a schema of three bytes.
    func register() async throws {
        let answer = try await hub(.post, "/api/pods", .object(registration))
        guard let members = answer.json?.objectValue, let text = members["uploadUrl"]?.stringValue,
            let url = URL(string: text), let fields = members["uploadFields"]?.objectValue
        else { throw SandboxError(.unexpectedAnswer, "registration: \(answer)") }
        let form = MultipartForm(
            fields: fields.map { (name: $0.key, value: $0.value.stringValue ?? "") },
            file: .init(filename: "bitfount_file", content: .bytes(Data([0x82, 0x00, 0x00])))
        )
        let response = try await http.send(try await .multipart(url, form))
        guard response.status == 204 else { throw SandboxError(.unexpectedAnswer, "upload: \(response.status)") }
    }

    // MARK: gRPC

    func request<Message: Sendable>(_ message: Message) -> ClientRequest<Message> {
        ClientRequest(
            message: message,
            metadata: [
                "x-api-key-id": .string(sandbox.owner.coreAPIKeyID), "x-api-key": .string(sandbox.owner.coreAPIKey),
            ]
        )
    }

    var description: Messages_PodData {
        var pod = Messages_PodData()
        pod.podName = "hospital-a"
        pod.processor = "x86_64"
        pod.podOs = "Linux"
        pod.cpuCount = 2
        pod.totalMemoryBytes = 1 << 30
        pod.datasetNames = [dataset]
        pod.instanceID = UUID().uuidString
        return pod
    }

    func connect(_ pod: Messages_PodData? = nil) async throws {
        _ = try await service.podConnect(request: request(pod ?? description))
    }

    /// Polls until there is a message, and acknowledges it.
    func nextMessage(in mailbox: String? = nil) async throws -> Messages_BitfountMessage {
        if let mailbox { try await sandbox.messageService.waitForArrival(in: mailbox) }
        if mailbox == nil { try await sandbox.messageService.waitForArrival(in: identifier) }
        let message = try await poll(mailbox)
        try await acknowledge(message, in: mailbox ?? message.recipientMailboxID)
        return message
    }

    func poll(_ mailbox: String?) async throws -> Messages_BitfountMessage {
        var poll = Messages_CommunicationDetails()
        if let mailbox { poll.mailboxID = mailbox }
        return try await service.getBitfountMessage(request: request(poll))
    }

    func acknowledge(_ message: Messages_BitfountMessage, in mailbox: String, deleting: Bool = false) async throws {
        var acknowledgement = Messages_Acknowledgement()
        acknowledgement.mailboxID = mailbox
        acknowledgement.receiptHandle = message.receiptHandle
        acknowledgement.deleteMailbox = deleting
        _ = try await service.acknowledgeMessage(request: request(acknowledgement))
    }

    /// Fetches and opens a request; an honest one, so nothing is checked here.
    func open(_ message: Messages_BitfountMessage) async throws -> OpenedRequest {
        var body = Array(message.body)
        if let text = (try? MessagePackDecoder.decode(body, limits: .init()))?.stringValue, let url = URL(string: text)
        {
            body = Array(try await http.send(HTTPRequest(.get, url)).body)
            if let wrapped = (try? MessagePackDecoder.decode(body, limits: .init()))?.binaryValue { body = wrapped }
        }
        let generation = Generation(of: body)
        func unpack(_ bytes: [UInt8]) throws -> MessagePackMap {
            try generation.unpack(bytes, limits: .taskRequest, part: .outerRequest).mapValue ?? [:]
        }
        let outer = try unpack(body)
        let container = try unpack(outer["request"]?.binaryValue ?? [])
        let ciphertext = container["encrypted_request"]?.binaryValue ?? []
        let inner = try unpack(try await HybridEnvelope.open(ciphertext, with: key))
        return OpenedRequest(
            message: message,
            generation: generation,
            outer: outer,
            inner: inner,
            ciphertext: ciphertext,
            signature: container["signature"]?.binaryValue,
            sessionKey: try SessionKey(bytes: inner["aes_key"]?.binaryValue ?? [])
        )
    }

    func reply(_ type: MessageType, _ value: MessagePackValue, to request: OpenedRequest) async throws {
        var message = Messages_BitfountMessage()
        message.messageType = .init(rawValue: Int(type.rawValue)) ?? .undefined
        message.body = Data(try request.sessionKey.seal(try request.generation.pack(value)))
        message.recipient = request.message.sender
        message.recipientMailboxID = request.message.senderMailboxID
        message.sender = identifier
        message.senderMailboxID = request.message.podMailboxIds[identifier] ?? ""
        message.timestamp = "2030-01-01T00:00:00Z"
        message.taskID = request.message.taskID
        _ = try await service.sendBitfountMessage(request: self.request(message))
    }

    /// What the Access Manager is asked about a request, with that proof.
    func accessBody(_ opened: OpenedRequest, _ proof: [String: JSONValue]) throws -> JSONValue {
        let document: JSONValue = [
            "class_name": "bitfount.ResultsOnly",
            "algorithm": ["class_name": "bitfount.ColumnAverage", "field": "age", "table_name": "heart-data"],
        ]
        let body: [String: JSONValue] = [
            "podIdentifier": .string(identifier), "modellerName": .string(opened.message.sender),
            "modellerProtocolRequest": document, "projectId": nil,
        ]
        return .object(body.merging(proof) { $1 })
    }
}

/// A request as the pod reads it.
struct OpenedRequest: Sendable {
    let message: Messages_BitfountMessage
    let generation: Generation
    let outer: MessagePackMap
    let inner: MessagePackMap
    let ciphertext: [UInt8]
    let signature: [UInt8]?
    let sessionKey: SessionKey

    var worker: String { message.podMailboxIds.values.first ?? "" }

    func read(_ message: Messages_BitfountMessage) throws -> MessagePackValue {
        try generation.unpack(try sessionKey.open(Array(message.body)), limits: .taskMessage, part: .message)
    }
}
